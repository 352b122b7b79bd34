import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiData } from '../../src/api-data.ts';
import { createConsoleData, type ServiceStatus } from '../../src/console/console-data.ts';
import { BODY_SHOWN_MAX, type ConsoleData } from '../../src/console/console-view.ts';
import { TOLD_BY } from '../../src/console/desk-data.ts';
import type { PersonWish } from '../../src/console/desk-view.ts';
import type { PageFilter } from '../../src/console/escalation-view.ts';
import { understandPerson } from '../../src/intake/understand-person.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { DeskState } from '../../src/model/desk-state.ts';
import { type EscalationState, NO_ESCALATION } from '../../src/model/escalation.ts';
import type { Incident } from '../../src/model/incident.ts';
import { uncounted } from '../../src/model/metrics.ts';
import type { Page } from '../../src/model/page.ts';
import type { PersonAction } from '../../src/model/person-event.ts';
import { saveAlerts } from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { saveIncidents } from '../../src/store/incidents.ts';
import { createKeeper } from '../../src/store/keeper.ts';
import * as pages from '../../src/store/pages.ts';
import * as peopleChanges from '../../src/store/people-changes.ts';
import { saveLinks, saveShown } from '../../src/store/ticket-links.ts';
import * as timeline from '../../src/store/timeline.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase } from '../support/database.ts';
import { manualClock } from '../support/manual-clock.ts';
import { aPolicy } from '../support/policy.ts';
import { minutesAgo, NOW } from './sample-data.ts';
import { consoleApp } from './serve.ts';

const POLICY = aPolicy({
  customers: { kestrel: { name: 'Kestrel Outdoor' } },
  services: { shop: { name: 'Web shop', customers: ['kestrel'], match: [{ host: 'web*' }] } },
  closing: { soak: { high: '10m' } },
  people: { dana: { name: 'Dana Ott', email: 'dana@example.com' } },
  rotations: {
    platform: {
      name: 'Platform on call',
      time_zone: 'Europe/Zurich',
      layers: [{ people: ['dana'], starts: '2026-01-05T09:00' }],
    },
  },
  ladders: {
    unattended: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      rungs: [
        { name: 'On call', after: '5m', tell: [{ person: 'dana' }] },
        { name: 'Team lead', after: '30m', tell: [{ person: 'dana' }] },
      ],
    },
  },
});
const STATUS: ServiceStatus = {
  freshdesk: { state: 'reachable' },
  opsview: { state: 'unknown' },
  outboxWaiting: 3,
};

const anIncident = (changes: Partial<Incident> & Pick<Incident, 'number'>) => ({
  id: randomUUID(),
  version: 1,
  status: 'new' as const,
  type: 'Incident' as const,
  origin: 'alert' as const,
  openChildCount: 0,
  childCount: 0,
  desk: { statusTurn: 0 },
  proofs: [],
  title: `web-0${changes.number} HTTP is CRITICAL`,
  cause: { host: `web-0${changes.number}`, check: 'HTTP' },
  impact: 'medium' as const,
  urgency: 'high' as const,
  priority: 'high' as const,
  priorityRule: 'matrix',
  priorityWhy: 'Impact medium, urgency high.',
  badAlertCount: 1,
  alertCount: 1,
  memberCount: 1,
  undigestedCount: 0,
  startedAt: minutesAgo(30),
  openedAt: minutesAgo(29),
  reopenCount: 0,
  lastJoinedAt: minutesAgo(29),
  policyVersion: POLICY.hash,
  ...changes,
});

/** What people reported: no alert, a reporter, an agent who has it. */
const aReport = (changes: Partial<Incident> & Pick<Incident, 'number'>): Incident => {
  const { cause: _, ...incident } = anIncident(changes);
  return {
    ...incident,
    origin: 'ticket',
    title: `Report ${changes.number}`,
    badAlertCount: 0,
    alertCount: 0,
    memberCount: 0,
    reporter: { id: 500 + changes.number, name: `Reporter ${changes.number}`, email: 'r@kestrel.example' },
    ...changes,
  };
};

const anAlert = (incident: ReturnType<typeof anIncident>, changes: Partial<Alert> = {}): Alert => ({
  host: incident.cause.host,
  check: incident.cause.check,
  state: 'CRITICAL',
  stateType: 'HARD',
  stateSince: minutesAgo(30),
  badSince: minutesAgo(30),
  lastEventAt: minutesAgo(30),
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
  output: 'HTTP CRITICAL <b>',
  longOutput: '',
  hashtags: [],
  incidentId: incident.id,
  ...changes,
});

/** A main ticket with all that its people told. */
const DESK: DeskState = {
  statusTurn: 1,
  ticketSource: 'email',
  companyName: 'Kestrel',
  responderId: 71,
  assignedAgentId: 72,
  assignmentRule: 'least_busy',
  typeRule: 'words',
  typeConfidence: 0.4,
  isTypeGuess: true,
  answers: { workaround: 'Yes' },
  confirmation: { round: 0, askedAt: minutesAgo(20), remindedCount: 1 },
  gate: { rounds: 3, firstAt: minutesAgo(9), stoppedAt: minutesAgo(2) },
};

/** A ladder that told its first rung five minutes ago; the next is due in twenty. */
const ESCALATED: EscalationState = {
  ...NO_ESCALATION,
  ladders: [
    {
      ...{
        ladder: 'unattended',
        kind: 'technical',
        run: 1,
        round: 1,
        state: 'running',
        why: 'Nobody took it.',
      },
      ...{ startedAt: minutesAgo(10), counted: [{ from: minutesAgo(10) }] },
      rungs: [
        {
          ...{ rung: 'On call', level: 1, round: 1, dueAt: minutesAgo(5), at: minutesAgo(5) },
          told: [
            {
              ...{ recipient: 'dana', name: 'Dana Ott', channels: ['email'] },
              attempts: [{ channel: 'email', intent: 'page:1', at: minutesAgo(5), outcome: 'delivered' }],
            },
          ],
        },
      ],
    },
  ],
  lookAt: minutesAgo(-20),
};

/** A page to somebody about an incident. */
const aPage = (incident: Incident, changes: Partial<Page> = {}): Page => ({
  ...{ intent: 'page:1', kind: 'escalation', incidentId: incident.id, reference: `WD-${incident.number}` },
  ...{ recipient: 'dana', recipientName: 'Dana Ott', channel: 'email', address: 'dana@example.com' },
  ...{ timeZone: 'UTC', priority: 'urgent' },
  content: {
    ...{
      subject: `WD-${incident.number} Urgent`,
      sentence: 'You are on call.',
      facts: [],
      ask: '',
      history: [],
    },
    ...{ links: {}, hasState: false },
  },
  ...changes,
});

describe.each(databases)('on the %s database', (kind) => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  let database: Database;
  let data: ConsoleData;
  beforeAll(async () => {
    opened = await openTestDatabase(kind);
    database = opened.database;
    data = createConsoleData({
      database,
      policy: () => POLICY,
      clock: manualClock(NOW),
      keep: createKeeper(database).keep,
      newId: randomUUID,
      metrics: uncounted,
      status: async () => STATUS,
      ticketUrl: (number) => `https://northwind.example/a/tickets/${number}`,
      replayParked: async () => 'done',
      resend: async () => 'done',
      resendPage: async () => 'done',
      feedPath: (rotation) => `/feeds/${rotation}`,
      retryTicket: async () => 'done',
    });
  });
  afterAll(() => opened.close());
  beforeEach(() => emptyTables(database));

  const keep = (all: readonly Incident[], alerts: readonly Alert[] = []) =>
    inTransaction(database, async (tx) => {
      await saveIncidents(
        tx,
        all.map((incident) => ({ incident, loadedVersion: undefined })),
      );
      await saveAlerts(tx, alerts);
    });

  test('nothing stored makes an empty, working page', async () => {
    expect(await data.overview({})).toEqual({
      open: [],
      recentlyClosed: [],
      matching: 0,
      openByPriority: { urgent: 0, high: 0, medium: 0, low: 0 },
      openByType: { Incident: 0, Question: 0, 'Feature Request': 0, Problem: 0 },
      customers: [],
    });
    expect(await data.suggestions()).toEqual({ items: [], count: 0 });
    expect(await data.problems()).toEqual({ items: [], count: 0, overdue: 0 });
    expect(await data.peopleChanges(30)).toEqual([]);
    expect(await data.tell({ do: 'unlink', number: 1 })).toBeUndefined();
    expect(await data.incident(1)).toBeUndefined();
    expect(await data.health()).toEqual({
      freshdesk: { state: 'reachable' },
      opsview: { state: 'unknown' },
      inbox: { waiting: 0, parked: 0 },
      outbox: { waiting: 3, dead: 0, stuckTickets: 0 },
      policy: { hash: POLICY.hash, source: POLICY.source },
      desk: { suggestions: 0, problems: 0, problemsOverdue: 0 },
    });
  });

  test('the overview is sorted by priority, then age; counts are of everything, filters narrow the list', async () => {
    await keep([
      anIncident({ number: 1, priority: 'low', customerId: 'kestrel', serviceId: 'shop' }),
      anIncident({ number: 2, priority: 'urgent', startedAt: minutesAgo(5) }),
      anIncident({
        number: 3,
        priority: 'urgent',
        startedAt: minutesAgo(50),
        status: 'acknowledged',
        customerId: 'gone',
      }),
      anIncident({ number: 4, status: 'closed', closedAt: minutesAgo(2) }),
      anIncident({ number: 5, status: 'closed', closedAt: minutesAgo(1), title: '100%_full' }),
    ]);
    const all = await data.overview({});
    expect(all.open.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(all.recentlyClosed.map(({ number }) => number)).toEqual([5, 4]);
    expect(all.openByPriority).toEqual({ urgent: 2, high: 0, medium: 0, low: 1 });
    expect(all.open[2]).toMatchObject({ customer: 'Kestrel Outdoor', service: 'Web shop' });
    expect(all.customers).toEqual([
      { id: 'gone', name: 'gone' },
      { id: 'kestrel', name: 'Kestrel Outdoor' },
    ]);
    const narrowed = async (filter: Parameters<ConsoleData['overview']>[0]) => {
      const { open, matching, openByPriority } = await data.overview(filter);
      expect(matching).toBe(open.length);
      expect(openByPriority).toEqual(all.openByPriority);
      return open.map(({ number }) => number);
    };
    expect(await narrowed({ status: 'acknowledged' })).toEqual([3]);
    expect(await narrowed({ priority: 'low' })).toEqual([1]);
    expect(await narrowed({ customerId: 'kestrel' })).toEqual([1]);
    expect(await narrowed({ text: 'WEB-02' })).toEqual([2]);
    expect(await narrowed({ text: 'wd-3' })).toEqual([3]);
    expect(await narrowed({ text: '%' })).toEqual([]);
    expect(await narrowed({ text: `'; DROP TABLE incident; --` })).toEqual([]);
  });

  test('an incident shows its alerts worst first, timeline, ticket, messages and pending timers', async () => {
    const incident = anIncident({ number: 7, alertCount: 3, memberCount: 3, assignmentGroup: 'none-such' });
    await keep(
      [incident],
      [
        anAlert(incident, { check: 'Disk', state: 'WARNING' }),
        anAlert(incident),
        anAlert(incident, { check: 'Load', state: 'OK' }),
      ],
    );
    const { prisma } = database;
    await timeline.append(prisma, [
      {
        incidentId: incident.id,
        at: minutesAgo(29),
        kind: 'opened',
        rule: 'new',
        sentence: 'Opened.',
        policyVersion: 'p',
      },
      {
        incidentId: incident.id,
        at: minutesAgo(9),
        kind: 'joined',
        rule: 'host',
        sentence: 'Joined.',
        policyVersion: 'p',
      },
    ]);
    const fields = { subject: 's', status: 'open', priority: 'high', type: 'Incident', tags: ['watchdesk'] };
    await prisma.ticket.create({
      data: {
        ...{ incidentId: incident.id, tag: 'wd-7', wanted: fields, seen: { ...fields, priority: 'low' } },
        ...{
          descriptionHtml: '',
          requesterEmail: 'a@example.com',
          freshdeskId: 48213n,
          seenAt: minutesAgo(1),
        },
        peopleOwn: { priority: minutesAgo(5).toISOString() },
        rules: {},
      },
    });
    const command = { incidentId: incident.id, kind: 'private_note', payload: {}, createdAt: minutesAgo(3) };
    await prisma.command.createMany({
      data: [
        { ...command, id: randomUUID(), intent: 'a', sequence: 1, doneAt: minutesAgo(2), attemptCount: 1 },
        {
          ...command,
          id: randomUUID(),
          intent: 'b',
          sequence: 2,
          deadAt: minutesAgo(1),
          lastError: 'rejected: no',
        },
        { ...command, id: randomUUID(), intent: 'c', sequence: 3 },
      ],
    });
    const timer = {
      incidentId: incident.id,
      why: 'healthy must hold for 10 min',
      dueAt: minutesAgo(-4),
      tryAfter: NOW,
    };
    await prisma.timer.createMany({
      data: [
        { ...timer, name: 'soak' },
        { ...timer, name: 'digest', firedAt: NOW, dueAt: minutesAgo(5) },
      ],
    });

    const page = await data.incident(7);
    expect(page?.alerts.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'HTTP CRITICAL',
      'Disk WARNING',
      'Load OK',
    ]);
    expect(page?.timeline.map(({ sentence }) => sentence)).toEqual(['Joined.', 'Opened.']);
    expect(page?.ticket).toMatchObject({
      number: '48213',
      url: 'https://northwind.example/a/tickets/48213',
      seen: { priority: 'low' },
      peopleOwn: { priority: minutesAgo(5) },
    });
    expect(page?.messages.map(({ sequence, state }) => `${sequence} ${state}`)).toEqual([
      '3 waiting',
      '2 failed',
      '1 sent',
    ]);
    expect(page?.timers).toEqual([
      { name: 'soak', dueAt: minutesAgo(-4), why: 'healthy must hold for 10 min' },
    ]);
    expect(page).toMatchObject({
      timelineCount: 2,
      messageCount: 3,
      closing: { soakMs: 600_000, missing: ['monitoring'] },
      cause: 'web-07 HTTP',
      assignmentGroup: 'none-such',
    });

    await prisma.ticket.update({ where: { incidentId: incident.id }, data: { stuck: 'rejected: group' } });
    expect(await data.stuck()).toMatchObject({
      count: 1,
      items: [{ incidentNumber: 7, ticket: { number: '48213' } }],
    });
    expect((await data.overview({})).open[0]?.ticket?.stuck).toBe('rejected: group');
    await prisma.ticket.update({ where: { incidentId: incident.id }, data: { stuck: null } });
    expect(await data.failed()).toMatchObject({
      count: 1,
      items: [{ incidentNumber: 7, lastError: 'rejected: no' }],
    });
    const shown = await request(consoleApp({ data })).get('/incidents/7').expect(200);
    expect(shown.text).toContain('HTTP CRITICAL &lt;b&gt;');
    const overview = await request(consoleApp({ data })).get('/').expect(200);
    expect(overview.text).toContain('Asks Opsview again at 09:25 UTC: healthy must hold for 10 min');
  });

  const change = { rule: 'words', field: 'type', wanted: 'Incident', chosen: 'Question' } as const;

  async function keepFamily() {
    const main = aReport({ number: 1, status: 'resolved', childCount: 2, openChildCount: 1, desk: DESK });
    const child = aReport({
      number: 2,
      parentId: main.id,
      desk: {
        statusTurn: 0,
        subject: '<b>2</b>',
        confirmation: { round: 0, askedAt: minutesAgo(8), remindedCount: 0 },
      },
    });
    const proof = { kind: 'reporter_link', at: minutesAgo(3), who: 'Ann', words: '' } as const;
    const closed = aReport({
      number: 3,
      parentId: main.id,
      status: 'closed',
      closedAt: minutesAgo(3),
      proofs: [proof],
    });
    const maybe = aReport({ number: 4, type: 'Question', priority: 'low' });
    const over = aReport({ number: 5, status: 'closed', closedAt: minutesAgo(3) });
    await keep([main, child, closed, maybe, over]);
    const link = {
      parentId: main.id,
      score: 0.9,
      reasons: ['Same words.'],
      by: 'Watchdesk',
      at: minutesAgo(9),
    };
    await inTransaction(database, (tx) =>
      saveLinks(tx, [
        { ...link, childId: child.id, state: 'linked' },
        { ...link, childId: closed.id, state: 'linked' },
        { ...link, childId: maybe.id, state: 'suggested', score: 0.6 },
        { ...link, childId: over.id, state: 'suggested' },
      ]),
    );
    await saveShown(
      database.prisma,
      { parentId: main.id, childId: child.id },
      { as: 'note_only', why: 'Full.' },
    );
    return { main, child, maybe };
  }

  test('an issue that people reported shows its reports, suggestions, what is missing and who has it', async () => {
    const { main } = await keepFamily();
    await database.prisma.deskAgent.create({
      data: {
        id: 71n,
        name: 'Priya Nair',
        email: 'p@example.com',
        isAvailable: true,
        isDeactivated: false,
        readAt: NOW,
      },
    });
    const page = await data.incident(1);
    expect(page?.family).toMatchObject({ childCount: 2, openChildCount: 1 });
    expect(page?.family.children).toMatchObject([
      {
        number: 2,
        title: '<b>2</b>',
        reporter: 'Reporter 2',
        askedAt: minutesAgo(8),
        isProven: false,
        shownAs: 'note_only',
        shownWhy: 'Full.',
      },
      { number: 3, status: 'closed', isProven: true },
    ]);
    expect(page?.family.suggested).toMatchObject([{ childNumber: 4, parentNumber: 1, score: 0.6 }]);
    expect(page?.closing).toMatchObject({
      isIncident: true,
      missing: ['reporter'],
      confirmation: { askedAt: minutesAgo(20), remindedCount: 1 },
      gate: { rounds: 3, roundsMax: POLICY.closing.gate.rounds, stoppedAt: minutesAgo(2) },
    });
    expect(page?.desk).toMatchObject({
      reporterName: 'Reporter 1',
      company: 'Kestrel',
      agent: 'Priya Nair',
      assigned: { agent: 'agent 72', rule: 'least_busy' },
      answers: [{ name: 'Is there a workaround?', text: 'Yes' }],
      isTypeGuess: true,
      typeConfidence: 0.4,
    });
    expect(page?.line).toMatchObject({ origin: 'ticket', isAsked: true, isGateStopped: true, childCount: 2 });
    expect((await data.incident(2))?.family.parent).toMatchObject({ number: 1, title: main.title });
    expect(await data.suggestions()).toMatchObject({ count: 1, items: [{ childNumber: 4 }] });
    const shown = await request(consoleApp({ data })).get('/incidents/1').expect(200);
    expect(shown.text).toContain('&lt;b&gt;2&lt;/b&gt;');
    await request(consoleApp({ data })).get('/suggestions').expect(200);
  });

  test('the overview narrows to a type and finds a reporter; counting repeats is not what happens next', async () => {
    const { main } = await keepFamily();
    const timer = {
      incidentId: main.id,
      name: 'repeat',
      why: 'counted',
      dueAt: minutesAgo(-1),
      tryAfter: NOW,
    };
    await database.prisma.timer.create({ data: timer });
    const questions = await data.overview({ type: 'Question' });
    expect(questions.open.map(({ number }) => number)).toEqual([4]);
    expect(questions.openByType).toEqual({ Incident: 2, Question: 1, 'Feature Request': 0, Problem: 0 });
    const found = await data.overview({ text: 'reporter 1' });
    expect(found.open.map(({ number }) => number)).toEqual([1]);
    expect(found.open[0]).not.toHaveProperty('nextTimer');
    expect((await data.overview({ text: 'Report 2' })).open).toMatchObject([{ parentNumber: 1 }]);
    await request(consoleApp({ data })).get('/?type=Question').expect(200);
  });

  test('Problems: the longest overdue first, for whom, who has it, and what for', async () => {
    const main = aReport({ number: 1 });
    const problem = (number: number, changes: Partial<Incident>) =>
      aReport({ number, type: 'Problem', origin: 'watchdesk', ...changes });
    const due = (minutes: number) => ({ statusTurn: 0, dueAt: minutesAgo(minutes) });
    await keep([
      main,
      problem(2, { desk: due(-60) }),
      problem(3, { desk: { ...due(90), openedForId: main.id }, customerId: 'kestrel', owner: 'Jo Moss' }),
      problem(4, { desk: due(95), status: 'resolved' }),
      problem(5, { desk: { statusTurn: 0 } }),
      problem(6, { desk: due(500), status: 'closed', closedAt: NOW }),
    ]);
    const { items, ...counts } = await data.problems();
    expect(counts).toEqual({ count: 4, overdue: 1 });
    expect(items.map(({ number }) => number)).toEqual([4, 3, 2, 5]);
    expect(items[1]).toMatchObject({
      customer: 'Kestrel Outdoor',
      owner: 'Jo Moss',
      dueAt: minutesAgo(90),
      openedFor: { number: 1, title: 'Report 1' },
    });
    expect((await data.health()).desk).toEqual({ suggestions: 0, problems: 4, problemsOverdue: 1 });
    await request(consoleApp({ data })).get('/problems').expect(200);
  });

  test('P5 what people change, by rule and field, in names rather than numbers', async () => {
    const main = aReport({ number: 1 });
    await keep([main]);
    const at = (days: number) => minutesAgo(days * 24 * 60);
    const one = { ...change, incidentId: main.id };
    await peopleChanges.append(database.prisma, [one, one, { ...one, chosen: 'Problem' }], at(2));
    await peopleChanges.append(
      database.prisma,
      [{ ...one, rule: 'team', field: 'responderId', chosen: '71' }],
      at(3),
    );
    await peopleChanges.append(database.prisma, [{ ...one, rule: 'old' }], at(40));
    expect(await data.peopleChanges(30)).toMatchObject([
      { rule: 'words', field: 'Type', count: 3, mostChosen: 'Question', lastAt: at(2) },
      { rule: 'team', field: 'Agent', count: 1, mostChosen: 'agent 71' },
    ]);
    expect((await data.peopleChanges(90)).map(({ rule }) => rule)).toContain('old');
  });

  test('what people tell is kept in the inbox, each time anew, and changes nothing by itself', async () => {
    const { main, child, maybe } = await keepFamily();
    const by = TOLD_BY;
    const told: [PersonWish, PersonAction][] = [
      [
        { do: 'link', parent: 1, child: 4, answer: 'decline' },
        { do: 'link', parentId: main.id, childId: maybe.id, answer: 'decline', by },
      ],
      [
        { do: 'record_confirmation', number: 1, who: 'Ann', how: 'Phone', when: minutesAgo(4) },
        { do: 'record_confirmation', incidentId: main.id, who: 'Ann', how: 'Phone', when: minutesAgo(4), by },
      ],
      [
        { do: 'unlink', number: 2 },
        { do: 'unlink', childId: child.id, by },
      ],
      [
        { do: 'unlink', number: 2 },
        { do: 'unlink', childId: child.id, by },
      ],
      [
        { do: 'create_problem', number: 1, what: '<b>' },
        { do: 'create_problem', incidentId: main.id, what: '<b>', by },
      ],
      [
        { do: 'draft_article', number: 1 },
        { do: 'draft_article', incidentId: main.id, by },
      ],
    ];
    const before = await data.incident(1);
    const ids: string[] = [];
    for (const [wish] of told) ids.push((await data.tell(wish))?.id ?? '');
    expect(new Set(ids).size).toBe(told.length);
    expect(await data.cameOf(ids[0] ?? '')).toBeUndefined();
    expect(await data.tell({ do: 'link', parent: 1, child: 99, answer: 'accept' })).toBeUndefined();
    const rows = await database.prisma.delivery.findMany({ orderBy: { seq: 'asc' } });
    expect(rows.map(({ source, status }) => `${source} ${status}`)).toEqual(told.map(() => 'person waiting'));
    expect(rows.map(({ body }) => understandPerson(JSON.parse(body)))).toEqual(
      told.map(([, action]) => ({ event: { kind: 'person', at: NOW, action } })),
    );
    expect(await data.incident(1)).toEqual(before);
    const decided = { status: 'decided', sentence: 'It was declined.' };
    await database.prisma.delivery.updateMany({ where: { deliveryId: ids[0] ?? '' }, data: decided });
    expect(await data.cameOf(ids[0] ?? '')).toBe('It was declined.');
    expect(await data.cameOf(ids[1] ?? '')).toBeUndefined();
  });

  test('an issue tells how far its ladders are, on its page and in the overview', async () => {
    await keep([anIncident({ number: 1, escalation: ESCALATED }), anIncident({ number: 2 })]);
    const { open } = await data.overview({});
    const next = { name: 'Team lead', level: 2, at: minutesAgo(-20) };
    expect(open.map(({ escalation }) => escalation)).toEqual([{ level: 1, next }, undefined]);
    expect((await data.incident(1))?.escalation).toMatchObject({
      ...{ level: 1, next, people: ['Dana Ott'] },
      ladders: [
        { name: 'Nobody takes it', next, rungs: [{ rung: 'On call', told: [{ name: 'Dana Ott' }] }] },
      ],
    });
    expect((await data.incident(2))?.escalation).toEqual({ level: 0, ladders: [], people: ['Dana Ott'] });
  });

  test('messages to people: each with its state, narrowed to an issue or a recipient', async () => {
    const [one, two] = [anIncident({ number: 1 }), anIncident({ number: 2 })];
    await keep([one, two]);
    const ids = Array.from({ length: 4 }, () => randomUUID());
    const [delivered, failed, waiting, held] = ids as [string, string, string, string];
    const add = (id: string, page: Page, at: Date) => pages.add(database.prisma, [{ id, page }], at);
    await add(delivered, aPage(one), minutesAgo(9));
    await add(failed, aPage(one, { intent: 'page:2', recipient: 'jo', recipientName: 'Jo' }), minutesAgo(8));
    await add(waiting, aPage(two), minutesAgo(7));
    await add(held, aPage(two, { intent: 'page:3', holdUntil: minutesAgo(-60) }), minutesAgo(6));
    await pages.markDelivered(database.prisma, [delivered], { now: minutesAgo(5) });
    await pages.markFailed(database.prisma, [failed], {
      now: minutesAgo(4),
      failure: 'rejected: no such box',
    });
    const shown = async (filter: PageFilter) => (await data.pages(filter)).items.map(({ id }) => id);
    const all = await data.pages({});
    expect(all.items.map(({ id, state, at }) => [id, state, at])).toEqual([
      [held, 'waiting', minutesAgo(-60)],
      [waiting, 'waiting', minutesAgo(7)],
      [failed, 'failed', minutesAgo(4)],
      [delivered, 'delivered', minutesAgo(5)],
    ]);
    expect(all.items[2]).toMatchObject({ incidentNumber: 1, name: 'Jo', why: 'rejected: no such box' });
    expect(all.recipients).toEqual([{ recipient: 'dana', name: 'Dana Ott' }]);
    expect(await shown({ incidentNumber: 1 })).toEqual([failed, delivered]);
    expect(await shown({ recipient: 'jo' })).toEqual([failed]);
    expect(await shown({ incidentNumber: 2, recipient: 'jo' })).toEqual([]);
    expect(await shown({ incidentNumber: 99 })).toEqual([]);
  });

  test('who takes it is named as the policy does; anybody else as told', async () => {
    await keep([anIncident({ number: 1 })]);
    const { id: incidentId } = (await database.prisma.incident.findFirstOrThrow()) as { id: string };
    await data.tell({ do: 'acknowledge', number: 1, by: 'dana ott' });
    await data.tell({ do: 'acknowledge', number: 1, by: 'A guest', ladder: 'unattended' });
    await data.tell({ do: 'escalate', number: 1, by: 'dana', reason: 'They called.' });
    await data.tell({ do: 'stop_director', number: 1, by: 'dana', reason: 'Known.', ladder: 'unattended' });
    const rows = await database.prisma.delivery.findMany({ orderBy: { seq: 'asc' } });
    const by = 'Dana Ott';
    expect(rows.map(({ body }) => understandPerson(JSON.parse(body)))).toEqual(
      [
        { do: 'acknowledge', incidentId, by, person: 'dana', via: 'console' },
        { do: 'acknowledge', incidentId, by: 'A guest', ladder: 'unattended', via: 'console' },
        { do: 'escalate', incidentId, by, reason: 'They called.' },
        { do: 'stop_director', incidentId, by, reason: 'Known.', ladder: 'unattended' },
      ].map((action) => ({ event: { kind: 'person', at: NOW, action } })),
    );
  });

  test('who is on call: fourteen days from midnight of the rotation’s clocks', () => {
    const [rotation] = data.onCall();
    expect(rotation).toMatchObject({ id: 'platform', now: { name: 'Dana Ott' }, feed: '/feeds/platform' });
    expect(rotation?.from).toEqual(new Date('2026-11-20T23:00:00Z'));
    expect(rotation?.to).toEqual(new Date('2026-12-04T23:00:00Z'));
    expect(rotation?.days).toHaveLength(14);
  });

  test('other programs read the same: open ones, one, its ticket and ladders', async () => {
    const incident = anIncident({ number: 1, escalation: ESCALATED, customerId: 'kestrel' });
    await keep([incident, anIncident({ number: 2, status: 'closed', closedAt: minutesAgo(1) })]);
    const api = createApiData({
      ...{ database, policy: () => POLICY, clock: manualClock(NOW) },
      ticketUrl: (number) => `https://northwind.example/${number}`,
    });
    const open = await api.openIncidents(0);
    expect(open.map((found) => found.incident.number)).toEqual([1]);
    expect(open[0]).toMatchObject({ level: 1, customer: 'Kestrel Outdoor', next: { name: 'Team lead' } });
    expect(await api.openIncidents(1)).toEqual([]);
    expect(await api.incident(3)).toBeUndefined();
    const closed = await api.incident(2);
    expect(closed).toMatchObject({ level: 0, ladders: [] });
    expect(closed && [api.hasLadder(closed, 'unattended'), api.hasLadder(closed, 'other')]).toEqual([
      true,
      false,
    ]);
    expect(api.onCall()).toMatchObject([{ id: 'platform', now: { person: 'dana' } }]);
    expect(api.person('dana')).toEqual({ key: 'dana', name: 'Dana Ott' });
  });

  test('P1 what was not understood is shown, newest first, a huge body cut', async () => {
    const delivery = {
      source: 'opsview',
      status: 'parked',
      receivedAt: minutesAgo(5),
      tryAfter: NOW,
      rule: 'intake.state',
    };
    await database.prisma.delivery.createMany({
      data: [
        { ...delivery, deliveryId: 'a', body: 'x'.repeat(BODY_SHOWN_MAX + 5), sentence: 'Too odd.' },
        { ...delivery, deliveryId: 'b', body: '{}' },
        { ...delivery, deliveryId: 'c', body: '{}', status: 'waiting' },
      ],
    });
    const { items, count } = await data.parked();
    expect(count).toBe(2);
    expect(items.map(({ bodyLength, body }) => [bodyLength, body.length])).toEqual([
      [2, 2],
      [BODY_SHOWN_MAX + 5, BODY_SHOWN_MAX],
    ]);
    expect(items[1]).toMatchObject({ rule: 'intake.state', reason: 'Too odd.' });
    expect((await data.health()).inbox).toEqual({ waiting: 1, parked: 2, oldestAt: minutesAgo(5) });
  });
});
