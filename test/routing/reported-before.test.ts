import { describe, expect, test } from 'vitest';
import { deskPolicy, deskWorld, issueOf, rulesTold } from '../incidents/desk/desk-world.ts';
import {
  act,
  answers,
  childrenOf,
  expectSound,
  family,
  reports,
  sees,
} from '../incidents/desk/family-world.ts';
import { minutes, type World } from '../incidents/world.ts';
import { event, readOk, recovery } from '../incidents/world-with.ts';
import { aTicketEvent } from '../support/ticket-event.ts';

const customers = {
  acme: { name: 'Acme Retail', domains: ['acme.example'] },
  beta: { name: 'Beta', domains: ['beta.example'] },
};
const fails = (world: World, given: object = {}) =>
  world.pass(minutes(3)).tell(event(world, { host: 'shop1', check: 'HTTP', ...given }));

describe('an alert on a service that people reported first', () => {
  test('joins their incident, which keeps its title and ticket and is now about the alert', () => {
    const world = family(deskWorld(), 1);
    const before = issueOf(world, 7);
    const decision = fails(world);
    expect(decision.why).toMatchObject({
      rule: 'reported_first',
      sentence: expect.stringMatching(
        /People reported this before monitoring saw it \(same service Web shop;.* joins WD-/,
      ),
    });
    expect(world.incidents.size).toBe(2);
    const parent = issueOf(world, 7);
    expect(parent).toMatchObject({
      title: before.title,
      origin: 'ticket',
      cause: { host: 'shop1', check: 'HTTP' },
      memberCount: 1,
      badAlertCount: 1,
      priority: 'urgent',
    });
    expect(rulesTold(world, parent)).toContain('joined: reported_first');
    expect(world.intents('acknowledge_alert')).toHaveLength(1);
    // The reporters of linked tickets are as badly off.
    expect(childrenOf(world, parent).map(({ priority }) => priority)).toEqual(['urgent']);
    world.pass(minutes(1)).fireTimers();
    expect(world.intents('private_note').some((intent) => intent.startsWith('digest:'))).toBe(true);
    expect(world.tickets.get(parent.id)?.fields.subject).toBe('');
    fails(world, { check: 'TLS' });
    expect(issueOf(world, 7)).toMatchObject({ memberCount: 2, title: before.title });
    expectSound(world);
  });

  test('then needs both proofs, and its children their own reporter’s', () => {
    const world = family(deskWorld(), 1);
    fails(world);
    world.pass(minutes(5)).tell(event(world, { host: 'shop1', check: 'HTTP', ...recovery }));
    expect(issueOf(world, 7).status).toBe('resolved');
    expect(issueOf(world, 8).status).toBe('resolved');
    const since = world.now;
    answers(world, 7, 'yes');
    expect(issueOf(world, 7).status).toBe('resolved');
    world.pass(minutes(40)).fireTimers();
    world.tell(
      world.proof(issueOf(world, 7), [
        event(world, { host: 'shop1', check: 'HTTP', ...readOk, stateSince: since }),
      ]),
    );
    expect(issueOf(world, 7).status).toBe('closed');
    expect(issueOf(world, 8).status).toBe('resolved');
    answers(world, 8, 'no', 'still nothing');
    expect(issueOf(world, 7).status).not.toBe('closed');
    expect(world.timeline.find(({ rule }) => rule === 'child_reopened')?.sentence).toContain(
      'Opsview shows its alert healthy all the same.',
    );
    expectSound(world);
  });

  test.each([
    ['of another service', {}, 3, { host: 'mail1' }],
    ['reported half a day before', {}, 12 * 60, {}],
    ['a question', { fields: { type: 'Question' } }, 3, {}],
    ['reported by another customer', { requester: { id: 9, email: 'bo@beta.example' } }, 3, {}],
  ] as const)('opens its own: %s', (_, ticket, laterMinutes, alert) => {
    const world = deskWorld(deskPolicy({ customers }));
    reports(world, 7, ticket);
    world.pass(minutes(laterMinutes));
    expect(fails(world, alert).why.rule).toBe('own_incident');
    expect(issueOf(world, 7).memberCount).toBe(0);
  });

  test('opens its own: restored by now', () => {
    const world = family(deskWorld(), 0);
    sees(world, 7, { status: 'resolved' });
    expect(fails(world).why.rule).toBe('own_incident');
  });

  test('opens its own where that is not sure, and an agent is asked in the ticket, thrice at most', () => {
    const world = deskWorld(deskPolicy({ alerts: { group: [] } }));
    reports(world, 7, { requester: { id: 9, email: 'bo@unknown.example' } });
    expect(issueOf(world, 7)).toMatchObject({ serviceId: 'webshop' });
    for (const check of ['HTTP', 'TLS', 'Disk', 'RAID', 'Swap']) {
      expect(fails(world, { host: `shop${check}`, check }).why.rule).toBe('own_incident');
    }
    const { id } = issueOf(world, 7);
    expect([...world.links.values()].map(({ childId, state }) => [childId, state])).toEqual(
      Array(3).fill([id, 'suggested']),
    );
    const [asked] = [...world.commands.values()].filter(({ intent }) => intent.startsWith('suggest:'));
    expect(asked).toMatchObject({
      incidentId: id,
      html: expect.stringContaining('shopHTTP HTTP is CRITICAL'),
    });
    const [first] = [...world.links.values()];
    act(world, { do: 'link', parentId: first?.parentId ?? '', childId: id, answer: 'accept', by: 'Jo Moss' });
    expect(issueOf(world, 7).parentId).toBe(first?.parentId);
    expectSound(world);
  });

  test('opens its own where Watchdesk leaves tickets alone', () => {
    const world = deskWorld();
    reports(world, 7);
    const off = deskWorld(deskPolicy({ tickets: { handle: false } }));
    for (const [id, incident] of world.incidents) off.incidents.set(id, incident);
    expect(fails(off).why.rule).toBe('own_incident');
  });

  test('the other way round the ticket is linked to the alert’s incident', () => {
    const world = deskWorld();
    fails(world);
    world.createTickets().pass(minutes(2));
    world.tell(aTicketEvent({ readAt: world.now, createdAt: world.now, updatedAt: world.now }));
    const [parent] = [...world.incidents.values()];
    expect(issueOf(world, 7).parentId).toBe(parent?.id);
    expect(fails(world, { check: 'TLS' }).why.rule).not.toBe('reported_first');
    expectSound(world);
  });
});
