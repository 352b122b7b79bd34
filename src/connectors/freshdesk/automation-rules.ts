import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';
import { readAllPages } from './read-all-pages.ts';

/** When a rule runs: after a ticket was created, hourly, or after a ticket was updated. */
export type RuleTrigger = 'creation' | 'time' | 'update';

/** Source: one public client's tests against a live account. */
const TYPE_OF_TRIGGER: Readonly<Record<RuleTrigger, number>> = { creation: 1, time: 3, update: 4 };

/** One automation rule of the account, as far as we look at it. */
export type AutomationRule = Readonly<{
  id: number;
  trigger: RuleTrigger;
  name: string;
  isActive: boolean;
  /** Addresses that its webhook actions call. */
  webhookUrls: readonly string[];
  /** Freshdesk's status codes that its actions set. */
  setsStatuses: readonly number[];
}>;

/** A rule that sends the ticket's number, and nothing that would need escaping, to Watchdesk. */
export type WebhookRuleDraft = Readonly<{
  trigger: 'creation' | 'update';
  name: string;
  url: string;
  /** Goes into the header `X-Watchdesk-Secret`. */
  secret: string;
  event: 'ticket_created' | 'ticket_updated';
}>;

type Call = Pick<FreshdeskCall, 'ask'>;

const ActionWire = z.looseObject({
  field_name: z.string().catch(''),
  value: z.unknown().optional(),
  url: z.string().nullish().catch(null),
});
const RuleWire = z.object({
  id: z.int().positive(),
  name: z.string().nullish().catch(null),
  active: z.boolean().nullish().catch(null),
  actions: z.array(ActionWire).nullish().catch(null),
});

export async function listRules(call: Call, trigger: RuleTrigger): Promise<readonly AutomationRule[]> {
  const rules = await readAllPages(call, {
    path: rulesPath(trigger),
    verb: 'list_rules',
    what: `list the automation rules for ${TRIGGER_NAMES[trigger]}`,
    schema: RuleWire,
  });
  return rules.map((wire) => ruleFromWire(trigger, wire));
}

export async function createWebhookRule({ ask }: Call, draft: WebhookRuleDraft): Promise<AutomationRule> {
  const { body } = await ask({
    method: 'POST',
    path: rulesPath(draft.trigger),
    body: ruleBody(draft),
    kind: 'other',
    verb: 'create_rule',
    what: `create the automation rule “${draft.name}”`,
    schema: RuleWire,
  });
  return ruleFromWire(draft.trigger, body);
}

/** Replaces the whole rule by the draft, and switches it on. */
export async function replaceWebhookRule({ ask }: Call, id: number, draft: WebhookRuleDraft): Promise<void> {
  await ask({
    method: 'PUT',
    path: `${rulesPath(draft.trigger)}/${id}`,
    body: ruleBody(draft),
    kind: 'other',
    verb: 'update_rule',
    what: `change the automation rule “${draft.name}”`,
    schema: z.unknown(),
  });
}

export async function deleteRule({ ask }: Call, trigger: RuleTrigger, id: number): Promise<void> {
  await ask({
    method: 'DELETE',
    path: `${rulesPath(trigger)}/${id}`,
    kind: 'other',
    verb: 'delete_rule',
    what: `delete the automation rule ${id}`,
    schema: z.unknown(),
  });
}

const TRIGGER_NAMES: Readonly<Record<RuleTrigger, string>> = {
  creation: 'ticket creation',
  time: 'time triggers',
  update: 'ticket updates',
};

const rulesPath = (trigger: RuleTrigger): string => `/automations/${TYPE_OF_TRIGGER[trigger]}/rules`;

const ruleFromWire = (trigger: RuleTrigger, wire: z.output<typeof RuleWire>): AutomationRule => {
  const actions = wire.actions ?? [];
  return {
    id: wire.id,
    trigger,
    name: wire.name ?? '',
    isActive: wire.active ?? true,
    webhookUrls: actions.flatMap(({ url }) => (typeof url === 'string' && url !== '' ? [url] : [])),
    setsStatuses: actions.flatMap(({ field_name, value }) => {
      const code = field_name === 'status' ? Number(value) : Number.NaN;
      return Number.isInteger(code) ? [code] : [];
    }),
  };
};

/** The body of the webhook: nothing in it would need escaping, which Freshdesk does not do. */
export const webhookContent = (event: WebhookRuleDraft['event']) => ({ ticket_id: '{{ticket.id}}', event });

/**
 * What was seen of rules with a webhook: `content_layout` 2 (a text) is the free template. Of the performers only 1 (agent)
 * and 2 (requester) were seen; 3 stands for either of them, as in Freshdesk's own form. A missing key of the webhook is
 * answered with 500.
 */
const AGENT_OR_REQUESTER = 3;
const ANY = '--';

const UPDATE_EVENTS = [
  ...['status', 'priority', 'ticket_type', 'group_id', 'responder_id'].map((field_name) => ({
    field_name,
    from: ANY,
    to: ANY,
  })),
  { field_name: 'reply_sent' },
  { field_name: 'note_type', value: 'public' },
  { field_name: 'note_type', value: 'private' },
];

function ruleBody({ trigger, name, url, secret, event }: WebhookRuleDraft): Record<string, unknown> {
  return {
    name,
    active: true,
    description: 'Tells Watchdesk the number of the ticket. Made by “watchdesk setup freshdesk”.',
    ...(trigger === 'update' ? { performer: { type: AGENT_OR_REQUESTER }, events: UPDATE_EVENTS } : {}),
    actions: [
      {
        field_name: 'trigger_webhook',
        request_type: 'POST',
        url,
        content_type: 'JSON',
        content_layout: '2',
        content: webhookContent(event),
        custom_headers: { 'X-Watchdesk-Secret': secret },
      },
    ],
  };
}
