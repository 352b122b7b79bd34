import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCallBudget } from '../../src/connectors/freshdesk/call-budget.ts';
import { createFreshdesk, type Freshdesk } from '../../src/connectors/freshdesk/freshdesk.ts';
import { createOpsview, type Opsview } from '../../src/connectors/opsview/opsview.ts';
import { SANDBOX_OPSVIEW_LOGIN } from '../../src/sandbox/sandbox.ts';
import { memoryBudgetStore } from '../fakes/memory-budget-store.ts';
import { sandboxAt } from './support.ts';

/** The connectors that talk to the real systems talk to the stand-ins unchanged. */
let at: Awaited<ReturnType<typeof sandboxAt>>;
let freshdesk: Freshdesk;
let opsview: Opsview;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z');
  const { clock, sandbox } = at;
  const limits = { all: 400, create: 160, update: 160, list: 100 };
  const budget = createCallBudget({
    store: memoryBudgetStore(),
    account: 'sandbox',
    limits,
    clock,
    reserve: 0,
  });
  freshdesk = createFreshdesk({ url: sandbox.freshdeskUrl, apiKey: sandbox.freshdesk.apiKey, budget, clock });
  opsview = createOpsview({ url: sandbox.opsviewUrl, ...SANDBOX_OPSVIEW_LOGIN, clock });
});
afterEach(() => at.sandbox.close());

const draft = {
  fields: {
    subject: 'web01 HTTP is CRITICAL',
    status: 'open',
    priority: 'urgent',
    type: 'Incident',
    groupId: 158018300002,
    tags: ['watchdesk', 'wd-1'],
  },
  descriptionHtml: '<p>broken</p>',
  requesterEmail: 'monitoring@example.com',
} as const;

test('create, read, update, note, find, list, self and fields', async () => {
  const { id, fields } = await freshdesk.createTicket(draft);
  expect(fields).toEqual(draft.fields);
  const updated = await freshdesk.updateTicket(id, { status: 'resolved', priority: 'low' });
  expect(updated.fields).toMatchObject({ status: 'resolved', priority: 'low' });
  const note = await freshdesk.addPrivateNote(id, '<p>why [wd-1/1]</p>');
  expect(await freshdesk.findMessageByMark(id, '[wd-1/1]')).toEqual({ id: note.id });
  expect(at.sandbox.freshdesk.state.conversations(id)).toMatchObject([{ private: true }]);
  const listed: number[] = [];
  for await (const tickets of freshdesk.listUpdatedSince(new Date('2026-03-02T08:00:00Z'))) {
    listed.push(...tickets.map((ticket) => ticket.id));
  }
  expect(listed).toEqual([id]);
  expect(await freshdesk.readSelf()).toMatchObject({ id: 158018000001 });
  expect((await freshdesk.readTicketFields()).length).toBeGreaterThan(5);
  await expect(freshdesk.readTicket(99)).rejects.toMatchObject({ kind: 'not_found' });
});

test('P2 a ticket whose answer was lost is found by its tag', async () => {
  at.sandbox.freshdesk.faults.next({ kind: 'cut_after', match: { method: 'POST' } });
  await expect(freshdesk.createTicket(draft)).rejects.toMatchObject({ kind: 'outcome_unknown' });
  const query = { tag: 'wd-1', requesterEmail: draft.requesterEmail, since: at.clock.now() };
  expect(await freshdesk.findTicketByTag(query)).toMatchObject({ id: 1 });
  expect(await freshdesk.findTicketByTag({ ...query, tag: 'wd-2' })).toBeUndefined();
});

test('each fault is the kind of error that it should be', async () => {
  const { faults, settings } = at.sandbox.freshdesk;
  faults.next({ kind: 'html_502' });
  await expect(freshdesk.createTicket(draft)).rejects.toMatchObject({ kind: 'outcome_unknown' });
  const noSuchGroup = { ...draft, fields: { ...draft.fields, groupId: 1 } };
  await expect(freshdesk.createTicket(noSuchGroup)).rejects.toMatchObject({ kind: 'rejected', status: 400 });
  await at.sandbox.refuseConnections(true);
  // The first call may still take the connection that was open; the one after it certainly finds nobody.
  await expect(freshdesk.readSelf()).rejects.toThrow();
  await expect(freshdesk.createTicket(draft)).rejects.toMatchObject({ kind: 'not_sent' });
  await at.sandbox.refuseConnections(false);
  settings.limits = { total: 1, create: 1, update: 1, list: 1 };
  await expect(freshdesk.createTicket(draft)).rejects.toMatchObject({ kind: 'rate_limited' });
});

test('Opsview: one object, everything unhealthy, acknowledge, and a token that ran out', async () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'Disk: /var/log', 'WARNING', 'DISK WARNING');
  checks.setState('gw01', '', 'DOWN');
  checks.startDowntime({ host: 'db01', check: '' }, { durationMs: 60_000 });
  checks.startFlapping('db01', 'Backup');
  const key = { host: 'web01', check: 'Disk: /var/log' };
  const read = await opsview.readObjects([
    key,
    { host: 'gw01', check: '' },
    { host: 'db01', check: 'Backup' },
    { host: 'no', check: 'x' },
  ]);
  expect(read.objects).toHaveLength(3);
  expect(read.objects).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...key, state: 'WARNING', stateType: 'HARD', isAcknowledged: false }),
      expect.objectContaining({ host: 'gw01', check: '', state: 'DOWN' }),
      expect.objectContaining({
        host: 'db01',
        check: 'Backup',
        state: 'OK',
        inDowntime: true,
        isFlapping: true,
      }),
    ]),
  );
  expect(read.missing).toEqual([{ host: 'no', check: 'x' }]);
  const unhealthy = (await opsview.readUnhealthy()).map(({ host, check }) => `${host} ${check}`.trim());
  expect(unhealthy).toEqual(expect.arrayContaining(['web01 Disk: /var/log', 'gw01']));
  at.sandbox.opsview.expireTokens();
  await opsview.acknowledge(key, 'Freshdesk #1');
  const isAcknowledged = async () => (await opsview.readObjects([key])).objects[0]?.isAcknowledged;
  expect(await isAcknowledged()).toBe(false);
  at.clock.advance(1000);
  expect(await isAcknowledged()).toBe(true);
  await opsview.acknowledge({ host: 'gw01', check: '' }, 'Freshdesk #2');
});
