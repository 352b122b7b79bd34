import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsoleData, type ServiceStatus } from '../../src/console/console-data.ts';
import { BODY_SHOWN_MAX, type ConsoleData } from '../../src/console/console-view.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Incident } from '../../src/model/incident.ts';
import { saveAlerts } from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { saveIncidents } from '../../src/store/incidents.ts';
import * as timeline from '../../src/store/timeline.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase } from '../support/database.ts';
import { aPolicy } from '../support/policy.ts';
import { minutesAgo, NOW } from './sample-data.ts';
import { consoleApp } from './serve.ts';

const POLICY = aPolicy({
  customers: { kestrel: { name: 'Kestrel Outdoor' } },
  services: { shop: { name: 'Web shop', customers: ['kestrel'], match: [{ host: 'web*' }] } },
  closing: { soak: { high: '10m' } },
});
const STATUS: ServiceStatus = {
  freshdesk: { state: 'reachable' },
  opsview: { state: 'unknown' },
  outboxWaiting: 3,
};

const anIncident = (changes: Partial<Incident> & Pick<Incident, 'number'>): Incident => ({
  id: randomUUID(),
  version: 1,
  status: 'new',
  type: 'Incident',
  title: `web-0${changes.number} HTTP is CRITICAL`,
  cause: { host: `web-0${changes.number}`, check: 'HTTP' },
  impact: 'medium',
  urgency: 'high',
  priority: 'high',
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

const anAlert = (incident: Incident, changes: Partial<Alert> = {}): Alert => ({
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
      status: async () => STATUS,
      ticketUrl: (number) => `https://northwind.example/a/tickets/${number}`,
      replayParked: async () => 'done',
      resend: async () => 'done',
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
      customers: [],
    });
    expect(await data.incident(1)).toBeUndefined();
    expect(await data.health()).toEqual({
      freshdesk: { state: 'reachable' },
      opsview: { state: 'unknown' },
      inbox: { waiting: 0, parked: 0 },
      outbox: { waiting: 3, dead: 0, stuckTickets: 0 },
      policy: { hash: POLICY.hash, source: POLICY.source },
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
        peopleOwn: ['priority'],
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
      peopleOwn: ['priority'],
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
      soakMs: 600_000,
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
