import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCallBudget } from '../../../src/connectors/freshdesk/call-budget.ts';
import {
  createFreshdesk,
  type Freshdesk,
  type FreshdeskParts,
  type FreshdeskTicket,
  type TicketDraft,
} from '../../../src/connectors/freshdesk/freshdesk.ts';
import {
  createSandboxFreshdesk,
  type SandboxFreshdesk,
} from '../../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import { type FakeServer, startHttpServer } from '../../fakes/http-server.ts';
import { memoryBudgetStore } from '../../fakes/memory-budget-store.ts';
import { HOUR, type ManualClock, MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';

const MANY = { all: 1e6, create: 1e6, update: 1e6, list: 1e6 };
const DRAFT: TicketDraft = {
  fields: {
    subject: 'web01 HTTP is CRITICAL "100%" <b>',
    status: 'open',
    priority: 'urgent',
    type: 'Incident',
    tags: ['watchdesk', 'wd-42'],
  },
  descriptionHtml: '<p>Since 09:00 &lt;b&gt; é 😀</p>',
  requesterEmail: 'monitoring+a@example.com',
};

let clock: ManualClock;
let sandbox: SandboxFreshdesk;
let server: FakeServer;
let freshdesk: Freshdesk;

const connect = (parts: Partial<FreshdeskParts> = {}): Freshdesk =>
  createFreshdesk({
    url: `${server.url}/sandbox/freshdesk/api/v2/`,
    apiKey: sandbox.apiKey,
    clock,
    budget: createCallBudget({
      store: memoryBudgetStore(),
      account: 'sandbox',
      limits: MANY,
      reserve: 0,
      clock,
    }),
    ...parts,
  });

beforeEach(async () => {
  clock = manualClock();
  sandbox = createSandboxFreshdesk({
    clock,
    settings: { limits: { total: 1e6, create: 1e6, update: 1e6, list: 1e6 } },
  });
  const app = express();
  app.use('/sandbox/freshdesk', sandbox.router);
  server = await startHttpServer(app);
  freshdesk = connect();
});
afterEach(async () => {
  sandbox.close();
  await server.close();
});

const pathsOf = (from = 0): string[] =>
  sandbox.state.calls.slice(from).map(({ method, path }) => `${method} ${path}`);

describe('tickets', () => {
  test('create, read, update: our words both ways', async () => {
    const created = await freshdesk.createTicket(DRAFT);
    expect(created).toMatchObject({
      fields: DRAFT.fields,
      isDeleted: false,
      isSpam: false,
      createdAt: clock.now(),
    });
    expect(created.requesterId).toEqual(expect.any(Number));
    clock.advance(MINUTE);
    const updated = await freshdesk.updateTicket(created.id, {
      status: 'resolved',
      priority: 'low',
      tags: ['wd-42'],
    });
    expect(updated.fields).toEqual({ ...DRAFT.fields, status: 'resolved', priority: 'low', tags: ['wd-42'] });
    expect(await freshdesk.readTicket(created.id)).toEqual(updated);
  });

  test('an update sends differences only, and none at all is refused here', async () => {
    const { id } = await freshdesk.createTicket(DRAFT);
    const before = sandbox.state.calls.length;
    await expect(freshdesk.updateTicket(id, {})).rejects.toMatchObject({ kind: 'rejected' });
    await expect(freshdesk.updateTicket(id, { subject: 'x'.repeat(256) })).rejects.toMatchObject({
      kind: 'rejected',
      fieldErrors: [{ field: 'subject' }],
    });
    await expect(freshdesk.readTicket(1.5)).rejects.toMatchObject({ kind: 'rejected' });
    expect(sandbox.state.calls).toHaveLength(before);
  });

  test('an unknown ticket is not found', () =>
    expect(freshdesk.readTicket(4711)).rejects.toMatchObject({ kind: 'not_found', status: 404 }));

  test('a refused group comes back as a field error', () =>
    expect(
      freshdesk.createTicket({ ...DRAFT, fields: { ...DRAFT.fields, groupId: 99 } }),
    ).rejects.toMatchObject({ kind: 'rejected', fieldErrors: [{ field: 'group_id' }] }));

  test('a wrong key is unauthorised', () =>
    expect(connect({ apiKey: 'not-the-key' }).readSelf()).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringContaining('FRESHDESK_API_KEY'),
    }));

  test('the own agent and the ticket fields are read', async () => {
    expect(await freshdesk.readSelf()).toMatchObject({ id: expect.any(Number), hasGlobalScope: true });
    const fields = await freshdesk.readTicketFields();
    expect(fields.find(({ name }) => name === 'status')?.choices).toContainEqual({ label: 'Open', code: 2 });
    expect(fields.find(({ name }) => name === 'priority')?.choices).toContainEqual({
      label: 'Urgent',
      code: 4,
    });
    expect(fields.find(({ name }) => name === 'ticket_type')?.choices).toContainEqual({ label: 'Incident' });
  });
});

describe('P2 after an unknown outcome', () => {
  const query = () => ({ tag: 'wd-42', requesterEmail: DRAFT.requesterEmail, since: clock.now() });

  test('a create whose answer was lost is found at once, before search knows it', async () => {
    const asked = query();
    sandbox.faults.next({ kind: 'cut_after' });
    await expect(freshdesk.createTicket(DRAFT)).rejects.toMatchObject({ kind: 'outcome_unknown' });
    expect(await freshdesk.findTicketByTag(asked)).toMatchObject({ id: 1, fields: DRAFT.fields });
  });

  test('a clock that is ahead of Freshdesk does not hide the ticket', async () => {
    await freshdesk.createTicket(DRAFT);
    const since = new Date(clock.now().getTime() + 5 * MINUTE);
    expect(await freshdesk.findTicketByTag({ ...query(), since })).toMatchObject({ id: 1 });
  });

  test('a create that never arrived is not found', async () => {
    await freshdesk.createTicket({ ...DRAFT, fields: { ...DRAFT.fields, tags: ['wd-421', 'xwd-42'] } });
    sandbox.faults.next({ kind: 'cut_before' });
    await expect(freshdesk.createTicket(DRAFT)).rejects.toMatchObject({ kind: 'outcome_unknown' });
    clock.advance(HOUR);
    expect(await freshdesk.findTicketByTag(query())).toBeUndefined();
  });

  test('a requester that Freshdesk has never seen has no tickets', async () => {
    expect(
      await freshdesk.findTicketByTag({ ...query(), requesterEmail: 'new@example.com' }),
    ).toBeUndefined();
  });

  test('a ticket of another requester is found by search, and read again before it counts', async () => {
    const { id } = await freshdesk.createTicket(DRAFT);
    clock.advance(HOUR);
    const asked = { ...query(), requesterEmail: 'someone.else@example.com' };
    const before = sandbox.state.calls.length;
    expect(await freshdesk.findTicketByTag(asked)).toMatchObject({ id });
    expect(pathsOf(before)).toEqual(['GET /tickets', 'GET /search/tickets', `GET /tickets/${id}`]);
  });

  test('what search still shows but is in the trash does not count', async () => {
    const { id } = await freshdesk.createTicket(DRAFT);
    clock.advance(HOUR);
    const answer = await fetch(`${server.url}/sandbox/freshdesk/api/v2/tickets/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Basic ${Buffer.from(`${sandbox.apiKey}:X`).toString('base64')}` },
    });
    expect(answer.status).toBe(204);
    expect(await freshdesk.findTicketByTag(query())).toBeUndefined();
  });

  test('a tag that could break out of the search is refused', () =>
    expect(freshdesk.findTicketByTag({ ...query(), tag: "x' OR status:2" })).rejects.toMatchObject({
      kind: 'rejected',
    }));

  test('a note whose answer was lost is found on the last of many pages', async () => {
    const { id } = await freshdesk.createTicket(DRAFT);
    for (let n = 0; n < 204; n += 1) await freshdesk.addPrivateNote(id, `<p>note ${n}</p>`);
    sandbox.faults.next({ kind: 'cut_after' });
    await expect(
      freshdesk.addPrivateNote(id, '<p>Recovered <small>wd:n:7f3a</small></p>'),
    ).rejects.toMatchObject({
      kind: 'outcome_unknown',
    });
    const notes = sandbox.state.conversations(id);
    expect(await freshdesk.findMessageByMark(id, 'wd:n:7f3a')).toEqual({ id: notes.at(-1)?.id });
    expect(notes.every((note) => note.private)).toBe(true);
    expect(await freshdesk.findMessageByMark(id, 'wd:n:0000')).toBeUndefined();
  });
});

describe('walking changed tickets', () => {
  const collect = async (pages: AsyncIterable<readonly FreshdeskTicket[]>): Promise<number[]> => {
    const ids: number[] = [];
    for await (const page of pages) ids.push(...page.map(({ id }) => id));
    return ids;
  };
  const createMany = async (count: number, everyMs: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      await freshdesk.createTicket(DRAFT);
      clock.advance(everyMs);
    }
    clock.advance(MINUTE);
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

  test.each([
    ['spread out', 250, 10 * SECOND],
    ['two a second', 250, 500],
    ['all at once', 250, 0],
    ['exactly one page', 100, SECOND],
    ['none', 0, 0],
  ])('%s: each once, least recently changed first', async (_name, count, everyMs) => {
    const since = clock.now();
    await createMany(count, everyMs);
    expect((await collect(freshdesk.listUpdatedSince(since))).toSorted((a, b) => a - b)).toEqual(upTo(count));
  });

  test('beyond the deepest page it begins anew from where it was', async () => {
    const since = clock.now();
    await createMany(450, 20);
    expect(await collect(connect({ pagesMax: 3 }).listUpdatedSince(since))).toEqual(upTo(450));
  });

  test('more tickets of one second than the pages show is an error, not a silent end', async () => {
    const since = clock.now();
    await createMany(250, 0);
    await expect(collect(connect({ pagesMax: 2 }).listUpdatedSince(since))).rejects.toMatchObject({
      kind: 'unexpected_response',
    });
  });

  test('a ticket that changes while we walk does not push another one off its page', async () => {
    const since = clock.now();
    await createMany(250, 10 * SECOND);
    const seen = new Set<number>();
    for await (const page of freshdesk.listUpdatedSince(since)) {
      if (seen.size === 0) for (const id of [3, 4, 5]) await freshdesk.updateTicket(id, { priority: 'low' });
      for (const { id } of page) seen.add(id);
    }
    expect(seen.size).toBe(250);
  });

  test('older than a month are listed too', async () => {
    const since = clock.now();
    await createMany(1, 0);
    clock.advance(40 * 24 * HOUR);
    expect(await collect(freshdesk.listUpdatedSince(since))).toEqual([1]);
  });
});

describe('P8 the budget', () => {
  test('the account is learnt, its 429 blocks, and nothing more is called until then', async () => {
    sandbox.settings.limits = { total: 50, create: 50, update: 50, list: 2 };
    const budget = createCallBudget({ store: memoryBudgetStore(), account: 'a', clock, random: () => 0 });
    const limited = connect({ budget });
    const list = () => limited.listUpdatedSince(clock.now()).next();
    await list();
    await list();
    await expect(list()).rejects.toMatchObject({
      kind: 'rate_limited',
      status: 429,
      retryAfterMs: expect.any(Number),
    });
    const before = sandbox.state.calls.length;
    await expect(list()).rejects.toMatchObject({ kind: 'rate_limited', code: 'budget' });
    expect(sandbox.state.calls).toHaveLength(before);
    await expect(limited.readSelf()).resolves.toBeDefined();
    expect(budget.state()).toMatchObject({ freshdeskTotal: 50, taken: { list: 3, other: 1 } });
    clock.advance(2 * MINUTE);
    await expect(list()).resolves.toBeDefined();
  });

  test('a storm of callers never meets a 429', async () => {
    sandbox.settings.limits = { total: 50, create: 50, update: 50, list: 50 };
    const limited = connect({
      budget: createCallBudget({ store: memoryBudgetStore(), account: 'a', clock }),
    });
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => limited.createTicket(DRAFT)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(sandbox.state.calls.every(({ status }) => status === 201)).toBe(true);
  });
});
