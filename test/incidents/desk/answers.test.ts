import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DESK_FIELDS, type DeskFieldValues } from '../../../src/model/desk-field.ts';
import { aTicketEvent } from '../../support/ticket-event.ts';
import { minutes, type World } from '../world.ts';
import { event as aCheck } from '../world-with.ts';
import { deskWorld, issueOf, rulesTold } from './desk-world.ts';

const EMPTY = { affected: null, workaround: null, external_users: null, security: null } as const;

function adopted(): World {
  const world = deskWorld();
  world.tell(aTicketEvent({ fields: { custom: EMPTY } }));
  return world;
}

function answer(world: World, custom: DeskFieldValues): void {
  world.pass(minutes(1));
  const { type } = issueOf(world);
  world.tell({ ...aTicketEvent({ fields: { type, custom: { ...EMPTY, ...custom } } }), readAt: world.now });
}

const levels = (world: World) => {
  const { impact, urgency, priority } = issueOf(world);
  return [impact, urgency, priority];
};

describe('answers of agents', () => {
  test.each([
    [{}, ['high', 'medium', 'high']],
    [{ affected: 'One person' }, ['low', 'medium', 'low']],
    [{ affected: 'Several people' }, ['high', 'medium', 'high']],
    [{ affected: 'Everybody' }, ['high', 'high', 'urgent']],
    [{ security: 'Perhaps' }, ['high', 'high', 'urgent']],
    [{ security: 'Yes', affected: 'One person' }, ['high', 'high', 'urgent']],
  ] as const)('%j make it %j, and taken back it is as before', (custom, expected) => {
    const world = adopted();
    const before = levels(world);
    answer(world, custom);
    expect(levels(world)).toEqual(expected);
    answer(world, {});
    expect(levels(world)).toEqual(before);
  });

  test('the history says which answer did it', () => {
    const world = adopted();
    answer(world, { affected: 'Everybody' });
    const told = world.timeline.at(-1);
    expect(told).toMatchObject({ kind: 'classified', rule: 'answers' });
    expect(told?.sentence).toContain(
      '“How many are affected?” was answered with “Everybody”. Priority is urgent now, high before:',
    );
    answer(world, {});
    expect(world.timeline.at(-1)?.sentence).toContain(
      'The answer to “How many are affected?” was taken back.',
    );
  });

  test('the same answers again change nothing', () => {
    const world = adopted();
    answer(world, { workaround: 'No' });
    const told = rulesTold(world, issueOf(world)).length;
    answer(world, { workaround: 'No' });
    expect(rulesTold(world, issueOf(world))).toHaveLength(told);
  });

  test('fields that ask for nothing about the priority are only remembered', () => {
    const world = adopted();
    const told = rulesTold(world, issueOf(world)).length;
    answer(world, { resolution_text: 'Restarted it.', create_problem: false });
    expect(issueOf(world).desk.answers).toEqual({ resolution_text: 'Restarted it.' });
    expect(rulesTold(world, issueOf(world))).toHaveLength(told);
  });

  test('for what is no incident they change nothing', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { type: 'Question', custom: EMPTY } }));
    answer(world, { affected: 'Everybody' });
    expect(levels(world)).toEqual(['low', 'low', 'low']);
  });

  test('an alert’s incident is moved from what monitoring says', () => {
    const world = deskWorld();
    world.tell(aCheck(world, { host: 'shop1', check: 'HTTP', state: 'CRITICAL' }));
    world.createTickets();
    const ticketId = world.ticketNumbers.get(world.only().id) ?? 0;
    const read = (custom: DeskFieldValues) => {
      world.pass(minutes(1));
      const wished = world.tickets.get(world.only().id)?.fields;
      world.tell({ ...aTicketEvent({ ticketId, fields: { ...wished, custom } }), readAt: world.now });
    };
    expect(world.only()).toMatchObject({ impact: 'high', urgency: 'high', priority: 'urgent' });
    read({ workaround: 'Yes' });
    expect(world.only()).toMatchObject({ urgency: 'medium', priority: 'high', priorityRule: 'answers' });
    read({ workaround: null });
    expect(world.only()).toMatchObject({ urgency: 'high', priority: 'urgent' });
  });

  test('whatever is answered in whatever order, the last answers alone decide', () => {
    const field = (key: 'affected' | 'workaround' | 'external_users' | 'security') =>
      fc.constantFrom(null, ...DESK_FIELDS[key].choices);
    const answers = fc.record({
      affected: field('affected'),
      workaround: field('workaround'),
      external_users: field('external_users'),
      security: field('security'),
    });
    fc.assert(
      fc.property(fc.array(answers, { minLength: 1, maxLength: 5 }), (rounds) => {
        const world = adopted();
        for (const custom of rounds) answer(world, custom);
        const straight = adopted();
        answer(straight, rounds.at(-1) ?? {});
        expect(levels(world)).toEqual(levels(straight));
      }),
      { numRuns: 25 },
    );
  });
});
