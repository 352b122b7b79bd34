import { expect, test } from 'vitest';
import * as pages from '../../src/store/pages.ts';
import { flowsOn } from '../flows/flows.ts';
import { HOUR, MINUTE } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';

const open = flowsOn('postgresql');
const people = Object.fromEntries(
  ['jo', 'sam', 'kim'].map((key) => [key, { name: key, email: `${key}@acme.example` }]),
);
/** From 8 to 12 jo, to 16 sam, to 20 kim; of the day rotation nobody from 12 to 8. */
const policy = {
  people,
  defaults: { time_zone: 'UTC' },
  rotations: {
    platform: {
      name: 'Platform',
      layers: [{ people: ['jo', 'sam', 'kim'], shift: '4h', starts: '2026-03-02T08:00' }],
    },
    days: {
      name: 'Days',
      layers: [
        { people: ['kim'], shift: '4h', starts: '2026-03-02T10:00', ends: '2026-03-02T12:00' },
        { people: ['jo'], shift: 'weekly', starts: '2026-03-09T08:00' },
      ],
    },
  },
};

const told = async (desk: TestWatchdesk) =>
  (await pages.listRecent(desk.database.prisma, { limit: 50 })).map(
    ({ payload: { recipient, intent } }) => `${recipient} ${intent.split(':')[1]}`,
  );

test('whoever begins a shift is told once', async () => {
  const desk = await open({ policy, hasChannels: true });
  await desk.advance(HOUR - MINUTE);
  expect(await told(desk)).toEqual([]);
  await desk.advance(MINUTE);
  expect(await told(desk)).toEqual(['kim days']);
  await desk.restart();
  await desk.advance(2 * HOUR);
  expect((await told(desk)).toSorted()).toEqual(['kim days', 'sam platform']);
});

test('after a longer stop only who is on call now is told, not everybody who was meanwhile', async () => {
  const desk = await open({ policy, hasChannels: true });
  await desk.settle();
  await desk.setClock(8 * HOUR);
  await desk.settle();
  expect(await told(desk)).toEqual(['kim platform']);
});
