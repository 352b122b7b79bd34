import { DESK_FIELDS } from '../../model/desk-field.ts';
import { type CustomField, HUMAN_AGENT_ID, type Ticket } from '../freshdesk/state.ts';
import { codes, PRIORITY_LABELS, STATUS_LABELS, TYPES } from '../freshdesk/vocabulary.ts';
import type { World } from '../freshdesk/world.ts';
import { type Html, html } from './html.ts';

type Option = Readonly<{ value: string; text: string }>;
const NOBODY: Option = { value: '', text: 'none' };

/** Everything that an agent or the requester can do to a ticket. `at` is the ticket's address. */
export const ticketForms = (world: World, ticket: Ticket, at: string): Html => html`<div class="acts">
${textForms(world, at)}${propertiesForm(world, ticket, at)}${customFieldsForm(world, ticket, at)}${fateForms(ticket, at)}
</div>`;

/** A field tells also what it showed, so that only what the agent changed is changed. */
function select(name: string, label: string, now: string, options: readonly Option[]): Html {
  return html`<label><span>${label}</span>
    <input type="hidden" name="was_${name}" value="${now}">
    <select name="${name}">${options.map(({ value, text }) =>
      value === now
        ? html`<option value="${value}" selected>${text}</option>`
        : html`<option value="${value}">${text}</option>`,
    )}</select></label>`;
}

function propertiesForm(world: World, ticket: Ticket, at: string): Html {
  const field = (name: keyof Ticket, label: string, options: readonly Option[]): Html =>
    select(name, label, String(ticket[name] ?? ''), options);
  const labelled = (labels: Readonly<Record<number, string>>): Option[] =>
    codes(labels).map((code) => ({ value: String(code), text: labels[code] ?? '' }));
  const named = (all: readonly { id: number; name: string }[]): Option[] => [
    NOBODY,
    ...all.map(({ id, name }) => ({ value: String(id), text: name })),
  ];
  const agents = world.data.agents.filter(
    ({ id, deactivated }) => !deactivated || id === ticket.responder_id,
  );
  return html`<section class="card"><h2>Properties</h2>
<form class="properties" method="post" action="${at}/properties">
  ${field('status', 'Status', labelled(STATUS_LABELS))}
  ${field('priority', 'Priority', labelled(PRIORITY_LABELS))}
  ${field('type', 'Type', [NOBODY, ...TYPES.map((type) => ({ value: type, text: type }))])}
  ${field('group_id', 'Group', named(world.data.groups))}
  ${field('responder_id', 'Agent', named(agents))}
  <p><button>Update</button></p>
</form>
<form method="post" action="${at}/properties"><input type="hidden" name="was_status" value="">
  <p class="buttons"><button name="status" value="4">Resolve the ticket</button>
  <button name="status" value="5">Close the ticket</button></p></form></section>`;
}

const ASKED: ReadonlySet<string> = new Set(
  Object.values(DESK_FIELDS).flatMap(({ label, side }) => (side === 'asked' ? [label] : [])),
);
const SHOWN: ReadonlySet<string> = new Set(
  Object.values(DESK_FIELDS).flatMap(({ label, side }) => (side === 'shown' ? [label] : [])),
);

function customFieldsForm(world: World, ticket: Ticket, at: string): Html | false {
  const fields = world.data.customFields;
  if (fields.length === 0) return false;
  const shown = fields.filter(({ label }) => SHOWN.has(label));
  const own = fields.filter((field) => !shown.includes(field));
  const first = [...own].sort((a, b) => Number(ASKED.has(b.label)) - Number(ASKED.has(a.label)));
  return html`<section class="card"><h2>Custom fields</h2>
<form class="properties" method="post" action="${at}/fields">
  ${first.map((field) => customField(ticket, field))}
  ${
    shown.length > 0 &&
    html`<details><summary>Those that Watchdesk writes</summary><div class="properties">${shown.map((field) =>
      customField(ticket, field),
    )}</div></details>`
  }
  <p><button>Save the fields</button></p>
</form></section>`;
}

function customField(ticket: Ticket, { name, label, type, choices }: CustomField): Html {
  const now = String(ticket.custom_fields[name] ?? '');
  if (type === 'custom_checkbox') {
    const said = [
      { value: '', text: '' },
      { value: 'true', text: 'Yes' },
      { value: 'false', text: 'No' },
    ];
    return select(name, label, now, said);
  }
  if (type === 'custom_dropdown') {
    return select(
      name,
      label,
      now,
      ['', ...choices].map((value) => ({ value, text: value })),
    );
  }
  const was = html`<input type="hidden" name="was_${name}" value="${now}">`;
  if (type === 'custom_paragraph') {
    return html`<label><span>${label}</span>${was}<textarea name="${name}" rows="2" maxlength="20000">
${now}</textarea></label>`;
  }
  const kind = type === 'custom_date' ? 'date' : 'text';
  return html`<label><span>${label}</span>${was}<input type="${kind}" name="${name}" value="${now}"></label>`;
}

function textForms(world: World, at: string): Html {
  const agents = world.data.agents.filter(
    ({ deactivated, email }) => !deactivated && !email.startsWith('watchdesk@'),
  );
  const writer = html`<label><span>Written by</span><select name="as">${agents.map(({ id, name }) =>
    id === HUMAN_AGENT_ID
      ? html`<option value="${id}" selected>${name}</option>`
      : html`<option value="${id}">${name}</option>`,
  )}</select></label>`;
  const form = (path: string, heading: string, label: string, more?: Html): Html =>
    html`<section class="card"><h2>${heading}</h2>
<form method="post" action="${at}/${path}">${more}<label><span class="hush">${label}</span>
<textarea name="body" rows="3" required maxlength="20000"></textarea></label><p><button>${label}</button></p></form></section>`;
  return html`${form('answer', 'As the customer', 'Answer by e-mail')}
${form('reply', 'As an agent, to the customer', 'Send reply', writer)}
${form('note', 'As an agent, for agents', 'Add private note', writer)}`;
}

function fateForms(ticket: Ticket, at: string): Html {
  const mark = (name: 'spam' | 'trash', is: boolean, text: string): Html =>
    html`<button class="quiet" formaction="${at}/${name}" name="is" value="${is ? 'yes' : 'no'}">${text}</button> `;
  return html`<section class="card"><h2>What becomes of it</h2>
<form method="post" action="${at}/merge"><label><span>Merge into ticket number</span>
<input name="into" inputmode="numeric" pattern="#?[1-9][0-9]{0,8}" required maxlength="10"></label>
<p><button>Merge</button></p></form>
<form method="post" action="${at}/spam"><p class="buttons">
${ticket.spam ? mark('spam', false, 'It is no spam') : mark('spam', true, 'Mark as spam')}
${ticket.deleted ? mark('trash', false, 'Restore') : mark('trash', true, 'Put in the trash')}</p></form></section>`;
}
