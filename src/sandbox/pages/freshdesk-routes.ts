import express, { type Request, type Response, Router } from 'express';
import type { Faults } from '../faults.ts';
import {
  type ActingAgent,
  actingAgent,
  actingCustomers,
  type CustomerMail,
  htmlOf,
} from '../freshdesk/actors.ts';
import { Refusal } from '../freshdesk/refusal.ts';
import { HUMAN_AGENT_ID, type Ticket } from '../freshdesk/state.ts';
import { runDueTasks } from '../freshdesk/tasks.ts';
import { findTicket, saveChanges, type World } from '../freshdesk/world.ts';
import { ticketListPage } from './freshdesk-list-page.ts';
import { ticketPage } from './freshdesk-ticket-page.ts';
import { ownFormsOnly } from './own-forms-only.ts';

type Parts = Readonly<{ world: World; faults: Faults; callsThisMinute(): number }>;
type Form = Readonly<Record<string, string | undefined>>;

/** The pages of the stand-in Freshdesk; a ticket is at the same address as in the real one, `/a/tickets/{id}`. */
export function freshdeskPages({ world, faults, callsThisMinute }: Parts): Router {
  const router = Router();
  const form = [ownFormsOnly, express.urlencoded({ extended: false, limit: '100kb' })];
  router.get('/', (req, res) => {
    runDueTasks(world);
    const calls = { used: callsThisMinute(), limit: world.settings.limits.total };
    sendPage(world, res, 200, ticketListPage({ world, ...placeOf(req), isOutage: faults.isOutage(), calls }));
  });
  router.post('/reachable', ...form, (req, res) => {
    faults.outage((req.body as Form).reachable === 'no');
    res.redirect(303, `${req.baseUrl}/`);
  });
  router.post('/raise', ...form, (req, res) => {
    const mail = readMail((req.body ?? {}) as Form);
    if (!mail)
      return void res
        .status(400)
        .type('text')
        .send('A ticket needs an e-mail address, a subject and a text.');
    const { id } = actingCustomers(world).raise(mail);
    res.redirect(303, `${req.baseUrl}/a/tickets/${id}`);
  });
  router.get('/a/tickets/:id', (req, res) => {
    runDueTasks(world);
    const ticket = ticketAt(world, req);
    if (!ticket) return void res.status(404).type('text').send('There is no such ticket in the sandbox.');
    sendPage(world, res, 200, ticketPage({ world, ticket, ...placeOf(req) }));
  });
  router.post('/a/tickets/:id/:what', ...form, (req, res) => {
    runDueTasks(world);
    const ticket = ticketAt(world, req);
    const act = Object.hasOwn(ACTIONS, req.params.what as string) && ACTIONS[req.params.what as string];
    if (!ticket || !act) return void res.status(404).type('text').send('There is no such ticket or button.');
    try {
      act(world, ticket, (req.body ?? {}) as Form);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refused = `Freshdesk refused: ${JSON.stringify(error.body)}`;
      return sendPage(world, res, error.status, ticketPage({ world, ticket, refused, ...placeOf(req) }));
    }
    saveChanges(world);
    res.redirect(303, `${req.baseUrl}/a/tickets/${ticket.id}`);
  });
  return router;
}

const ACTIONS: Readonly<Record<string, (world: World, ticket: Ticket, form: Form) => void>> = {
  properties: (world, { id }, form) => update(world, id, changedProperties(form)),
  fields: (world, { id }, form) => {
    const custom_fields = changedFields(world, form);
    update(world, id, Object.keys(custom_fields).length > 0 ? { custom_fields } : {});
  },
  note: (world, { id }, form) => void writer(world, form).note(id, htmlOf(form.body ?? '')),
  reply: (world, { id }, form) => void writer(world, form).reply(id, htmlOf(form.body ?? '')),
  answer: (world, { id }, form) => void actingCustomers(world).reply(id, form.body ?? ''),
  merge: (world, { id }, form) => human(world).merge([id], Number((form.into ?? '').replace('#', ''))),
  spam: (world, { id }, form) => human(world).markSpam(id, form.is !== 'no'),
  trash: (world, { id }, form) => (form.is === 'no' ? human(world).restore(id) : human(world).trash(id)),
};

const human = (world: World): ActingAgent => actingAgent(world, HUMAN_AGENT_ID);

/** The agent whom the form names; by default the person who works in the pages. */
function writer(world: World, form: Form): ActingAgent {
  const named = world.data.agents.find(({ id, deactivated }) => !deactivated && String(id) === form.as);
  return actingAgent(world, named?.id ?? HUMAN_AGENT_ID);
}

function update(world: World, id: number, changes: Readonly<Record<string, unknown>>): void {
  if (Object.keys(changes).length > 0) human(world).update(id, changes);
}

const NUMBERS = ['status', 'priority', 'group_id', 'responder_id'];

/** Only what differs from what the page had shown: what Watchdesk changed meanwhile is not set back by accident. */
function changedProperties(form: Form): Record<string, unknown> {
  const changed = [...NUMBERS, 'type'].filter(
    (name) => form[name] !== undefined && form[name] !== form[`was_${name}`],
  );
  return Object.fromEntries(
    changed.map((name) => {
      const text = form[name] ?? '';
      return [name, text === '' ? null : NUMBERS.includes(name) ? Number(text) : text];
    }),
  );
}

/** Values of custom fields as the API takes them; an empty one is null. */
function changedFields(world: World, form: Form): Record<string, unknown> {
  const changed = world.data.customFields.filter(
    ({ name }) => form[name] !== undefined && sameLines(form[name]) !== sameLines(form[`was_${name}`]),
  );
  return Object.fromEntries(
    changed.map(({ name, type }) => {
      const text = sameLines(form[name]);
      if (text === '') return [name, null];
      if (type === 'custom_checkbox') return [name, text === 'true'];
      return [name, type === 'custom_number' ? Number(text) : text];
    }),
  );
}

/** Browsers send the lines of a text with CR LF, whatever they were given. */
const sameLines = (text: string | undefined): string => (text ?? '').replace(/\r\n?/g, '\n');

const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/;
function readMail(form: Form): CustomerMail | undefined {
  const [email, name, subject, text] = [form.email, form.name, form.subject, form.text].map((value) =>
    typeof value === 'string' ? value.trim() : '',
  );
  if (!email || !EMAIL.test(email) || !subject || !text) return undefined;
  return { email, subject: subject.slice(0, 255), text, ...(name ? { name } : {}) };
}

const ticketAt = (world: World, req: Request): Ticket | undefined => findTicket(world, Number(req.params.id));

const placeOf = (req: Request): { base: string; sandboxPath: string } => ({
  base: req.baseUrl,
  sandboxPath: req.baseUrl.replace(/\/[^/]*$/, ''),
});

function sendPage(world: World, res: Response, status: number, page: string): void {
  saveChanges(world);
  res.status(status).set('cache-control', 'no-store').type('html').send(page);
}
