import { membersOf, primeOf } from '../freshdesk/associations.ts';
import { conversationsOf } from '../freshdesk/conversations.ts';
import { personName } from '../freshdesk/people.ts';
import type { Conversation, Ticket } from '../freshdesk/state.ts';
import { ASSOCIATION, PRIORITY_LABELS, STATUS_LABELS } from '../freshdesk/vocabulary.ts';
import type { World } from '../freshdesk/world.ts';
import { groupName, requesterText, sourceText } from './freshdesk-list-page.ts';
import { ticketForms } from './freshdesk-ticket-forms.ts';
import { type Html, html, trusted } from './html.ts';
import { layout, timeTag } from './layout.ts';

const REPLY_SOURCE = 0;

export type TicketView = Readonly<{
  world: World;
  ticket: Ticket;
  base: string;
  sandboxPath: string;
  /** What Freshdesk refused, to be shown above the forms. */
  refused?: string;
}>;

/** One ticket as an agent sees it, with everything an agent or the requester can do. */
export function ticketPage(view: TicketView): string {
  const { world, ticket, base, sandboxPath, refused } = view;
  const at = `${base}/a/tickets/${ticket.id}`;
  const priority = PRIORITY_LABELS[ticket.priority] ?? '';
  const conversations = conversationsOf(world, ticket.id);
  return layout({
    title: `#${ticket.id} ${ticket.subject}`,
    place: 'freshdesk',
    sandboxPath,
    body: html`<div id="live" hx-get="${at}" hx-trigger="every 3s" hx-select="#live" hx-swap="outerHTML">
<header class="case p-${priority.toLowerCase()}">
  <p class="crumb"><a href="${base}/">Tickets</a> <span aria-hidden="true">/</span> <span class="ref">#${ticket.id}</span></p>
  <h1>${ticket.subject}</h1>
  <p class="marks"><span class="priority">${priority}</span> <span class="status">${STATUS_LABELS[ticket.status]}</span>
    ${ticket.deleted && html`<span class="tag">in the trash</span>`} ${ticket.spam && html`<span class="tag">spam</span>`}
    <span>${ticket.type ?? 'no type'}</span> <span>group ${groupName(world, ticket.group_id)}</span>
    <span>agent ${personName(world, ticket.responder_id)}</span>
    <span>from ${requesterText(world, ticket)}</span> <span>by ${sourceText(ticket)}</span> <span>created ${timeTag(ticket.created_at)}</span></p>
  <p>${ticket.tags.map((tag) => html`<span class="tag">${tag}</span> `)}</p>
</header>
<section class="card" aria-label="Description"><div class="written">${trusted(ticket.description)}</div></section>
<section aria-labelledby="talk"><h2 id="talk">Conversation <span class="soft">${conversations.length}</span></h2>
${conversations.map((one) => entry(world, one, base))}</section>
<section class="card"><h2>Facts</h2>${facts(world, ticket, base)}</section>
<section class="card"><h2>History</h2><ol class="plainlist">${[...ticket.activities]
      .reverse()
      .map(
        ({ at: when, who, what }) => html`<li>${timeTag(when)} <strong>${who}</strong> ${what}</li>`,
      )}</ol></section>
</div>
${refused !== undefined && html`<p class="told error" role="alert">${refused}</p>`}
${ticketForms(world, ticket, at)}`,
  });
}

/** A merge leaves a link to `/a/tickets/{id}`, which is below the stand-in's own address here. */
const withTicketLinks = (stored: string, base: string): string =>
  stored.replaceAll(/href="\/a\/tickets\/(\d+)"/g, `href="${base}/a/tickets/$1"`);

function entry(world: World, one: Conversation, base: string): Html {
  const kind = one.private
    ? 'Private note'
    : one.source !== REPLY_SOURCE
      ? 'Public note'
      : one.incoming
        ? 'Answer'
        : 'Reply';
  return html`<article class="card talk ${one.private && 'private'}">
  <p class="what"><span class="kind">${kind}</span> <strong>${personName(world, one.user_id)}</strong> ${timeTag(one.created_at)}
  ${one.source === REPLY_SOURCE && !one.incoming && one.to_emails.length > 0 && html`<span class="tag">e-mail to ${one.to_emails.join(', ')}</span>`}
  ${one.private && html`<span class="tag">only agents see this</span>`}</p>
  <div class="written">${trusted(withTicketLinks(one.body, base))}</div>
</article>
`;
}

function facts(world: World, ticket: Ticket, base: string): Html {
  const link = ({ id, subject, status }: Ticket): Html =>
    html`<span class="line"><a href="${base}/a/tickets/${id}">#${id}</a> ${subject} <span class="soft">${STATUS_LABELS[status]}</span></span> `;
  const filled = world.data.customFields.flatMap(({ name, label }) => {
    const value = ticket.custom_fields[name];
    return value === null || value === undefined || value === '' ? [] : [{ label, value }];
  });
  const prime = primeOf(world, ticket);
  const members = membersOf(world, ticket);
  return html`<dl class="facts">
  <div><dt>First response due</dt><dd>${ticket.fr_due_by === null ? 'being worked out' : timeTag(ticket.fr_due_by)}</dd></div>
  <div><dt>Solution due</dt><dd>${ticket.due_by === null ? 'being worked out' : timeTag(ticket.due_by)}</dd></div>
  <div><dt>Changed</dt><dd>${timeTag(ticket.updated_at)}</dd></div>
  ${prime && html`<div><dt>${prime.association_type === ASSOCIATION.parent ? 'Child of' : 'Related to'}</dt><dd>${link(prime)}</dd></div>`}
  ${members.length > 0 && html`<div><dt>${ticket.association_type === ASSOCIATION.parent ? 'Children' : 'Related tickets'}</dt><dd>${members.map(link)}</dd></div>`}
  ${filled.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${fieldValue(value)}</dd></div>`)}
</dl>`;
}

/** An address is a link, as in the real Freshdesk. */
function fieldValue(value: unknown): Html | string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const text = String(value);
  return /^https?:\/\/\S+$/.test(text) ? html`<a href="${text}">${text}</a>` : text;
}
