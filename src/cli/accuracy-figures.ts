import type { Policy } from '../policy/schema.ts';
import { type Classification, classifyTicket, type TicketFacts } from '../routing/classify-ticket.ts';
import type { TicketFile } from './ticket-file.ts';

const TYPES = ['Incident', 'Question', 'Feature Request'] as const;

export type Judged = Readonly<{ ticket: TicketFile; expected: string; found: Classification }>;

/**
 * How right a policy is about labelled tickets.
 *
 * Units:  shares are 0 to 1; `NaN` where there is nothing to count.
 * Shape:  `silent` are incidents that it calls something else without asking: the one mistake that must not happen.
 */
export type Accuracy = Readonly<{
  judged: readonly Judged[];
  typeShare: number;
  sureShare: number;
  /** Of those that it is sure of. */
  rightWhenSureShare: number;
  wrong: readonly Judged[];
  silent: readonly Judged[];
  /** Of those labelled with a category, where the policy has any. */
  categoryShare: number;
}>;

export function measureAccuracy(
  tickets: readonly TicketFile[],
  factsOf: (ticket: TicketFile) => TicketFacts,
  policy: Policy,
): Accuracy {
  const judged = tickets.flatMap((ticket): Judged[] =>
    ticket.expect === undefined
      ? []
      : [{ ticket, expected: ticket.expect.type, found: classifyTicket(factsOf(ticket), policy) }],
  );
  const isRight = ({ expected, found }: Judged): boolean => found.type === expected;
  const sure = judged.filter(({ found }) => found.isSure);
  const wrong = judged.filter((one) => !isRight(one));
  const known = policy.tickets.classification.categories.length > 0;
  const labelled = judged.filter(({ ticket }) => known && ticket.expect?.category !== undefined);
  return {
    judged,
    typeShare: share(judged.length - wrong.length, judged.length),
    sureShare: share(sure.length, judged.length),
    rightWhenSureShare: share(sure.filter(isRight).length, sure.length),
    wrong,
    silent: wrong.filter(({ expected, found }) => expected === 'Incident' && found.isSure),
    categoryShare: share(
      labelled.filter(({ ticket, found }) => found.category === ticket.expect?.category).length,
      labelled.length,
    ),
  };
}

const share = (part: number, whole: number): number => part / whole;
const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(value * 100).toFixed(1)} %`);

/** The figures as a text for a terminal: confusion matrix, recall and precision per type, and what is wrong. */
export function showAccuracy(name: string, accuracy: Accuracy): string {
  const { judged, wrong, silent } = accuracy;
  const count = (expected: string, found: string): number =>
    judged.filter((one) => one.expected === expected && one.found.type === found).length;
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const hard = judged.filter(({ ticket }) => ticket.hard);
  const rows = TYPES.map((expected) => {
    const right = count(expected, expected);
    const recall = share(right, sum(TYPES.map((found) => count(expected, found))));
    const precision = share(right, sum(TYPES.map((other) => count(other, expected))));
    const cells = TYPES.map((found) => String(count(expected, found)).padStart(17));
    return `  ${expected.padEnd(16)}${cells.join('')}${percent(recall).padStart(10)}${percent(precision).padStart(11)}`;
  });
  return [
    `${name}: ${judged.length} tickets, ${hard.length} of them hard`,
    '',
    `  ${'is \\ called'.padEnd(16)}${TYPES.map((type) => type.padStart(17)).join('')}${'recall'.padStart(10)}${'precision'.padStart(11)}`,
    ...rows,
    '',
    `  right type                     ${percent(accuracy.typeShare)}`,
    `  right type, hard ones          ${percent(share(hard.filter(({ expected, found }) => expected === found.type).length, hard.length))}`,
    `  sure                           ${percent(accuracy.sureShare)} (a person is asked about the rest)`,
    `  right when sure                ${percent(accuracy.rightWhenSureShare)}`,
    `  incidents missed silently      ${silent.length}`,
    ...(Number.isNaN(accuracy.categoryShare)
      ? []
      : [`  right category where labelled  ${percent(accuracy.categoryShare)}`]),
    ...(wrong.length === 0 ? [] : ['', '  wrong:']),
    ...wrong.map(
      ({ ticket, expected, found }) =>
        `  - ${expected} called ${found.type}, confidence ${found.confidence}${found.isSure ? '' : ' (asks)'}: ${shown(ticket)}`,
    ),
  ].join('\n');
}

const shown = ({ subject, text }: TicketFile): string => {
  const line = [subject, text.replace(/\s+/g, ' ').trim()].filter((part) => part !== '').join(' | ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
