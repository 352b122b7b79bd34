import { webhookContent } from '../../connectors/freshdesk/automation-rules.ts';
import { DESK_FIELDS, type DeskField } from '../../model/desk-field.ts';
import type { RuleKey } from './memory.ts';
import { RULES, type Step } from './plan.ts';

const HIDDEN = '********';

/** The diff, as short as it can be told: `+` is made, `~` changed, `=` there already, `!` for a person. */
export function planLines(steps: readonly Step[]): readonly string[] {
  const fieldsOf = (kind: Step['kind'], side: 'shown' | 'asked'): readonly DeskField[] =>
    steps.flatMap((step) =>
      step.kind === kind && 'field' in step && DESK_FIELDS[step.field].side === side ? [step.field] : [],
    );
  const group = (mark: string, kind: 'create' | 'keep', side: 'shown' | 'asked'): string[] => {
    const keys = fieldsOf(kind, side);
    if (keys.length === 0) return [];
    const who = side === 'shown' ? 'that Watchdesk fills in' : 'that agents fill in';
    const labels = keys.map((key) => DESK_FIELDS[key].label).join(', ');
    const what = `${mark} ${keys.length} ticket ${keys.length === 1 ? 'field' : 'fields'} ${who}`;
    return [kind === 'keep' ? what : `${what}: ${labels}`];
  };
  const rules = (mark: string, kind: Step['kind']): string[] =>
    steps.flatMap((step) =>
      step.kind === kind && 'rule' in step
        ? [`${mark} automation rule “${RULES[step.rule].name}”: ${step.reason}`]
        : [],
    );
  return [
    ...group('+', 'create', 'shown'),
    ...group('+', 'create', 'asked'),
    ...rules('+', 'create'),
    ...rules('~', 'change'),
    ...group('=', 'keep', 'shown'),
    ...group('=', 'keep', 'asked'),
    ...adopted(steps),
    ...rules('=', 'keep'),
    ...steps.filter(({ kind }) => kind === 'manual').map((step) => `! ${subjectOf(step)}: ${step.reason}`),
  ];
}

/** Whoever made a field should know that Watchdesk is going to write into it. */
function adopted(steps: readonly Step[]): string[] {
  const labels = steps.flatMap((step) =>
    step.kind === 'keep' &&
    'field' in step &&
    DESK_FIELDS[step.field].side === 'shown' &&
    step.reason !== 'made by setup'
      ? [DESK_FIELDS[step.field].label]
      : [],
  );
  if (labels.length === 0) return [];
  return [
    `  Not made by this setup, and Watchdesk writes into them: ${labels.join(', ')}. Rename yours if that is not meant.`,
  ];
}

export function subjectOf(step: Step): string {
  if ('field' in step) return `ticket field “${DESK_FIELDS[step.field].label}”`;
  if ('choicesOf' in step) return `choices of “${DESK_FIELDS[step.choicesOf].label}”`;
  if ('rule' in step) return `automation rule “${RULES[step.rule].name}”`;
  return `ticket type “${step.ticketType}”`;
}

/** What to click and what to paste, for everything that Freshdesk or its plan would not let us do. */
export function manualLines(steps: readonly Step[], webhookUrl: string): readonly string[] {
  const fields = steps.flatMap((step) => ('field' in step && step.kind === 'create' ? [step.field] : []));
  const unfit = steps.filter((step) => 'field' in step && step.kind === 'manual');
  const rules = steps.flatMap((step) => ('rule' in step ? [step] : []));
  return [
    ...(fields.length === 0
      ? []
      : [
          'Admin → Workflows → Ticket Fields: drag a field of the type in, give it the label, leave it invisible to customers, save.',
          ...fieldLines(fields),
        ]),
    ...unfit.map((step) => `Admin → Workflows → Ticket Fields: ${step.reason}.`),
    ...steps.flatMap((step) =>
      'choicesOf' in step
        ? [
            `Admin → Workflows → Ticket Fields: open “${DESK_FIELDS[step.choicesOf].label}” and add the choices ${step.choices.join(', ')}.`,
          ]
        : [],
    ),
    ...steps.flatMap((step) =>
      'ticketType' in step
        ? [`Admin → Workflows → Ticket Fields: open “Type” and add the choice ${step.ticketType}.`]
        : [],
    ),
    ...rules.flatMap((step) => {
      if (step.byHand === 'look') return [`Admin → Workflows → Automations: ${step.reason}.`];
      return step.byHand === 'settings' ? [] : ruleLines(step.rule, webhookUrl);
    }),
    ...new Set(
      rules.flatMap((step) => (step.byHand === 'settings' ? [`First in Watchdesk: ${step.reason}.`] : [])),
    ),
  ];
}

const TYPE_LABELS = {
  text: 'Single-line text',
  paragraph: 'Multi-line text',
  checkbox: 'Checkbox',
  date: 'Date',
} as const;

/** One line for each type; a dropdown needs one of its own for its choices. */
function fieldLines(keys: readonly DeskField[]): readonly string[] {
  const plain = ['text', 'paragraph', 'date', 'checkbox'] as const;
  return [
    ...plain.flatMap((type) => {
      const labels = keys.flatMap((key) => (DESK_FIELDS[key].type === type ? [DESK_FIELDS[key].label] : []));
      return labels.length === 0 ? [] : [`  - ${TYPE_LABELS[type]}: ${labels.join(' | ')}`];
    }),
    ...keys.flatMap((key) => {
      const spec = DESK_FIELDS[key];
      return 'choices' in spec
        ? [`  - Dropdown: ${spec.label} with the choices ${spec.choices.join(' | ')}`]
        : [];
    }),
  ];
}

export function ruleLines(rule: RuleKey, url: string): readonly string[] {
  const { name, event, trigger } = RULES[rule];
  const when =
    trigger === 'creation'
      ? 'Conditions: none (or Subject is not empty, where one is demanded).'
      : 'When an action performed by: Agent or requester. Involves any of these events: status, priority, type, group, agent is changed; reply is sent; note is added. Conditions: none.';
  return [
    `Admin → Workflows → Automations → ${trigger === 'creation' ? 'Ticket Creation' : 'Ticket Updates'} → New rule, named “${name}”:`,
    `  - ${when}`,
    '  - Action: Trigger webhook. Request type POST, encoding JSON, content Advanced.',
    `  - URL: ${url}`,
    `  - Custom headers: X-Watchdesk-Secret: ${HIDDEN} (the value of FRESHDESK_WEBHOOK_SECRET)`,
    `  - Content: ${JSON.stringify(webhookContent(event))}`,
    '  - Preview and save; it must be switched on.',
  ];
}
