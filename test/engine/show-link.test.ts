import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enqueueCommands } from '../../src/engine/commit-changes.ts';
import { deliverCommand } from '../../src/engine/deliver-command.ts';
import { RetryAt } from '../../src/engine/job-loop.ts';
import { knownRefusal, learnt, orderOf, withRoom } from '../../src/engine/link-strategies/next-strategies.ts';
import { type ChildLink, LINK_STRATEGIES } from '../../src/model/child-link.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { FreshdeskSettings } from '../../src/sandbox/freshdesk/settings.ts';
import * as commands from '../../src/store/commands.ts';
import * as incidents from '../../src/store/incidents.ts';
import * as ticketLinks from '../../src/store/ticket-links.ts';
import * as tickets from '../../src/store/tickets.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { callCount, callFreshdesk, flowsOn } from '../flows/flows.ts';
import { type DatabaseKind, databases } from '../support/database.ts';
import { HOUR, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';

/** As an account with few reports of one thing may want it. */
const PARENTS_FIRST = { strategies: ['parent_child', 'tracker', 'note_only'] };

const deskOn = (kind: DatabaseKind) => {
  const open = flowsOn(kind);
  return (settings: Partial<FreshdeskSettings> = {}, linking: object = {}) =>
    open({
      policy: { tickets: { linking: { ...PARENTS_FIRST, ...linking } } },
      plan: 'enterprise',
      sandbox: { freshdesk: { settings } },
    });
};

const anIssue = (number: number, at: Date): Incident => ({
  id: randomUUID(),
  number,
  version: 1,
  status: 'new',
  type: 'Incident',
  title: `Report ${number}`,
  origin: 'ticket',
  childCount: 0,
  openChildCount: 0,
  desk: { statusTurn: 0 },
  impact: 'medium',
  urgency: 'medium',
  priority: 'medium',
  priorityRule: 'test',
  priorityWhy: 'a test',
  badAlertCount: 0,
  alertCount: 0,
  memberCount: 0,
  undigestedCount: 0,
  startedAt: at,
  openedAt: at,
  reopenCount: 0,
  lastJoinedAt: at,
  proofs: [],
  policyVersion: 'test',
});

const linkOf = (parentId: string, childId: string, state: ChildLink['state'], at: Date): ChildLink => ({
  parentId,
  childId,
  state,
  score: 1,
  reasons: [],
  by: 'Jo',
  at,
});

/** An account with a main ticket, by default #1, and so many others, each with its issue; nothing is linked yet. */
async function accountWith(desk: TestWatchdesk, count: number, { withoutTicket = -1 } = {}) {
  const now = desk.clock.now();
  const issues = Array.from({ length: count + 1 }, (_, index) => anIssue(index + 1, now));
  for (const { title } of issues) {
    await callFreshdesk(desk, 'POST', '/tickets', {
      subject: title,
      description: 'broken',
      email: 'ann@acme.example',
      status: 2,
      priority: 1,
    });
  }
  await inTransaction(desk.database, async (tx) => {
    await incidents.saveIncidents(
      tx,
      issues.map((incident) => ({ incident, loadedVersion: undefined })),
    );
    const seen = { subject: '', status: 'open', priority: 'medium', type: 'Incident', tags: [] } as const;
    await tickets.saveWishes(
      tx,
      issues.map((issue, index) => ({
        incidentId: issue.id,
        tag: `wd-${issue.id.replaceAll('-', '').slice(0, 20)}`,
        fields: seen,
        descriptionHtml: '',
        requesterEmail: 'ann@acme.example',
        statusTurn: 0,
        isSetBack: false,
        round: 0,
        rules: {},
        ...(index === withoutTicket
          ? {}
          : { adopts: { freshdeskId: index + 1, seen, peopleOwn: [], messageCount: 0 } }),
      })),
      now,
    );
  });
  return issues.map(({ id }) => id);
}

/** What the decision to link, or to unlink, writes. */
async function decide(
  desk: TestWatchdesk,
  what: 'link' | 'unlink',
  parentId: string,
  childIds: readonly string[],
) {
  const now = desk.clock.now();
  const state = what === 'link' ? 'linked' : 'unlinked';
  await inTransaction(desk.database, async (tx) => {
    await ticketLinks.saveLinks(
      tx,
      childIds.map((childId) => linkOf(parentId, childId, state, now)),
    );
    const wanted = childIds.map((childId) => ({
      kind: what === 'link' ? ('show_link' as const) : ('hide_link' as const),
      incidentId: parentId,
      intent: `${what}:${childId}:${now.getTime()}`,
      childId,
    }));
    await enqueueCommands(tx, desk.parts(), wanted, { now, priorityOf: () => undefined });
  });
}

/** Carries out what waits, in order, until nothing does; gives the reasons for what is to be tried later. */
async function carryOut(desk: TestWatchdesk): Promise<string[]> {
  for (;;) {
    const rows = await desk.database.query(
      'SELECT id FROM command WHERE done_at IS NULL AND dead_at IS NULL ORDER BY created_at, sequence',
    );
    const later: string[] = [];
    for (const { id } of rows) {
      await deliverCommand(desk.parts(), String(id)).catch((error: unknown) => {
        if (!(error instanceof RetryAt)) throw error;
        later.push(error.message);
      });
    }
    if (later.length === rows.length) return later;
  }
}

async function shown(desk: TestWatchdesk, parentId: string, childIds?: readonly string[]) {
  const links = await ticketLinks.loadLinks(desk.database.prisma, [parentId]);
  const ids = childIds ?? links.map(({ childId }) => childId);
  return ids.map((id) => links.find(({ childId }) => childId === id)?.shownAs ?? 'nothing');
}

const countsOf = (values: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(values, (one) => one)].map(([name, all]) => [name, all.length]));

const ticket = (desk: TestWatchdesk, id: number) => desk.tickets().find((one) => one.id === id);
const WRITES = /^\/api\/v2\/tickets\/\d+$/;
const writes = (desk: TestWatchdesk) => callCount(desk, 'PUT', WRITES);

describe('1 main ticket and 40 others', () => {
  const deskWith = deskOn('postgresql');

  test.each([
    ['10 children', {}, {}, { parent_child: 10, note_only: 30 }, ['as many children', 'another role']],
    [
      '10 children, not told in words',
      { tellsAssociationLimit: false },
      {},
      { parent_child: 10, note_only: 30 },
      ['as many children', 'another role'],
    ],
    ['300 related', {}, { strategies: ['tracker', 'parent_child'] }, { tracker: 40 }, []],
    [
      '30 related',
      { relatedMax: 30 },
      { strategies: ['tracker', 'parent_child'] },
      { tracker: 30, note_only: 10 },
      ['as many related', 'another role'],
    ],
    [
      'neither',
      { associationsEnabled: false },
      {},
      { note_only: 40 },
      ['not have parent and child', 'not have tracker'],
    ],
    [
      'no parent_id',
      { unknownAssociationKeys: ['parent_id'] },
      {},
      { tracker: 40 },
      ['not have parent and child'],
    ],
    [
      'a parent_id that does nothing',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'ignored' },
      {},
      { tracker: 40 },
      ['another role'],
    ],
    ['notes by policy', {}, { strategies: ['note_only'] }, { note_only: 40 }, []],
  ] as const)('on an account with %s', async (_, settings, linking, expected, told) => {
    const desk = await deskWith(settings, linking);
    const [main = '', ...others] = await accountWith(desk, 40);
    await decide(desk, 'link', main, others);
    expect(await carryOut(desk)).toEqual([]);
    expect(countsOf(await shown(desk, main))).toEqual(expected);
    // What is known to be refused is not asked for again.
    const carried = 40 - ('note_only' in expected ? expected.note_only : 0);
    if (!('unknownKeyAnswer' in settings)) expect(writes(desk)).toBeLessThanOrEqual(carried + 4);
    const onMain = desk.notes(1);
    expect(onMain).toHaveLength(told.length);
    for (const words of told) expect(onMain.join('\n')).toContain(words);
    for (let id = 2; id <= 41; id++) expect(desk.notes(id), `#${id}`).toHaveLength(1);
    const last = desk.notes(41)[0];
    if ('note_only' in expected) expect(last).toContain('Only notes show that this ticket is linked to');
    expect(last).toContain('https://acme.freshdesk.com/a/tickets/1');
    expect(ticket(desk, 1)?.associated_tickets_list).toHaveLength(carried);
  });
});

describe('refusals', () => {
  const deskWith = deskOn('postgresql');

  test('a feature that is off is asked for again after a day', async () => {
    const desk = await deskWith({ associationsEnabled: false });
    const [main = '', one = '', two = '', three = ''] = await accountWith(desk, 3);
    await decide(desk, 'link', main, [one]);
    await carryOut(desk);
    const before = writes(desk);
    desk.sandbox.freshdesk.settings.associationsEnabled = true;
    await decide(desk, 'link', main, [two]);
    await carryOut(desk);
    expect(writes(desk)).toBe(before);
    desk.clock.advance(25 * HOUR);
    await decide(desk, 'link', main, [three]);
    await carryOut(desk);
    expect(await shown(desk, main, [one, two, three])).toEqual(['note_only', 'note_only', 'parent_child']);
  });

  test('a full parent has room again once a child has left', async () => {
    const desk = await deskWith({ childrenMax: 2 });
    const [main = '', ...others] = await accountWith(desk, 4);
    const [one = '', two = '', three = '', four = ''] = others;
    await decide(desk, 'link', main, [one, two, three]);
    await carryOut(desk);
    await decide(desk, 'unlink', main, [one]);
    await carryOut(desk);
    expect(ticket(desk, 2)?.association_type).toBeNull();
    await decide(desk, 'link', main, [four]);
    await carryOut(desk);
    expect(await shown(desk, main, others)).toEqual(['nothing', 'parent_child', 'note_only', 'parent_child']);
  });

  test('a child that people tied to another is linked by notes, which rules out nothing for others', async () => {
    const desk = await deskWith();
    const [main = '', one = '', two = ''] = await accountWith(desk, 3);
    await callFreshdesk(desk, 'PUT', '/tickets/2', { parent_id: 4 });
    await decide(desk, 'link', main, [one, two]);
    await carryOut(desk);
    expect(await shown(desk, main, [one, two])).toEqual(['note_only', 'parent_child']);
    expect(ticket(desk, 2)?.associated_tickets_list).toEqual([4]);
    expect(desk.notes(1)).toEqual([]);
    // Unlinked, what people tied stays.
    await decide(desk, 'unlink', main, [one]);
    await carryOut(desk);
    expect(ticket(desk, 2)?.associated_tickets_list).toEqual([4]);
  });
});

describe.each(databases)('what comes in between, %s', (kind) => {
  const deskWith = deskOn(kind);

  test.each([
    ['parent_child', {}],
    ['tracker', { strategies: ['tracker'] }],
  ] as const)('a lost answer: %s is found again and done once', async (as, linking) => {
    const desk = await deskWith({}, linking);
    const [main = '', one = ''] = await accountWith(desk, 1);
    desk.sandbox.freshdesk.faults.next({
      kind: 'cut_after',
      match: { method: 'PUT', pathPattern: /tickets/ },
    });
    await decide(desk, 'link', main, [one]);
    await expect(carryOut(desk)).rejects.toThrow();
    const sent = writes(desk);
    expect(await carryOut(desk)).toEqual([]);
    expect(writes(desk)).toBe(sent);
    expect(await shown(desk, main)).toEqual([as]);
    expect(desk.notes(2)).toHaveLength(1);
  });

  test('unlinked after a lost answer: what was tied is taken away', async () => {
    const desk = await deskWith();
    const [main = '', one = ''] = await accountWith(desk, 1);
    desk.sandbox.freshdesk.faults.next({
      kind: 'cut_after',
      match: { method: 'PUT', pathPattern: /tickets/ },
    });
    await decide(desk, 'link', main, [one]);
    await expect(carryOut(desk)).rejects.toThrow();
    desk.clock.advance(SECOND);
    await decide(desk, 'unlink', main, [one]);
    expect(await carryOut(desk)).toEqual([]);
    expect(ticket(desk, 2)?.association_type).toBeNull();
    expect(await shown(desk, main)).toEqual(['nothing']);
  });

  test('unlinked before it was shown: Freshdesk is not asked', async () => {
    const desk = await deskWith();
    const [main = '', one = ''] = await accountWith(desk, 1);
    await decide(desk, 'link', main, [one]);
    await decide(desk, 'unlink', main, [one]);
    await carryOut(desk);
    expect([writes(desk), desk.notes(2)]).toEqual([0, []]);
  });

  test('linked, unlinked and linked again is shown', async () => {
    const desk = await deskWith();
    const [main = '', one = ''] = await accountWith(desk, 1);
    for (const what of ['link', 'unlink', 'link'] as const) {
      desk.clock.advance(SECOND);
      await decide(desk, what, main, [one]);
    }
    await carryOut(desk);
    expect(await shown(desk, main)).toEqual(['parent_child']);
    expect(ticket(desk, 2)?.associated_tickets_list).toEqual([1]);
  });

  test('moved to another main ticket it waits until the first lets it go', async () => {
    const desk = await deskWith();
    const [main = '', one = '', other = ''] = await accountWith(desk, 2);
    await decide(desk, 'link', main, [one]);
    await carryOut(desk);
    desk.clock.advance(SECOND);
    await decide(desk, 'unlink', main, [one]);
    await decide(desk, 'link', other, [one]);
    const [show] = await commands.listOpenOfKind(desk.database.prisma, other, 'show_link');
    await expect(deliverCommand(desk.parts(), show?.id ?? '')).rejects.toThrow('which is being taken away');
    await carryOut(desk);
    expect(await shown(desk, other, [one])).toEqual(['parent_child']);
    expect(ticket(desk, 2)?.associated_tickets_list).toEqual([3]);
  });

  test('waits for a ticket that does not exist yet', async () => {
    const desk = await deskWith();
    const [main = '', one = ''] = await accountWith(desk, 1, { withoutTicket: 0 });
    await decide(desk, 'link', main, [one]);
    expect(await carryOut(desk)).toEqual(['One of the two tickets does not exist yet']);
  });

  test('a deleted child is no error, and neither is one whose ticket is known to be gone', async () => {
    const desk = await deskWith();
    const [main = '', one = '', two = ''] = await accountWith(desk, 2);
    await callFreshdesk(desk, 'DELETE', '/tickets/2');
    await tickets.markGone(desk.database.prisma, two, 'deleted');
    await decide(desk, 'link', main, [one, two]);
    expect(await carryOut(desk)).toEqual([]);
    expect(await shown(desk, main, [one, two])).toEqual(['note_only', 'nothing']);
  });
});

describe('which way is tried', () => {
  const strategy = fc.constantFrom(...LINK_STRATEGIES);
  const now = new Date('2026-03-02T12:00:00Z');

  test('each once in the order of policy, and notes at the end', () => {
    fc.assert(
      fc.property(fc.array(strategy, { minLength: 1 }), (wanted) => {
        const order = orderOf(wanted);
        expect(order.at(-1)).toBe('note_only');
        expect(new Set(order).size).toBe(order.length);
        expect(order.every((one) => one === 'note_only' || wanted.includes(one))).toBe(true);
      }),
    );
  });

  test('an account’s refusal holds for all parents, another for its own, until a child leaves', () => {
    const given = { parentId: 'p', now };
    const known = learnt(
      learnt([], [{ as: 'tracker', refusal: 'feature_off' }], given),
      [
        { as: 'parent_child', refusal: 'limit' },
        { as: 'tracker', refusal: 'not_possible' },
      ],
      given,
    );
    expect(known).toHaveLength(2);
    const refusalOf = (as: 'tracker' | 'parent_child', parentId: string, list = known) =>
      knownRefusal(list, { as, parentId, now })?.refusal;
    expect([
      refusalOf('tracker', 'q'),
      refusalOf('parent_child', 'q'),
      refusalOf('parent_child', 'p'),
    ]).toEqual(['feature_off', undefined, 'limit']);
    expect(refusalOf('parent_child', 'p', [...withRoom(known, 'p')])).toBeUndefined();
  });
});
