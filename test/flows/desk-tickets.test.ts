import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE } from '../support/manual-clock.ts';
import { flowsOn } from './flows.ts';

const SECOND = 1_000;

describe.each(databases)('P1 P4 tickets that people raise, on %s', (kind) => {
  const open = flowsOn(kind);

  test('a webhook becomes an issue with type, priority and a note that says why', async () => {
    const desk = await open({ isServed: true });
    const ticket = desk.sandbox.freshdesk.customers.raise({
      email: 'kim@acme.example',
      name: 'Kim',
      subject: 'Web shop is down, error 500',
      text: 'Since this morning nobody can place an order. The page shows an error.',
    });
    await desk.advance(5 * SECOND, SECOND);
    const [incident] = await desk.incidents();
    expect(incident).toMatchObject({ origin: 'ticket', type: 'Incident', status: 'new' });
    expect(ticket.type).toBe('Incident');
    expect(desk.notes(ticket.id).join('\n')).toContain('Incident');
    await desk.advance(2 * MINUTE);
    console.log(desk.calls().join('\n'), incident, desk.notes(ticket.id));
  });
});
