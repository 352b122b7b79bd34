import { expect, test } from 'vitest';
import { aTicketEvent } from '../../support/ticket-event.ts';
import { World } from '../world.ts';

test('P5 a ticket of a type of the account’s own is left alone', () => {
  const world = new World();
  const fields = { ...aTicketEvent().fields, type: 'other' as const };
  expect(world.tell(aTicketEvent({ fields })).why.rule).toBe('ticket_of_other_type');
  expect(world.incidents.size).toBe(0);
});

test('P3 P5 an incident that somebody gives such a type is none any more: its close needs no proof', () => {
  const world = new World();
  const opened = aTicketEvent();
  world.tell(opened);
  const incident = world.only();
  expect(incident.type).toBe('Incident');
  world.pass(60_000);
  const takenOver = [{ field: 'type' as const, rule: 'words', wanted: 'Incident', chosen: 'other' }];
  const fields = { ...opened.fields, type: 'other' as const };
  world.tell({
    ...opened,
    fields,
    before: opened.fields,
    takenOver,
    readAt: world.now,
    updatedAt: world.now,
  });
  expect(world.only()).toMatchObject({ type: 'Question' });
});
