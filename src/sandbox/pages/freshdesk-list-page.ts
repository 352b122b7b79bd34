import { personName } from '../freshdesk/people.ts';
import type { Ticket } from '../freshdesk/state.ts';
import { PRIORITY_LABELS, STATUS_LABELS } from '../freshdesk/vocabulary.ts';
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
  const live = world.data.tickets.filter((ticket) => !ticket.deleted);
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
    ? html`<div class="empty"><p>No ticket yet.</p><p><a href="${sandboxPath}/opsview/">Break a check</a> and come back.</p></div>`
    : html`<table class="incidents">
  <thead><tr><th scope="col">Priority</th><th scope="col">Ticket</th><th scope="col">Group</th><th scope="col">Agent</th><th scope="col">Changed</th></tr></thead>
  <tbody>${shown.map((ticket) => row(world, ticket, base))}</tbody>
</table>`
}
</div>`,
  });
}

const newestFirst = (a: Ticket, b: Ticket): number =>
  a.updated_at === b.updated_at ? b.id - a.id : a.updated_at < b.updated_at ? 1 : -1;

function row(world: World, ticket: Ticket, base: string): Html {
  const priority = PRIORITY_LABELS[ticket.priority] ?? '';
  return html`<tr class="p-${priority.toLowerCase()}">
  <td class="cell-priority"><span class="priority">${priority}</span><span class="status">${STATUS_LABELS[ticket.status]}</span></td>
  <td class="cell-title"><a href="${base}/a/tickets/${ticket.id}"><span class="ref">#${ticket.id}</span> ${ticket.subject}</a>
    <span class="sub">${ticket.type ?? 'no type'} ${ticket.tags.map((tag) => html`<span class="tag">${tag}</span> `)}</span></td>
  <td>${groupName(world, ticket.group_id)}</td>
  <td>${personName(world, ticket.responder_id)}</td>
  <td>${timeTag(ticket.updated_at)}</td>
</tr>
`;
}

export const groupName = (world: World, id: number | null): string =>
  world.data.groups.find((group) => group.id === id)?.name ?? 'none';
