import { checkBody } from './body-rules.ts';
import { type ApiAnswer, type ApiCall, created, type Endpoint, nothing, ok } from './endpoint.ts';
import { pageOf } from './paging.ts';
import { notFound, Refusal } from './refusal.ts';
import type { AutomationRule } from './state.ts';
import { customFieldView, ticketFields } from './ticket-fields.ts';
import { nowOf, takeId, type World } from './world.ts';

/** What an administrator's key may do: automation rules, deleting ticket fields, the account itself. */

const TYPES = ['1', '3', '4'];
const rulesOf = (world: World): AutomationRule[] => {
  world.data.automationRules ??= [];
  return world.data.automationRules;
};

function typeOf({ params }: ApiCall): number {
  if (!TYPES.includes(params.type ?? '')) throw notFound();
  return Number(params.type);
}

function ruleOf(call: ApiCall): AutomationRule {
  const type = typeOf(call);
  const found = rulesOf(call.world).find((rule) => rule.type === type && rule.id === Number(call.params.id));
  if (!found) throw notFound();
  return found;
}

/** The type is in the address only; a rule without conditions is read back with one empty set. */
const ruleView = ({ type: _, ...rule }: AutomationRule): Record<string, unknown> => ({
  ...rule,
  operator: 'AND',
  conditions:
    rule.conditions.length > 0
      ? rule.conditions
      : [{ name: 'condition_set_1', match_type: 'all', properties: [] }],
  summary: {},
  affected_tickets_count: 0,
  outdated: false,
  last_updated_by: 158018000001,
});

const WEBHOOK_KEYS = ['request_type', 'url', 'content_type', 'content_layout', 'content'];

function checkedRule(body: unknown, isNew: boolean, hasEvents: boolean): Partial<AutomationRule> {
  const list = { type: 'Array of Hash' } as const;
  const given = checkBody(body, {
    name: { type: 'String', required: isNew },
    description: { type: 'String' },
    active: { type: 'Boolean' },
    position: { type: 'Integer' },
    operator: { type: 'String', oneOf: ['AND', 'OR'] },
    conditions: list,
    actions: { ...list, required: isNew },
    ...(hasEvents
      ? { performer: { type: 'Hash' as const, required: isNew }, events: { ...list, required: isNew } }
      : {}),
  }) as Partial<AutomationRule>;
  // A webhook that lacks a key was seen to be answered like this.
  const isBroken = (given.actions ?? []).some(
    (action) => action.field_name === 'trigger_webhook' && WEBHOOK_KEYS.some((key) => !(key in action)),
  );
  if (isBroken)
    throw new Refusal(500, { code: 'internal_error', message: 'We’re sorry, but something went wrong' });
  return given;
}

function createRule(call: ApiCall): ApiAnswer {
  const { world, body, apiUrl } = call;
  const type = typeOf(call);
  const given = checkedRule(body, true, type === 4);
  const rule: AutomationRule = {
    id: takeId(world, 'nextOtherId'),
    type,
    name: '',
    active: true,
    conditions: [],
    actions: [],
    created_at: nowOf(world),
    updated_at: nowOf(world),
    ...given,
  };
  rulesOf(world).push(rule);
  return created(ruleView(rule), `${apiUrl}/automations/${type}/rules/${rule.id}`);
}

function updateRule(call: ApiCall): ApiAnswer {
  const rule = ruleOf(call);
  Object.assign(rule, checkedRule(call.body, false, rule.type === 4), { updated_at: nowOf(call.world) });
  call.world.unsaved = true;
  return ok(ruleView(rule));
}

function deleteRule(call: ApiCall): ApiAnswer {
  const gone = ruleOf(call);
  call.world.data.automationRules = rulesOf(call.world).filter((rule) => rule !== gone);
  call.world.unsaved = true;
  return nothing;
}

function fieldOf({ world, params }: ApiCall) {
  const found = world.data.customFields.find(({ id }) => id === Number(params.id));
  if (!found) throw notFound();
  return found;
}

const fieldView = (call: ApiCall): Record<string, unknown> => ({
  ...customFieldView(fieldOf(call), ticketFields(call.world).length),
  archived: false,
});

/** The label and the choices of a field may change; its name never does. */
function updateField(call: ApiCall): ApiAnswer {
  const field = fieldOf(call);
  const given = checkBody(call.body, { label: { type: 'String' }, choices: { type: 'Array of Hash' } });
  if (typeof given.label === 'string') field.label = given.label;
  if (Array.isArray(given.choices)) field.choices = given.choices.map(({ value }) => String(value));
  call.world.unsaved = true;
  return ok(fieldView(call));
}

/** Takes what tickets hold in it along; its name is never given again. */
function deleteField(call: ApiCall): ApiAnswer {
  const { world } = call;
  const gone = fieldOf(call);
  world.data.customFields = world.data.customFields.filter((field) => field !== gone);
  world.data.formerFieldNames = [...(world.data.formerFieldNames ?? []), gone.name];
  for (const ticket of world.data.tickets) delete ticket.custom_fields[gone.name];
  world.unsaved = true;
  return nothing;
}

const ROLES = [
  { id: 158018000020, name: 'Account Administrator' },
  { id: 158018000021, name: 'Agent' },
];

const RULES = '/automations/:type/rules';
const FIELD = '/admin/ticket_fields/:id';

export const AUTOMATION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: RULES,
    run(call) {
      const type = typeOf(call);
      const page = pageOf(
        rulesOf(call.world).filter((rule) => rule.type === type),
        call.query,
      );
      return { status: 200, body: page.items.map(ruleView), page };
    },
  },
  { method: 'post', path: RULES, run: createRule },
  { method: 'get', path: `${RULES}/:id`, run: (call) => ok(ruleView(ruleOf(call))) },
  { method: 'put', path: `${RULES}/:id`, run: updateRule },
  { method: 'delete', path: `${RULES}/:id`, run: deleteRule },
  { method: 'get', path: FIELD, run: (call) => ok(fieldView(call)) },
  { method: 'put', path: FIELD, run: updateField },
  { method: 'delete', path: FIELD, run: deleteField },
  {
    method: 'get',
    path: '/roles',
    run: (call) => {
      const page = pageOf(ROLES, call.query);
      return { status: 200, body: page.items, page };
    },
  },
  {
    method: 'get',
    path: '/account',
    run: ({ world }) =>
      ok({
        account_id: 1,
        account_name: 'Sandbox',
        account_domain: 'sandbox.freshdesk.com',
        tier_type: 'Sandbox',
        timezone: 'UTC',
        total_agents: { full_time: world.data.agents.length, occasional: 0 },
      }),
  },
  {
    method: 'get',
    path: '/settings/helpdesk',
    run: () => ok({ primary_language: 'en', supported_languages: [], portal_languages: [] }),
  },
];
