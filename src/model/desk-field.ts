/**
 * Custom fields of a Freshdesk ticket, by our own keys: `watchdesk setup freshdesk` makes them, and the connector knows
 * their real names. An account may have any part of them; what it lacks is neither written nor read.
 */
export const DESK_FIELDS = {
  // Written by Watchdesk for agents to see.
  reference: { label: 'Watchdesk incident', type: 'text', side: 'shown' },
  host: { label: 'Opsview host', type: 'text', side: 'shown' },
  check: { label: 'Opsview check', type: 'text', side: 'shown' },
  state: { label: 'Opsview state', type: 'text', side: 'shown' },
  since: { label: 'Opsview state since', type: 'text', side: 'shown' },
  impact: { label: 'Impact', type: 'text', side: 'shown' },
  urgency: { label: 'Urgency', type: 'text', side: 'shown' },
  rule: { label: 'Priority rule', type: 'text', side: 'shown' },
  category: { label: 'Watchdesk category', type: 'text', side: 'shown' },
  sub_category: { label: 'Watchdesk sub-category', type: 'text', side: 'shown' },
  escalation: { label: 'Escalation level', type: 'text', side: 'shown' },
  next_step: { label: 'Next escalation step', type: 'text', side: 'shown' },
  next_update: { label: 'Next update due', type: 'text', side: 'shown' },
  proof: { label: 'Proof for closing', type: 'text', side: 'shown' },
  link: { label: 'Watchdesk link', type: 'text', side: 'shown' },
  // Filled in by agents; read, never written.
  workaround: { label: 'Is there a workaround?', type: 'dropdown', side: 'asked', choices: ['Yes', 'No'] },
  affected: {
    label: 'How many are affected?',
    type: 'dropdown',
    side: 'asked',
    choices: ['One person', 'Several people', 'A whole site or team', 'Everybody'],
  },
  external_users: {
    label: 'Are users outside the company affected?',
    type: 'dropdown',
    side: 'asked',
    choices: ['Yes', 'No'],
  },
  security: {
    label: 'Is security or data at risk?',
    type: 'dropdown',
    side: 'asked',
    choices: ['Yes', 'Perhaps', 'No'],
  },
  confirmed_by: { label: 'Restored: confirmed by', type: 'text', side: 'asked' },
  confirmed_how: {
    label: 'Restored: confirmed how',
    type: 'dropdown',
    side: 'asked',
    choices: ['Phone', 'Chat', 'In person', 'E-mail', 'Other'],
  },
  confirmed_on: { label: 'Restored: confirmed on', type: 'date', side: 'asked' },
  resolution_code: {
    label: 'Resolution code',
    type: 'dropdown',
    side: 'asked',
    choices: ['Fixed', 'Configuration', 'User help', 'Third party', 'Cannot reproduce', 'Not a fault'],
  },
  resolution_kind: {
    label: 'Fix or workaround',
    type: 'dropdown',
    side: 'asked',
    choices: ['Fix', 'Workaround'],
  },
  resolution_text: { label: 'Resolution', type: 'paragraph', side: 'asked' },
  escalate: { label: 'Escalate to management', type: 'checkbox', side: 'asked' },
  create_problem: { label: 'Documentation is missing', type: 'checkbox', side: 'asked' },
} as const satisfies Record<string, DeskFieldSpec>;

type DeskFieldSpec = Readonly<{
  /** What agents read; the real name is derived from it by Freshdesk. */
  label: string;
  type: 'text' | 'paragraph' | 'dropdown' | 'checkbox' | 'date';
  /** `shown`: Watchdesk writes it. `asked`: people do, and Watchdesk reads it. */
  side: 'shown' | 'asked';
  choices?: readonly string[];
}>;

export type DeskField = keyof typeof DESK_FIELDS;
export const DESK_FIELD_KEYS = Object.keys(DESK_FIELDS) as DeskField[];
export type AskedField = {
  [K in DeskField]: (typeof DESK_FIELDS)[K]['side'] extends 'asked' ? K : never;
}[DeskField];
export type ShownField = Exclude<DeskField, AskedField>;

/** Null: empty. A date is `2026-03-02`. */
export type DeskFieldValue = string | boolean | null;
export type DeskFieldValues = Readonly<Partial<Record<DeskField, DeskFieldValue>>>;
