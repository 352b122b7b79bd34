import { primeOf } from './associations.ts';
import { personOf } from './people.ts';
import type { Ticket } from './state.ts';
import type { World } from './world.ts';

/** The same ticket has other keys in every answer. Source: recorded answers, freshdesk-api reference 3.2. */

type Answer = Record<string, unknown>;

function common(ticket: Ticket): Answer {
  return {
    cc_emails: ticket.cc_emails,
    fwd_emails: ticket.fwd_emails,
    reply_cc_emails: ticket.reply_cc_emails,
    ticket_cc_emails: ticket.ticket_cc_emails,
    ticket_bcc_emails: ticket.ticket_bcc_emails,
    fr_escalated: ticket.fr_escalated,
    spam: ticket.spam,
    email_config_id: ticket.email_config_id,
    group_id: ticket.group_id,
    priority: ticket.priority,
    requester_id: ticket.requester_id,
    responder_id: ticket.responder_id,
    source: ticket.source,
    company_id: ticket.company_id,
    status: ticket.status,
    subject: ticket.subject,
    support_email: null,
    to_emails: null,
    product_id: ticket.product_id,
    id: ticket.id,
    type: ticket.type,
    due_by: ticket.due_by,
    fr_due_by: ticket.fr_due_by,
    is_escalated: ticket.is_escalated,
    custom_fields: ticket.custom_fields,
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
    tags: ticket.tags,
    nr_due_by: null,
    nr_escalated: false,
    ...(ticket.deleted ? { deleted: true } : {}),
  };
}

const texts = (ticket: Ticket): Answer => ({
  description: ticket.description,
  description_text: ticket.description_text,
  structured_description: null,
});

export const createdView = (ticket: Ticket): Answer => ({
  ...common(ticket),
  ...texts(ticket),
  attachments: [],
  form_id: 158018000009,
});

export const updatedView = (ticket: Ticket): Answer => ({
  ...common(ticket),
  ...texts(ticket),
  attachments: [],
  sentiment_score: null,
});

export const fullView = (ticket: Ticket): Answer => ({
  ...common(ticket),
  ...texts(ticket),
  attachments: [],
  association_type: ticket.association_type,
  ...(ticket.association_type === null ? {} : { associated_tickets_list: ticket.associated_tickets_list }),
  source_additional_info: null,
  sentiment_score: null,
  initial_sentiment_score: null,
});

export const listView = (ticket: Ticket): Answer => ({
  ...common(ticket),
  association_type: ticket.association_type,
  associated_tickets_count: ticket.association_type === null ? null : ticket.associated_tickets_list.length,
  sentiment_score: null,
  initial_sentiment_score: null,
});

/** What `include=` adds to a ticket in a list or alone. */
export function included(world: World, ticket: Ticket, words: readonly string[]): Answer {
  const requester = personOf(world, ticket.requester_id);
  const company = world.data.companies.find(({ id }) => id === ticket.company_id);
  return {
    ...(words.includes('description') ? texts(ticket) : {}),
    ...(words.includes('stats') ? { stats: ticket.stats } : {}),
    ...(words.includes('requester')
      ? {
          requester: {
            id: ticket.requester_id,
            name: requester?.name,
            email: requester?.email,
            mobile: null,
            phone: requester && 'phone' in requester ? requester.phone : null,
          },
        }
      : {}),
    ...(words.includes('company') ? { company: company ? { id: company.id, name: company.name } : {} } : {}),
    ...(words.includes('sla_policy')
      ? { sla_policy: { id: '158018000010', name: 'Default SLA Policy' } }
      : {}),
  };
}

/** The parent or tracker that a ticket belongs to, as `prime_association` answers it. */
export function primeView(world: World, ticket: Ticket): Answer | undefined {
  const prime = primeOf(world, ticket);
  return prime ? fullView(prime) : undefined;
}
