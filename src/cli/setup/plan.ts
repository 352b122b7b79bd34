import { createHash } from 'node:crypto';
import type { AutomationRule, WebhookRuleDraft } from '../../connectors/freshdesk/automation-rules.ts';
import { type MatchedFields, matchDeskFields } from '../../connectors/freshdesk/match-desk-fields.ts';
import type { TicketField } from '../../connectors/freshdesk/read-ticket-fields.ts';
import { DESK_FIELD_KEYS, type DeskField } from '../../model/desk-field.ts';
import { RULE_KEYS, type RuleKey, type SetupMemory } from './memory.ts';

/** The account as it was read; rules are a sentence where Freshdesk would not show them. */
export type AccountState = Readonly<{
  fields: readonly TicketField[];
  rules: readonly AutomationRule[] | string;
}>;

/** A sentence where the settings lack what the rules need. */
export type WantedWebhook = Readonly<{ url: string; secretMark: string }> | string;

export type Subject =
  | Readonly<{ field: DeskField }>
  | Readonly<{
      rule: RuleKey;
      id?: number;
      /** What a person has to do: make it, look at another rule, or correct the settings. Absent: make it. */
      byHand?: 'make' | 'look' | 'settings';
    }>
  | Readonly<{ ticketType: string }>
  | Readonly<{ choicesOf: DeskField; choices: readonly string[] }>;

/** One line of the diff. `manual` is for a person, in Freshdesk's own pages. */
export type Step = Readonly<{ kind: 'create' | 'keep' | 'change' | 'manual'; reason: string }> & Subject;

export type Plan = Readonly<{ steps: readonly Step[]; matched: MatchedFields }>;

export const RULES = {
  created: { trigger: 'creation', name: 'Watchdesk: ticket created', event: 'ticket_created' },
  updated: { trigger: 'update', name: 'Watchdesk: ticket updated', event: 'ticket_updated' },
} as const satisfies Record<RuleKey, Pick<WebhookRuleDraft, 'trigger' | 'name' | 'event'>>;

const TICKET_TYPES = ['Question', 'Incident', 'Problem', 'Feature Request'] as const;

/** Tells two secrets apart without giving either away: 32 bits of a hash. */
export const markOf = (secret: string): string =>
  createHash('sha256').update(`watchdesk webhook ${secret}`).digest('hex').slice(0, 8);

/** Pure: what has to be done so that the account has all that is wanted. Nothing that others made is changed. */
export function planSetup(
  state: AccountState,
  webhook: WantedWebhook,
  memory: SetupMemory | undefined,
): Plan {
  const matched = matchDeskFields(state.fields, namesOf(memory));
  return {
    matched,
    steps: [
      ...DESK_FIELD_KEYS.flatMap((key) => fieldSteps(key, matched, memory)),
      ...RULE_KEYS.flatMap((key) => ruleSteps(key, { state, webhook, memory })),
      ...missingTypes(state.fields),
    ],
  };
}

export const namesOf = (memory: SetupMemory | undefined): Partial<Record<DeskField, string>> =>
  Object.fromEntries(Object.entries(memory?.fields ?? {}).map(([key, { name }]) => [key, name]));

function fieldSteps(key: DeskField, matched: MatchedFields, memory: SetupMemory | undefined): Step[] {
  const unfit = matched.unfit.get(key);
  if (unfit !== undefined) return [{ kind: 'manual', field: key, reason: unfit }];
  const found = matched.found.get(key);
  if (!found) return [{ kind: 'create', field: key, reason: 'the account has no such field' }];
  const made = memory?.fields[key];
  const isOurs = made?.id === found.id && made.name === found.name;
  const choices = matched.lackingChoices.get(key) ?? [];
  return [
    { kind: 'keep', field: key, reason: isOurs ? 'made by setup' : `found by its label as ${found.name}` },
    ...(choices.length === 0
      ? []
      : [
          {
            kind: 'manual' as const,
            choicesOf: key,
            choices,
            reason: `the dropdown ${found.name} lacks choices`,
          },
        ]),
  ];
}

type RuleParts = Readonly<{ state: AccountState; webhook: WantedWebhook; memory: SetupMemory | undefined }>;

function ruleSteps(rule: RuleKey, { state, webhook, memory }: RuleParts): Step[] {
  const manual = (byHand: 'make' | 'look' | 'settings', reason: string): Step => ({
    kind: 'manual',
    rule,
    byHand,
    reason,
  });
  if (typeof webhook === 'string') return [manual('settings', webhook)];
  if (typeof state.rules === 'string') return [manual('make', state.rules)];
  const { trigger, name } = RULES[rule];
  const rules = state.rules.filter((one) => one.trigger === trigger);
  const made = memory?.rules[rule];
  const ours = made && rules.find(({ id }) => id === made.id);
  if (made && ours) return [oursStep({ rule, ours, webhook, secretMark: made.secretMark })];

  const sameUrl = rules.filter(({ webhookUrls }) => webhookUrls.includes(webhook.url));
  const active = sameUrl.find(({ isActive }) => isActive);
  if (active)
    return [{ kind: 'keep', rule, reason: `“${active.name}” calls Watchdesk already, made by others` }];
  const [inactive] = sameUrl;
  if (inactive) {
    return [
      manual(
        'look',
        `“${inactive.name}” calls Watchdesk, was made by others and is switched off: switch it on`,
      ),
    ];
  }
  const former = rules.filter((one) => one.name === name && one.webhookUrls.length > 0);
  return [
    { kind: 'create', rule, reason: 'no rule calls Watchdesk' },
    ...former.map(({ webhookUrls }) =>
      manual(
        'look',
        `another rule named “${name}” calls ${webhookUrls.join(', ')} and was not made by this setup: delete it if it is old`,
      ),
    ),
  ];
}

function oursStep({
  rule,
  ours,
  webhook,
  secretMark,
}: Readonly<{
  rule: RuleKey;
  ours: AutomationRule;
  webhook: Exclude<WantedWebhook, string>;
  secretMark: string;
}>): Step {
  const why = [
    ...(ours.isActive ? [] : ['it is switched off']),
    ...(ours.webhookUrls.includes(webhook.url)
      ? []
      : [`it calls ${ours.webhookUrls.join(', ') || 'nothing'}`]),
    ...(secretMark === webhook.secretMark ? [] : ['the secret is another one now']),
  ];
  if (why.length === 0) return { kind: 'keep', rule, id: ours.id, reason: 'made by setup' };
  return { kind: 'change', rule, id: ours.id, reason: why.join(', ') };
}

function missingTypes(fields: readonly TicketField[]): Step[] {
  const types = fields.find(({ type }) => type === 'default_ticket_type')?.choices ?? [];
  if (types.length === 0) return []; // not told
  return TICKET_TYPES.filter((wanted) => !types.some(({ label }) => label === wanted)).map((ticketType) => ({
    kind: 'manual',
    ticketType,
    reason: 'Watchdesk gives tickets this type, and Freshdesk refuses a type that it does not have',
  }));
}

/**
 * Pure: what the last run was about to make when it ended counts as made when the account has it now, and is forgotten
 * when it has not.
 */
export function settlePending(memory: SetupMemory, state: AccountState, webhook: WantedWebhook): SetupMemory {
  const { pending, ...settled } = memory;
  if (!pending) return memory;
  if ('field' in pending) {
    const found = matchDeskFields(state.fields, namesOf(memory)).found.get(pending.field);
    if (!found) return settled;
    const made = { id: found.id, name: found.name };
    return { ...settled, fields: { ...settled.fields, [pending.field]: made } };
  }
  if (typeof state.rules === 'string' || typeof webhook === 'string') return memory;
  const { trigger, name } = RULES[pending.rule];
  const found = state.rules.find(
    (one) => one.trigger === trigger && one.name === name && one.webhookUrls.includes(webhook.url),
  );
  if (!found) return settled;
  const made = { id: found.id, secretMark: webhook.secretMark };
  return { ...settled, rules: { ...settled.rules, [pending.rule]: made } };
}
