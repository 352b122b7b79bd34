import { membersOf, primeOf } from '../freshdesk/associations.ts';
import { conversationsOf } from '../freshdesk/conversations.ts';
import { personName } from '../freshdesk/people.ts';
import type { Conversation, Ticket } from '../freshdesk/state.ts';
import { codes, PRIORITY_LABELS, STATUS_LABELS, TYPES } from '../freshdesk/vocabulary.ts';
import type { World } from '../freshdesk/world.ts';
import { groupName } from './freshdesk-list-page.ts';
import { type Html, html, trusted } from './html.ts';
import { layout, timeTag } from './layout.ts';

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
    ${ticket.deleted && html`<span class="tag">in the trash</span>`}
    <span>${ticket.type ?? 'no type'}</span> <span>group ${groupName(world, ticket.group_id)}</span>
    <span>agent ${personName(world, ticket.responder_id)}</span>
    <span>from ${personName(world, ticket.requester_id)}</span> <span>created ${timeTag(ticket.created_at)}</span></p>
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
<div class="acts">${propertiesForm(world, ticket, at)}${textForms(at)}</div>`,
  });
}

/** A merge leaves a link to `/a/tickets/{id}`, which is below the stand-in's own address here. */
const withTicketLinks = (stored: string, base: string): string =>
  stored.replaceAll(/href="\/a\/tickets\/(\d+)"/g, `href="${base}/a/tickets/$1"`);

function entry(world: World, one: Conversation, base: string): Html {
  const kind = one.private
    ? 'Private note'
    : one.source === 2
      ? 'Public note'
      : one.incoming
        ? 'Answer'
        : 'Reply';
  return html`<article class="card talk ${one.private && 'private'}">
  <p class="what"><span class="kind">${kind}</span> <strong>${personName(world, one.user_id)}</strong> ${timeTag(one.created_at)}
  ${one.private && html`<span class="tag">only agents see this</span>`}</p>
  <div class="written">${trusted(withTicketLinks(one.body, base))}</div>
</article>
`;
}

function facts(world: World, ticket: Ticket, base: string): Html {
  const link = (id: number): Html => html`<a href="${base}/a/tickets/${id}">#${id}</a> `;
  const prime = primeOf(world, ticket);
  const members = membersOf(world, ticket);
  return html`<dl class="facts">
  <div><dt>First response due</dt><dd>${ticket.fr_due_by === null ? 'being worked out' : timeTag(ticket.fr_due_by)}</dd></div>
  <div><dt>Solution due</dt><dd>${ticket.due_by === null ? 'being worked out' : timeTag(ticket.due_by)}</dd></div>
  <div><dt>Changed</dt><dd>${timeTag(ticket.updated_at)}</dd></div>
  ${prime && html`<div><dt>Belongs to</dt><dd>${link(prime.id)}</dd></div>`}
  ${members.length > 0 && html`<div><dt>Linked tickets</dt><dd>${members.map(({ id }) => link(id))}</dd></div>`}
  ${Object.entries(ticket.custom_fields).map(([name, value]) => html`<div><dt>${name}</dt><dd>${String(value ?? '')}</dd></div>`)}
</dl>`;
}

/** Every select tells also what it showed, so that only what the agent changed is changed. */
function propertiesForm(world: World, ticket: Ticket, at: string): Html {
  const nobody = { value: '', text: 'none' };
  const field = (
    name: keyof Ticket,
    label: string,
    options: readonly { value: string; text: string }[],
  ): Html => {
    const now = String(ticket[name] ?? '');
    return html`<label><span>${label}</span>
    <input type="hidden" name="was_${name}" value="${now}">
    <select name="${name}">${options.map(({ value, text }) =>
      value === now
        ? html`<option value="${value}" selected>${text}</option>`
        : html`<option value="${value}">${text}</option>`,
    )}</select></label>`;
  };
  const labelled = (labels: Readonly<Record<number, string>>): { value: string; text: string }[] =>
    codes(labels).map((code) => ({ value: String(code), text: labels[code] ?? '' }));
  const named = (all: readonly { id: number; name: string }[]): { value: string; text: string }[] => [
    nobody,
    ...all.map(({ id, name }) => ({ value: String(id), text: name })),
  ];
  return html`<section class="card"><h2>Properties</h2>
<form class="properties" method="post" action="${at}/properties">
  ${field('status', 'Status', labelled(STATUS_LABELS))}
  ${field('priority', 'Priority', labelled(PRIORITY_LABELS))}
  ${field('type', 'Type', [nobody, ...TYPES.map((type) => ({ value: type, text: type }))])}
  ${field('group_id', 'Group', named(world.data.groups))}
  ${field('responder_id', 'Agent', named(world.data.agents.filter(({ id, deactivated }) => !deactivated || id === ticket.responder_id)))}
  <p><button>Update</button></p>
</form>
<form method="post" action="${at}/properties"><input type="hidden" name="was_status" value="">
  <button name="status" value="5">Close the ticket</button></form></section>`;
}

function textForms(at: string): Html {
  const form = (
    path: string,
    heading: string,
    label: string,
  ): Html => html`<section class="card"><h2>${heading}</h2>
<form method="post" action="${at}/${path}"><label><span class="hush">${label}</span>
<textarea name="body" rows="3" required maxlength="20000"></textarea></label><p><button>${label}</button></p></form></section>`;
  return html`${form('note', 'As an agent, for agents', 'Add private note')}
${form('reply', 'As an agent, to the requester', 'Send reply')}
${form('answer', 'As the requester', 'Answer by e-mail')}`;
}
