import { changed } from './automation.ts';
import { type Body, checkBody } from './body-rules.ts';
import { addNote } from './conversations.ts';
import { invalid } from './refusal.ts';
import { updateTicket } from './tickets.ts';
import { type Actor, findTicket, type World } from './world.ts';

/** `PUT /tickets/merge`: the secondary tickets are closed with a note that points to the primary one. */
export function mergeTickets(world: World, input: unknown, actor: Actor): void {
  const body = checkBody(input, {
    primary_id: { type: 'Integer', required: true },
    ticket_ids: { type: 'Array of Integer', required: true },
    note_in_primary: { type: 'Hash' },
    note_in_secondary: { type: 'Hash' },
    convert_recepients_to_cc: { type: 'Boolean' },
  });
  const primary = findTicket(world, body.primary_id as number);
  const secondaries = (body.ticket_ids as number[]).map((id) => findTicket(world, id));
  if (!primary || secondaries.some((ticket) => !ticket || ticket === primary)) {
    throw invalid({
      field: 'ticket_ids',
      message: 'There are no tickets matching the ids',
      code: 'invalid_value',
    });
  }
  for (const secondary of secondaries) {
    if (!secondary) continue;
    const link = `<div>This ticket is closed and merged into ticket <a href="/a/tickets/${primary.id}">${primary.id}</a></div>`;
    addNote(world, secondary, (body.note_in_secondary as Body | undefined) ?? { body: link }, actor);
    updateTicket(world, secondary, { status: 5 }, actor);
  }
  if (body.note_in_primary) addNote(world, primary, body.note_in_primary, actor);
  changed(world, primary, actor, 'merged tickets into this one');
}
