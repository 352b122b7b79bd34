import { DateTime } from 'luxon';
import type { Outlook } from '../../escalation/on-call-outlook.ts';
import type { Policy } from '../../policy/schema.ts';
import type { OnCallAnswer, Row } from './oncall-question.ts';

const WIDTH = 80;
const LABELS = {
  now: 'now',
  tonight: 'tonight',
  working_day: 'next working day',
  holiday: 'next holiday',
} as const satisfies Record<Outlook['what'], string>;
const NAME_WIDTH_MAX = 20;
const NOBODY = 'NOBODY';

/** What `watchdesk oncall` prints, at most 80 columns wide; ends with a line break. */
export function onCallText(answer: OnCallAnswer, policy: Policy): string {
  const blocks =
    answer.kind === 'outlook'
      ? answer.rotations.map(({ outlooks, ...one }) => [
          heading(one),
          ...outlooks.flatMap((outlook) => outlookLines(outlook, one.timeZone, policy)),
        ])
      : answer.rotations.map(({ rows, ...one }) => [
          heading(one),
          ...tableLines(rows, one.timeZone, policy),
          gapsSummed(rows),
        ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Heading = Readonly<{ rotation: string; name: string; timeZone: string }>;
const heading = ({ rotation, name, timeZone }: Heading): string => `${name} (${rotation}), ${timeZone}`;

function outlookLines(outlook: Outlook, timeZone: string, policy: Policy): readonly string[] {
  const { what, at, onCall, until, next } = outlook;
  const nameOf = (person: string): string => policy.people[person]?.name ?? person;
  const untilText = until === undefined ? undefined : `until ${unbroken(dayText(until, timeZone))}`;
  const first = onCall
    ? `${nameOf(onCall.person)}, ${untilText ?? 'until further notice'}`
    : `${NOBODY} ${untilText ?? 'in the next 62 days'}`;
  const second = [onCall?.why, next === undefined ? undefined : `then ${nameOf(next)}`];
  const begin = `  ${LABELS[what].padEnd(16)}  ${dayText(at, timeZone)}  `;
  const more = second.filter((part) => part !== undefined).join('; ');
  return [...wrapped(begin, first), ...(more === '' ? [] : wrapped(' '.repeat(begin.length), more))];
}

function tableLines(rows: readonly Row[], timeZone: string, policy: Policy): readonly string[] {
  const names = rows.map(({ onCall }) =>
    onCall ? (policy.people[onCall.person]?.name ?? onCall.person) : NOBODY,
  );
  const width = Math.min(NAME_WIDTH_MAX, Math.max(0, ...names.map(({ length }) => length)));
  return rows.flatMap(({ from, to, onCall }, index) => {
    const name = (names[index] ?? '').slice(0, NAME_WIDTH_MAX).padEnd(width);
    const begin = `  ${dayText(from, timeZone)}  ${dayText(to, timeZone)}  ${name}  `;
    return wrapped(begin, onCall?.why ?? `gap of ${hoursText(to.getTime() - from.getTime())}`);
  });
}

function gapsSummed(rows: readonly Row[]): string {
  const gaps = rows.filter(({ onCall }) => !onCall);
  const sum = gaps.reduce((ms, { from, to }) => ms + to.getTime() - from.getTime(), 0);
  if (gaps.length === 0) return '  No gaps.';
  return `  ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}, ${hoursText(sum)} in all, in which nobody is on call.`;
}

/** `36 h`, `1 h 30 min`. */
function hoursText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `Fri 25 Dec 12:00`, 16 wide. */
const dayText = (at: Date, timeZone: string): string =>
  DateTime.fromJSDate(at, { zone: timeZone })
    .setLocale('en-GB')
    .toFormat('ccc dd LLL HH:mm')
    .replace('Sept', 'Sep');

const BLANK_THAT_HOLDS = '\u00a0';
const unbroken = (text: string): string => text.replaceAll(' ', BLANK_THAT_HOLDS);

/** Words after a beginning, further lines below the first word. */
function wrapped(begin: string, words: string): readonly string[] {
  const lines: string[] = [];
  let line = begin;
  for (const word of words.split(' ')) {
    const isEmpty = line.length === begin.length;
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${' '.repeat(begin.length)}${word}`;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line].map((one) => one.replaceAll(BLANK_THAT_HOLDS, ' '));
}
