import express, { type Request, type Response, Router } from 'express';
import type { Faults } from '../faults.ts';
import { addNote, addReply, addRequesterReply } from '../freshdesk/conversations.ts';
import { personName } from '../freshdesk/people.ts';
import { Refusal } from '../freshdesk/refusal.ts';
import { HUMAN_AGENT_ID, type Ticket } from '../freshdesk/state.ts';
import { runDueTasks } from '../freshdesk/tasks.ts';
import { updateTicket } from '../freshdesk/tickets.ts';
import { type Actor, findTicket, saveChanges, type World } from '../freshdesk/world.ts';
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
  properties: (world, ticket, form) => {
    const changes = changedProperties(form);
    if (Object.keys(changes).length > 0) updateTicket(world, ticket, changes, human(world));
  },
  note: (world, ticket, form) => void addNote(world, ticket, { body: form.body ?? '' }, human(world)),
  reply: (world, ticket, form) => void addReply(world, ticket, { body: form.body ?? '' }, human(world)),
  answer: (world, ticket, form) => void addRequesterReply(world, ticket, form.body ?? ''),
};

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

const human = (world: World): Actor => ({ userId: HUMAN_AGENT_ID, name: personName(world, HUMAN_AGENT_ID) });

const ticketAt = (world: World, req: Request): Ticket | undefined => findTicket(world, Number(req.params.id));

const placeOf = (req: Request): { base: string; sandboxPath: string } => ({
  base: req.baseUrl,
  sandboxPath: req.baseUrl.replace(/\/[^/]*$/, ''),
});

function sendPage(world: World, res: Response, status: number, page: string): void {
  saveChanges(world);
  res.status(status).set('cache-control', 'no-store').type('html').send(page);
}
