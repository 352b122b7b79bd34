import { expect, test } from 'vitest';
import { understand } from '../../src/intake/understand.ts';
import { serialisePage } from '../../src/intake/understand-page.ts';
import { serialisePerson } from '../../src/intake/understand-person.ts';
import type { PageEvent } from '../../src/model/page.ts';
import type { PersonAction } from '../../src/model/person-event.ts';

const AT = new Date('2026-12-25T02:15:00Z');
const PAGE: PageEvent = {
  kind: 'page',
  incidentId: 'i1',
  intent: 'page:ack:1:On call:1:jo:sms',
  outcome: 'failed',
  why: 'No such number.',
  at: AT,
};

test('what became of a message is read as it was written', () =>
  expect(understand({ source: 'page', body: serialisePage(PAGE), receivedAt: AT })).toEqual({ event: PAGE }));

test.each([{}, { ...PAGE, outcome: 'perhaps' }, { ...PAGE, at: 'yesterday' }])('%j is parked', (body) =>
  expect(understand({ source: 'page', body: JSON.stringify(body), receivedAt: AT })).toMatchObject({
    parked: { rule: 'page_unreadable' },
  }),
);

const ACTIONS: readonly PersonAction[] = [
  { do: 'acknowledge', incidentId: 'i1', by: 'Jo', via: 'voice' },
  { do: 'acknowledge', incidentId: 'i1', ladder: 'duty', by: 'Jo', person: 'jo', via: 'link' },
  { do: 'escalate', incidentId: 'i1', reason: 'They called.', by: 'Jo' },
  { do: 'stop_director', incidentId: 'i1', ladder: 'ack', reason: 'We know.', by: 'Jo' },
];

test.each(ACTIONS)('$do is read as it was written', (action) => {
  const event = { kind: 'person' as const, at: AT, action };
  expect(understand({ source: 'person', body: serialisePerson(event), receivedAt: AT })).toEqual({ event });
});
