import { checkBody } from './body-rules.ts';
import { type ApiAnswer, type ApiCall, created, type Endpoint, listOf, ok } from './endpoint.ts';
import { findOrCreateContact } from './people.ts';
import { conflict, invalid, notFound } from './refusal.ts';
import type { Agent, Company, Contact, Group } from './state.ts';
import { createTicketField, customFieldView, ticketFields } from './ticket-fields.ts';
import { nowOf, takeId } from './world.ts';

/** Agents, groups, contacts, companies and ticket fields, as far as a connector needs them. */

const STARTED_AT = '2026-01-01T00:00:00Z';

const agentView = (agent: Agent): Record<string, unknown> => ({
  id: agent.id,
  available: agent.available,
  availability: [{ channel: 'ticket', available: agent.available, available_since: STARTED_AT }],
  occasional: agent.occasional,
  ticket_scope: 1,
  scope: 1,
  type: 'support_agent',
  deactivated: agent.deactivated,
  api_key_enabled: true,
  created_at: STARTED_AT,
  updated_at: STARTED_AT,
  contact: {
    active: true,
    email: agent.email,
    job_title: null,
    language: 'en',
    last_login_at: null,
    mobile: null,
    name: agent.name,
    phone: null,
    time_zone: 'UTC',
    created_at: STARTED_AT,
    updated_at: STARTED_AT,
  },
});

/** Only the view of one agent tells groups and roles. */
const oneAgentView = (agent: Agent): Record<string, unknown> => ({
  ...agentView(agent),
  group_ids: agent.group_ids,
  role_ids: [158018000020],
  skill_ids: [],
});

const groupView = (group: Group): Record<string, unknown> => ({
  ...group,
  escalate_to: null,
  unassigned_for: null,
  business_hour_id: null,
  group_type: 'support_agent_group',
  auto_ticket_assign: 0,
  created_at: STARTED_AT,
  updated_at: STARTED_AT,
});

const contactView = (contact: Contact): Record<string, unknown> => ({
  active: false,
  address: null,
  description: null,
  job_title: null,
  mobile: null,
  other_emails: [],
  custom_fields: {},
  tags: [],
  time_zone: 'UTC',
  ...contact,
  updated_at: contact.created_at,
});

const companyView = (company: Company): Record<string, unknown> => ({
  description: null,
  note: null,
  health_score: null,
  account_tier: null,
  renewal_date: null,
  industry: null,
  custom_fields: {},
  ...company,
  updated_at: company.created_at,
});

function oneOf<T extends { id: number }>(
  call: ApiCall,
  all: readonly T[],
  toView: (one: T) => unknown,
): ApiAnswer {
  const found = all.find(({ id }) => id === Number(call.params.id));
  if (!found) throw notFound();
  return ok(toView(found));
}

function createContact({ world, body, apiUrl }: ApiCall): ApiAnswer {
  const given = checkBody(body, {
    name: { type: 'String', required: true },
    email: { type: 'String', format: 'email' },
    phone: { type: 'String' },
    company_id: { type: 'Integer', nullable: true },
    language: { type: 'String' },
  }) as { name: string; email?: string; phone?: string; company_id?: number | null; language?: string };
  if (given.email === undefined && given.phone === undefined) {
    throw invalid({
      field: 'email',
      message: 'Please fill at least 1 of email, phone',
      code: 'missing_field',
    });
  }
  if (
    given.email !== undefined &&
    world.data.contacts.some(({ email }) => email === given.email?.toLowerCase())
  ) {
    throw conflict({ field: 'email', message: 'It should be a unique value', code: 'duplicate_value' });
  }
  const contact = Object.assign(findOrCreateContact(world, given), {
    ...(given.company_id === undefined ? {} : { company_id: given.company_id }),
    ...(given.language === undefined ? {} : { language: given.language }),
  });
  return created(contactView(contact), `${apiUrl}/contacts/${contact.id}`);
}

function updateContact({ world, body, params }: ApiCall): ApiAnswer {
  const contact = world.data.contacts.find(({ id }) => id === Number(params.id));
  if (!contact) throw notFound();
  const given = checkBody(body, {
    name: { type: 'String' },
    company_id: { type: 'Integer', nullable: true },
    language: { type: 'String' },
  });
  world.unsaved = true;
  return ok(contactView(Object.assign(contact, given)));
}

function createCompany({ world, body, apiUrl }: ApiCall): ApiAnswer {
  const given = checkBody(body, {
    name: { type: 'String', required: true },
    domains: { type: 'Array of String' },
  });
  const company: Company = {
    id: takeId(world, 'nextOtherId'),
    name: given.name as string,
    domains: (given.domains as string[] | undefined) ?? [],
    created_at: nowOf(world),
  };
  world.data.companies.push(company);
  return created(companyView(company), `${apiUrl}/companies/${company.id}`);
}

export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/agents/me',
    run: (call) =>
      oneOf({ ...call, params: { id: String(call.actor.userId) } }, call.world.data.agents, oneAgentView),
  },
  { method: 'get', path: '/agents', run: (call) => listOf(call, call.world.data.agents, agentView) },
  { method: 'get', path: '/agents/:id', run: (call) => oneOf(call, call.world.data.agents, oneAgentView) },
  { method: 'get', path: '/groups', run: (call) => listOf(call, call.world.data.groups, groupView) },
  { method: 'get', path: '/groups/:id', run: (call) => oneOf(call, call.world.data.groups, groupView) },
  {
    method: 'get',
    path: '/contacts',
    run(call) {
      const email = call.query.email?.toLowerCase();
      const found = call.world.data.contacts.filter((one) => email === undefined || one.email === email);
      return listOf(call, found, contactView);
    },
  },
  { method: 'post', path: '/contacts', run: createContact },
  { method: 'get', path: '/contacts/:id', run: (call) => oneOf(call, call.world.data.contacts, contactView) },
  { method: 'put', path: '/contacts/:id', run: updateContact },
  { method: 'get', path: '/companies', run: (call) => listOf(call, call.world.data.companies, companyView) },
  { method: 'post', path: '/companies', run: createCompany },
  {
    method: 'get',
    path: '/companies/:id',
    run: (call) => oneOf(call, call.world.data.companies, companyView),
  },
  { method: 'get', path: '/ticket_fields', run: ({ world }) => ok(ticketFields(world)) },
  {
    method: 'post',
    path: '/admin/ticket_fields',
    run({ world, body, apiUrl }) {
      const field = createTicketField(world, body);
      const view = { ...customFieldView(field, ticketFields(world).length), archived: false };
      return created(view, `${apiUrl}/admin/ticket_fields/${field.id}`);
    },
  },
];
