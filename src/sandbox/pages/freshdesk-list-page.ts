import { membersOf, primeOf } from '../freshdesk/associations.ts';
import { personName, personOf } from '../freshdesk/people.ts';
import type { Ticket } from '../freshdesk/state.ts';
import { ASSOCIATION, PRIORITY_LABELS, SOURCE_LABELS, STATUS_LABELS } from '../freshdesk/vocabulary.ts';
import type { World } from '../freshdesk/world.ts';
import { type Html, html } from './html.ts';
import { layout, timeTag } from './layout.ts';

const TICKETS_SHOWN_MAX = 200;

export type ListView = Readonly<{
  world: World;
  base: string;
  sandboxPath: string;
  isOutage: boolean;
  /** API calls in the present minute, and how many are allowed. */
  calls: Readonly<{ used: number; limit: number }>;
}>;

/** The tickets, newest change first. */
export function ticketListPage({ world, base, sandboxPath, isOutage, calls }: ListView): string {
  const live = world.data.tickets.filter((ticket) => !ticket.deleted && !ticket.spam);
  const away = world.data.tickets.filter((ticket) => ticket.deleted || ticket.spam);
  const shown = [...live].sort(newestFirst).slice(0, TICKETS_SHOWN_MAX);
  return layout({
    title: 'Freshdesk stand-in',
    place: 'freshdesk',
    sandboxPath,
    body: html`<h1>Freshdesk stand-in</h1>
<form class="reach" method="post" action="${base}/reachable">
  <p>Its API is <strong>${isOutage ? 'unreachable' : 'reachable'}</strong>.
  ${
    isOutage
      ? html`<button name="reachable" value="yes">Let it come back</button>`
      : html`<button class="plain" name="reachable" value="no">Make it unreachable</button>`
  }</p>
</form>
<div id="live" hx-get="${base}/" hx-trigger="every 3s" hx-select="#live" hx-swap="outerHTML">
<p class="counted"><strong>${live.length}</strong> ${live.length === 1 ? 'ticket' : 'tickets'}${shown.length < live.length && `, the last ${shown.length} shown`} ·
${calls.used} of ${calls.limit} API calls used this minute · <a href="${base}/">Look again</a></p>
${
  shown.length === 0
    ? html`<div class="empty"><p>No ticket yet.</p><p><a href="${sandboxPath}/opsview/">Break a check</a> and come back, or raise one below.</p></div>`
    : html`<table class="incidents">
  <thead><tr><th scope="col">Priority</th><th scope="col">Ticket</th><th scope="col">Group</th><th scope="col">Agent</th><th scope="col">Changed</th></tr></thead>
  <tbody>${shown.map((ticket) => row(world, ticket, base))}</tbody>
</table>`
}
${
  away.length > 0 &&
  html`<p class="counted">In the trash or marked as spam: ${away
    .slice(-20)
    .map(({ id, subject }) => html`<a href="${base}/a/tickets/${id}">#${id} ${subject}</a> `)}</p>`
}
</div>
${raiseForm(base)}`,
  });
}

const newestFirst = (a: Ticket, b: Ticket): number =>
  a.updated_at === b.updated_at ? b.id - a.id : a.updated_at < b.updated_at ? 1 : -1;

function row(world: World, ticket: Ticket, base: string): Html {
  const priority = PRIORITY_LABELS[ticket.priority] ?? '';
  return html`<tr class="p-${priority.toLowerCase()}">
  <td class="cell-priority"><span class="priority">${priority}</span><span class="status">${STATUS_LABELS[ticket.status]}</span></td>
  <td class="cell-title"><a href="${base}/a/tickets/${ticket.id}"><span class="ref">#${ticket.id}</span> ${ticket.subject}</a>
    <span class="sub">${ticket.type ?? 'no type'} · from ${requesterText(world, ticket)} by ${sourceText(ticket)}${associationText(world, ticket)} ${ticket.tags.map((tag) => html`<span class="tag">${tag}</span> `)}</span></td>
  <td>${groupName(world, ticket.group_id)}</td>
  <td>${personName(world, ticket.responder_id)}</td>
  <td>${timeTag(ticket.updated_at)}</td>
</tr>
`;
}

export const groupName = (world: World, id: number | null): string =>
  world.data.groups.find((group) => group.id === id)?.name ?? 'none';

/** Name and company of who raised it. */
export function requesterText(world: World, { requester_id, company_id }: Ticket): string {
  const company = world.data.companies.find(({ id }) => id === company_id)?.name;
  const email = personOf(world, requester_id)?.email;
  const about = [email, company].filter(Boolean).join(', ');
  return `${personName(world, requester_id)}${about === '' ? '' : ` (${about})`}`;
}

export const sourceText = ({ source }: Ticket): string => SOURCE_LABELS[source] ?? `source ${source}`;

function associationText(world: World, ticket: Ticket): string {
  const prime = primeOf(world, ticket);
  const members = membersOf(world, ticket).length;
  if (prime)
    return ` · ${prime.association_type === ASSOCIATION.parent ? 'child of' : 'related to'} #${prime.id}`;
  if (members === 0) return '';
  return ticket.association_type === ASSOCIATION.parent
    ? ` · ${members} ${members === 1 ? 'child' : 'children'}`
    : ` · ${members} related`;
}

const raiseForm = (
  base: string,
): Html => html`<section class="card raise" id="raise"><h2>Raise a ticket as a customer</h2>
<form class="properties" method="post" action="${base}/raise">
  <label><span>Your name</span><input name="name" maxlength="100" value="Ann Archer" autocomplete="off"></label>
  <label><span>Your e-mail address</span><input name="email" type="email" required maxlength="200" value="ann@northwind.example" autocomplete="off"></label>
  <label><span>Subject</span><input name="subject" required maxlength="255" placeholder="The web shop does not load" autocomplete="off"></label>
  <label><span>Text</span><textarea name="text" rows="4" required maxlength="20000" placeholder="Since this morning nobody can pay in the shop."></textarea></label>
  <p><button>Send</button> <span class="soft">northwind.example and helvetia.example are the addresses of the two customers.</span></p>
</form></section>`;
