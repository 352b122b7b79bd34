import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../src/model/alert.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import * as alerts from '../../src/store/alerts.ts';
import { createBudgetStore } from '../../src/store/api-budget.ts';
import * as commands from '../../src/store/commands.ts';
import type { Database } from '../../src/store/database.ts';
import * as incidents from '../../src/store/incidents.ts';
import { lockKeys } from '../../src/store/lock-keys.ts';
import { loadMemo, saveMemo } from '../../src/store/memos.ts';
import { loadPolicyVersion, savePolicyVersion } from '../../src/store/policy-versions.ts';
import * as tickets from '../../src/store/tickets.ts';
import * as timeline from '../../src/store/timeline.ts';
import * as timers from '../../src/store/timers.ts';
import { inTransaction, LostRaceError, type Tx } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase } from '../support/database.ts';

const now = new Date('2026-03-02T09:00:00.123Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const object = { host: 'web01', check: 'HTTP' };

const anAlert = (extra: Partial<Alert> = {}): Alert => ({
  ...object,
  state: 'CRITICAL',
  stateType: 'HARD',
  stateSince: now,
  badSince: now,
  lastEventAt: now,
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
  output: `it's "bad"; 100% {full}, \\ {1,2} NULL ä\u{1F600}`,
  longOutput: 'first\nsecond\tthird',
  hashtags: ['one', 'two, three', '{"four"}'],
  ...extra,
});

const anIncident = (extra: Partial<Incident> = {}): Incident => ({
  id: randomUUID(),
  number: 1,
  version: 1,
  status: 'new',
  type: 'Incident',
  title: 'web01 HTTP is CRITICAL',
  origin: 'alert',
  cause: object,
  childCount: 0,
  openChildCount: 0,
  desk: { statusTurn: 0 },
  proofs: [],
  impact: 'high',
  urgency: 'high',
  priority: 'urgent',
  priorityRule: 'matrix',
  priorityWhy: 'High impact and high urgency.',
  badAlertCount: 1,
  alertCount: 1,
  memberCount: 1,
  undigestedCount: 0,
  startedAt: now,
  openedAt: now,
  reopenCount: 0,
  lastJoinedAt: now,
  policyVersion: 'abc',
  ...extra,
});

const added = (...all: Incident[]): incidents.IncidentChange[] =>
  all.map((incident) => ({ incident, loadedVersion: undefined }));

describe.each(databases)('the tables on %s', (kind) => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, close } = await openTestDatabase(kind));
  });
  afterAll(() => close());
  beforeEach(() => emptyTables(database));
  const commit = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(database, work);

  test('alerts come back as they were saved, and are replaced whole', async () => {
    const full = anAlert({
      hostAlias: 'alias',
      hostAddress: '10.0.0.1',
      hostGroup: 'Web',
      serviceId: 'shop',
      customerId: 'acme',
      incidentId: randomUUID(),
      joinedAt: later(1),
      missingSince: later(2),
    });
    const host = anAlert({ check: '', state: 'DOWN', hashtags: [] });
    await alerts.saveAlerts(database.prisma, [
      full,
      host,
      anAlert({ host: 'other', output: 'NUL \0 \ud800.' }),
    ]);
    expect(await alerts.loadAlerts(database.prisma, [object, object, { host: 'no', check: '' }])).toEqual([
      full,
    ]);
    expect(await alerts.loadAlerts(database.prisma, [{ host: 'web01', check: '' }])).toEqual([host]);
    const [other] = await alerts.loadAlerts(database.prisma, [{ host: 'other', check: 'HTTP' }]);
    expect(other?.output).toBe('NUL \uFFFD \uFFFD.');
    const { badSince: _, ...well } = anAlert({ state: 'OK', healthySince: later(5) });
    await alerts.saveAlerts(database.prisma, [full, well]);
    expect(await alerts.loadAlerts(database.prisma, [object])).toEqual([well]);
  });

  test('newly bad objects are counted per link, without the one asked about, up to a limit', async () => {
    const bad = Array.from({ length: 6 }, (_, n) =>
      anAlert({
        check: `c${n}`,
        badSince: later(n * 1000),
        hostGroup: n < 3 ? 'Web' : 'Db',
        ...(n % 2 === 0 && { serviceId: 'shop', customerId: 'acme' }),
      }),
    );
    const { badSince: _, ...healthy } = anAlert({
      check: 'fine',
      state: 'OK',
      hostGroup: 'Web',
      serviceId: 'shop',
    });
    await alerts.saveAlerts(database.prisma, [...bad, healthy]);
    const query = (link: alerts.NewlyBadQuery['link'], ms = 0, atMost = 100): alerts.NewlyBadQuery => ({
      link,
      since: later(ms),
      atMost,
      except: { host: 'web01', check: 'c0' },
    });
    const counts = await alerts.countNewlyBad(database.prisma, [
      query('any'),
      query('any', 2000),
      query('any', 0, 2),
      query({ host: 'web01' }),
      query({ host: 'web02' }),
      query({ serviceId: 'shop' }),
      query({ hostGroup: 'Web' }),
      query({ stormKey: 'storm:acme' }),
      query({ stormKey: 'storm:none' }),
    ]);
    expect(counts).toEqual([5, 4, 2, 5, 0, 2, 2, 2, 3]);
  });

  test('members come newest first, up to a limit for each incident', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const members = [one, one, one, two].map((incidentId, n) =>
      anAlert({ check: `c${n}`, incidentId, joinedAt: later(n) }),
    );
    await alerts.saveAlerts(database.prisma, members);
    const found = await alerts.membersOf(database.prisma, [one, two, randomUUID()], 2);
    expect(found.filter(({ incidentId }) => incidentId === one).map(({ check }) => check)).toEqual([
      'c2',
      'c1',
    ]);
    expect(found.filter(({ incidentId }) => incidentId === two).map(({ check }) => check)).toEqual(['c3']);
    expect(await alerts.allMemberKeys(database.prisma, one)).toHaveLength(3);
  });

  test('incidents come back as they were saved', async () => {
    const full = anIncident({
      number: 7,
      status: 'closed',
      serviceId: 'shop',
      customerId: 'acme',
      hostGroup: 'Web',
      stormKey: 'storm:acme',
      assignmentGroup: 'Ops',
      owner: 'Ann',
      acknowledgedAt: now,
      resolvedAt: now,
      closedAt: now,
      previousNumber: 3,
      parentId: randomUUID(),
      childCount: 2,
      openChildCount: 1,
      reporter: { id: 12, email: 'jo@acme.example', name: 'Jo', language: 'de' },
      category: 'Network',
      subCategory: 'VPN',
      desk: {
        statusTurn: 3,
        asserted: 'resolved',
        ticketStatus: 'closed',
        ticketSource: 'email',
        subject: 'The shop is down',
        text: 'since “nine”',
        responderId: 158018000002,
        assignedAgentId: 158018000002,
        assignedAt: now,
        peopleSet: ['priority', 'custom.impact'],
        answers: { workaround: 'Yes', create_problem: true },
        asked: ['affected'],
        lastMessageId: 158018200001,
        nextUpdateDueAt: later(1000),
        confirmation: {
          round: 0,
          askedAt: now,
          remindedCount: 1,
          answer: { said: 'yes', via: 'link', at: later(1), words: '' },
        },
        gate: { rounds: 2, firstAt: now },
      },
      proofs: [
        {
          kind: 'monitoring',
          readAt: now,
          soakMs: 1000,
          objects: [{ ...object, state: 'OK', healthySince: now }],
        },
        { kind: 'reporter_reply', at: now, who: 'Jo', words: 'works again' },
        { kind: 'agent_record', at: now, who: 'Jo', how: 'Phone', when: later(-1000), by: 'Ann' },
        { kind: 'silence', at: now, askedAt: later(-1000), reminders: 2 },
        { kind: 'withdrawn', at: now, why: 'merged' },
      ],
    });
    const { cause: _, ...reported } = anIncident({ number: 8, origin: 'ticket' });
    const plain: Incident = reported;
    await commit((tx) => incidents.saveIncidents(tx, added(full, plain)));
    expect(await commit((tx) => incidents.lockIncidents(tx, [full.id]))).toEqual([full]);
    expect(await incidents.loadIncidents(database.prisma, [plain.id, randomUUID()])).toEqual([plain]);
    expect(await incidents.findByNumber(database.prisma, 8)).toEqual(plain);
    expect(await incidents.listOpen(database.prisma, { limit: 10 })).toEqual([plain]);
    expect(await incidents.listNewest(database.prisma, 1)).toEqual([plain]);
    expect(await incidents.countOpen(database.prisma)).toEqual({ new: 1 });
  });

  test('a version that someone else has overtaken is not saved, and says which incident', async () => {
    const first = anIncident({ number: 12 });
    const second = { ...first, version: 2, title: 'second' };
    const third = { ...first, version: 3, title: 'third' };
    await commit((tx) => incidents.saveIncidents(tx, added(first)));
    await commit((tx) => incidents.saveIncidents(tx, [{ incident: third, loadedVersion: 1 }]));
    const [saved] = await incidents.loadIncidents(database.prisma, [first.id]);
    expect(saved).toMatchObject({ version: 3, title: 'third' });
    let attempts = 0;
    const stale = commit(async (tx) => {
      attempts++;
      await incidents.saveIncidents(tx, [{ incident: second, loadedVersion: 1 }]);
    });
    await expect(stale).rejects.toThrow(/WD-12/);
    await expect(stale).rejects.toBeInstanceOf(LostRaceError);
    expect(attempts).toBe(5);
    const unknown = anIncident({ number: 13, version: 4 });
    await expect(
      commit((tx) => incidents.saveIncidents(tx, [{ incident: unknown, loadedVersion: 3 }])),
    ).rejects.toThrow(/WD-13/);
  });

  test('P2 a customer has one open storm at a time: whoever comes second loads it and decides again', async () => {
    const stormKey = 'storm:acme';
    await commit((tx) => incidents.saveIncidents(tx, added(anIncident({ number: 1, stormKey }))));
    const found: number[] = [];
    await commit(async (tx) => {
      const open = found.length === 0 ? [] : await incidents.loadOpenIncidents(tx, [{ stormKey }]);
      found.push(open.length);
      if (open.length === 0) await incidents.saveIncidents(tx, added(anIncident({ number: 2, stormKey })));
    });
    expect(found).toEqual([0, 1]);
    const closed = anIncident({ number: 3, stormKey, status: 'closed' });
    await commit((tx) => incidents.saveIncidents(tx, added(closed)));
  });

  test('open incidents are found by any link, oldest first, each once', async () => {
    const links = { hostGroup: 'Web', serviceId: 'shop' };
    const young = anIncident({ number: 1, openedAt: later(10), ...links });
    const old = anIncident({ number: 2, ...links, cause: { host: 'db01', check: '' } });
    const closed = anIncident({ number: 3, status: 'closed', ...links });
    const storm = anIncident({ number: 4, stormKey: 'storm:none', cause: { host: 'x', check: '' } });
    await commit((tx) => incidents.saveIncidents(tx, added(young, old, closed, storm)));
    const numbers = async (...query: Parameters<typeof incidents.loadOpenIncidents>[1]) =>
      (await incidents.loadOpenIncidents(database.prisma, query)).map(({ number }) => number);
    expect(await numbers({ hostGroup: 'Web' }, { serviceId: 'shop' })).toEqual([2, 1]);
    expect(await numbers({ host: 'web01' })).toEqual([1]);
    expect(await numbers({ stormKey: 'storm:none' }, { host: 'db01' })).toEqual([2, 4]);
    expect(await numbers({ host: 'nowhere' })).toEqual([]);
    expect(await incidents.countUrgentOpened(database.prisma, { since: now, atMost: 3 })).toBe(3);
    expect(await incidents.countUrgentOpened(database.prisma, { since: later(1), atMost: 3 })).toBe(1);
  });

  test('numbers are given out once', async () => {
    const given = await Promise.all(
      [3, 2].map((count) => incidents.nextIncidentNumbers(database.prisma, count)),
    );
    expect(given.flat().toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  test('the timeline keeps its order and its paging', async () => {
    const incidentId = randomUUID();
    const entry = (n: number) => ({
      incidentId,
      at: now,
      kind: 'opened' as const,
      rule: `rule${n}`,
      sentence: 'Because.',
      policyVersion: 'abc',
      ...(n === 2 && { deliverySeq: 42n }),
    });
    await timeline.append(database.prisma, [entry(1), entry(2)]);
    await timeline.append(database.prisma, [entry(3)]);
    const page = await timeline.list(database.prisma, incidentId, { limit: 2 });
    expect(page.map(({ rule }) => rule)).toEqual(['rule3', 'rule2']);
    expect(page[1]).toEqual({ id: 2n, ...entry(2) });
    const before = page[1]?.id ?? 0n;
    expect(
      (await timeline.list(database.prisma, incidentId, { limit: 2, before })).map(({ rule }) => rule),
    ).toEqual(['rule1']);
  });

  test('P7 a timer fires once, when due, and not when it was cancelled or moved', async () => {
    const incidentId = randomUUID();
    const other = randomUUID();
    const set = (id: string, ms: number) =>
      ({ set: 'soak', incidentId: id, dueAt: later(ms), why: 'proof' }) as const;
    await timers.applyTimerChanges(database.prisma, [set(incidentId, 1000), set(other, 2000)], now);
    await timers.applyTimerChanges(database.prisma, [set(incidentId, 3000)], now);
    const due = (ms: number) => commit((tx) => timers.claimDueTimers(tx, later(ms), 10));
    expect(await timers.nextDueAt(database.prisma)).toEqual(later(2000));
    expect(await due(1999)).toEqual([]);
    expect((await due(2000)).map((timer) => timer.incidentId)).toEqual([other]);
    await timers.applyTimerChanges(
      database.prisma,
      [{ cancel: 'soak', incidentId: other }, set(incidentId, 9000), set(incidentId, 3000)],
      now,
    );
    const [timer] = await due(3000);
    expect(timer).toMatchObject({
      incidentId,
      name: 'soak',
      why: 'proof',
      dueAt: later(3000),
      attemptCount: 0,
    });
    if (timer === undefined) return;
    await timers.postponeTimer(database.prisma, timer.id, later(4000));
    expect(await due(3999)).toEqual([]);
    const [again] = await due(4000);
    expect(again).toMatchObject({ dueAt: later(3000), tryAfter: later(4000), attemptCount: 1 });
    await timers.markFired(database.prisma, [timer], later(4000));
    expect(await due(100_000)).toEqual([]);
    expect(await timers.nextDueAt(database.prisma)).toBeUndefined();
    await timers.applyTimerChanges(database.prisma, [set(incidentId, 5000)], now);
    expect(await timers.listPending(database.prisma, [incidentId, other])).toHaveLength(1);
  });

  test('P7 a timer that was set anew while it fired stays pending', async () => {
    const incidentId = randomUUID();
    const set = (ms: number) => ({ set: 'digest', incidentId, dueAt: later(ms), why: 'more' }) as const;
    await timers.applyTimerChanges(database.prisma, [set(0)], now);
    await commit(async (tx) => {
      const claimed = await timers.claimDueTimers(tx, now, 10);
      await timers.applyTimerChanges(tx, [set(5000)], now);
      await timers.markFired(tx, claimed, now);
    });
    expect(await timers.nextDueAt(database.prisma)).toEqual(later(5000));
  });

  test('P7 a low-water mark never hides a timer', async () => {
    const mark: timers.LowWaterMark = {};
    const claim = () => commit((tx) => timers.claimDueTimers(tx, later(10_000), 2, mark));
    const set = (ms: number) =>
      ({ set: 'soak', incidentId: randomUUID(), dueAt: later(ms), why: 'x' }) as const;
    await timers.applyTimerChanges(database.prisma, [set(5000), set(6000), set(7000)], now);
    const first = await claim();
    await timers.markFired(database.prisma, first, now);
    expect(mark.tryAfter).toEqual(later(5000));
    await timers.applyTimerChanges(database.prisma, [set(1000)], now);
    const dues = (await claim()).map(({ dueAt }) => dueAt);
    expect(dues).toEqual([later(1000), later(7000)]);
  });

  test('wishes for a ticket need one sync job until it begins', async () => {
    const incidentId = randomUUID();
    const fields: TicketFields = {
      subject: 'a',
      status: 'open',
      priority: 'urgent',
      type: 'Incident',
      tags: ['x'],
    };
    const wish = (subject: string, id = incidentId) => ({
      incidentId: id,
      tag: `watchdesk-${id}`,
      fields: { ...fields, subject },
      descriptionHtml: '<p>x</p>',
      requesterEmail: 'ops@example.com',
      statusTurn: 2,
      isSetBack: false,
      round: 1,
      rules: { priority: 'priority_matrix' },
    });
    const second = randomUUID();
    expect(await commit((tx) => tickets.saveWishes(tx, [wish('a'), wish('b')], now))).toEqual([incidentId]);
    expect(await commit((tx) => tickets.saveWishes(tx, [wish('c'), wish('d', second)], now))).toEqual([
      second,
    ]);
    const taken = await tickets.takeWish(database.prisma, incidentId);
    expect(taken).toMatchObject({ wanted: { ...fields, subject: 'c' }, peopleOwn: {}, syncQueued: false });
    // A ticket is created with the status wanted then, so that is written already.
    expect(taken).toMatchObject({ statusTurn: 2, statusTurnWritten: 2, round: 1, roundWritten: 1 });
    expect(taken).not.toHaveProperty('freshdeskId');
    expect(await commit((tx) => tickets.saveWishes(tx, [wish('e')], now))).toEqual([incidentId]);
    const create = { now, attempted: fields, requesterEmail: 'it@example.com' };
    expect(await tickets.markCreateStarted(database.prisma, { incidentId }, create)).toBe(true);
    // P2 another run that had loaded the same must not send too; one that loaded what we left may.
    expect(await tickets.markCreateStarted(database.prisma, { incidentId }, create)).toBe(false);
    const left = { incidentId, createStartedAt: now };
    const again = { ...create, now: later(1) };
    expect(await tickets.markCreateStarted(database.prisma, left, again)).toBe(true);
    expect(await tickets.markCreateStarted(database.prisma, left, again)).toBe(false);
    expect(await tickets.load(database.prisma, incidentId)).toMatchObject({
      createStartedAt: later(1),
      attempted: [fields],
    });
    await tickets.markStuck(database.prisma, incidentId, 'no such group');
    expect(await tickets.listStuck(database.prisma, 10)).toHaveLength(1);
    await tickets.markCreated(database.prisma, incidentId, {
      freshdeskId: 99,
      written: fields,
      seen: fields,
    });
    expect(await tickets.markCreateStarted(database.prisma, { incidentId }, create)).toBe(false);
    const [created] = await tickets.loadByFreshdeskIds(database.prisma, [98, 99]);
    expect(created).toMatchObject({ freshdeskId: 99, written: fields, seen: fields });
    expect(created).not.toHaveProperty('seenAt'); // not read since it was created
    expect(created).not.toHaveProperty('createStartedAt');
    expect(created).not.toHaveProperty('attempted');
    expect(created).not.toHaveProperty('stuck');
    const attempted = { priority: 'urgent' as const };
    const next = { priority: 'high' as const };
    for (const sent of [attempted, next, attempted]) {
      await tickets.markUpdateStarted(database.prisma, incidentId, sent);
    }
    expect((await tickets.load(database.prisma, incidentId))?.attempted).toEqual([attempted, next]);
    const seen = { ...fields, status: 'pending' as const };
    const read = {
      freshdeskId: 99,
      written: fields,
      seen,
      peopleOwn: { priority: now },
      statusTurnWritten: 2,
      roundWritten: 1,
      seenUpdatedAt: now,
      lastMessageId: 158018200001,
      messageCount: 4,
      gone: 'spam',
      now,
    };
    await tickets.saveSynced(database.prisma, incidentId, read);
    await tickets.saveSynced(database.prisma, incidentId, { ...read, freshdeskId: 98, messageCount: 9 });
    const synced = await tickets.load(database.prisma, incidentId);
    expect(synced).toMatchObject({ seen, seenAt: now, peopleOwn: { priority: now } });
    expect(synced).toMatchObject({ lastMessageId: 158018200001, messageCount: 4, gone: 'spam' });
    expect(synced).not.toHaveProperty('attempted');
  });

  test('P2 a command of one intent is added once and numbered per incident', async () => {
    const incident = anIncident();
    const note = (intent: string, html = '<p>x</p>') => ({
      id: randomUUID(),
      command: { kind: 'private_note' as const, incidentId: incident.id, intent, html },
    });
    await commit((tx) => incidents.saveIncidents(tx, added(incident)));
    const one = note('one');
    const fresh = await commit((tx) => commands.add(tx, [one, note('two'), note('one', 'again')], now));
    expect(fresh).toHaveLength(2);
    expect(await commit((tx) => commands.add(tx, [note('two'), note('three')], now))).toHaveLength(1);
    const all = await commands.listOf(database.prisma, incident.id);
    expect(all.map(({ intent, sequence }) => [intent, sequence])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ]);
    expect(await commands.load(database.prisma, one.id)).toMatchObject({
      payload: one.command,
      incidentNumber: 1,
      attemptCount: 0,
    });
    const loaded = { id: one.id, attemptCount: 0 };
    expect(await commands.markStarted(database.prisma, loaded, now)).toBe(true);
    expect(await commands.markStarted(database.prisma, loaded, now)).toBe(false); // P2 by another run
    expect(await commands.load(database.prisma, one.id)).toMatchObject({ startedAt: now, attemptCount: 1 });
    await commands.clearStarted(database.prisma, one.id);
    expect(await commands.load(database.prisma, one.id)).not.toHaveProperty('startedAt');
    await commands.markDead(database.prisma, one.id, { now, error: 'rejected' });
    expect(await commands.listDead(database.prisma, 10)).toMatchObject([
      { id: one.id, lastError: 'rejected' },
    ]);
    expect(await commands.replay(database.prisma, one.id)).toBe(true);
    expect(await commands.replay(database.prisma, one.id)).toBe(false);
    await commands.markDone(database.prisma, one.id, { now, externalId: '77' });
    expect(await commands.load(database.prisma, one.id)).toMatchObject({ doneAt: now, externalId: '77' });
  });

  test('P8 a budget grants no more than its limit in a window, however many ask at once', async () => {
    const store = createBudgetStore(database);
    const spend = (at: Date, limit = 40) =>
      store.spend('freshdesk:all', { limit, windowMs: 60_000, now: at });
    const answers = await Promise.all(Array.from({ length: 100 }, () => spend(now)));
    expect(answers.filter(({ granted }) => granted)).toHaveLength(40);
    expect(await spend(later(59_999))).toEqual({ granted: false, retryAt: later(60_000) });
    expect(await spend(later(60_000))).toEqual({ granted: true, left: 39 });
    await store.block('freshdesk:all', later(90_000));
    await store.block('freshdesk:all', later(80_000));
    expect(await spend(later(89_999))).toEqual({ granted: false, retryAt: later(90_000) });
    expect(await spend(later(90_000))).toEqual({ granted: true, left: 38 });
    await store.block('new', later(1000));
    expect(await store.spend('new', { limit: 5, windowMs: 60_000, now })).toEqual({
      granted: false,
      retryAt: later(1000),
    });
    expect(await store.spend('none', { limit: 0, windowMs: 60_000, now })).toEqual({
      granted: false,
      retryAt: later(60_000),
    });
    expect(await store.readBudgets()).toMatchObject([
      { bucket: 'freshdesk:all', used: 2 },
      { bucket: 'new' },
    ]);
  });

  test('memos and policy versions outlive a restart', async () => {
    await saveMemo(database.prisma, 'read_back', { at: '2026' }, now);
    await saveMemo(database.prisma, 'read_back', { at: '2027' }, now);
    expect(await loadMemo(database.prisma, 'read_back', z.object({ at: z.string() }))).toEqual({
      at: '2027',
    });
    expect(await loadMemo(database.prisma, 'read_back', z.string())).toBeUndefined();
    const version = { hash: 'abc', source: 'policy/default.yaml', text: 'x: 1', loadedAt: now };
    await savePolicyVersion(database.prisma, version);
    await savePolicyVersion(database.prisma, { ...version, source: 'other' });
    expect(await loadPolicyVersion(database.prisma, 'abc')).toEqual(version);
    expect(await loadPolicyVersion(database.prisma, 'none')).toBeUndefined();
  });

  test.runIf(kind === 'postgresql')(
    'transactions that lock the same keys follow one another, without deadlock',
    async () => {
      const keys = Array.from({ length: 20 }, (_, n) => `object:host${n}`);
      let inside = 0;
      let together = 0;
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          commit(async (tx) => {
            await lockKeys(tx, [...keys.slice(n % 20), ...keys.slice(0, n % 20)]);
            inside++;
            together = Math.max(together, inside);
            await tx.$executeRaw`SELECT 1`;
            inside--;
          }),
        ),
      );
      expect(together).toBe(1);
    },
  );

  test.runIf(kind === 'postgresql')(
    'a transaction that the database ended for a deadlock runs again',
    async () => {
      const [one, two] = [anIncident({ number: 1 }), anIncident({ number: 2 })];
      await commit((tx) => incidents.saveIncidents(tx, added(one, two)));
      let attempts = 0;
      const crossing = (first: Incident, second: Incident) =>
        commit(async (tx) => {
          attempts++;
          await incidents.lockIncidents(tx, [first.id]);
          await tx.$executeRaw`SELECT pg_sleep(0.1)`;
          await incidents.lockIncidents(tx, [second.id]);
        });
      await Promise.all([crossing(one, two), crossing(two, one)]);
      expect(attempts).toBe(3);
    },
  );

  test.runIf(kind === 'embedded')('a commit that fails fails its transaction', async () => {
    await database.query(`CREATE TABLE strict (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)`);
    await expect(commit((tx) => tx.$executeRaw`INSERT INTO strict VALUES (1), (1)`)).rejects.toThrow();
    expect(await database.query('SELECT * FROM strict')).toEqual([]);
    expect(await commit((tx) => tx.$executeRaw`INSERT INTO strict VALUES (1)`)).toBe(1);
  });
});
