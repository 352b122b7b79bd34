import { describe, expect, test } from 'vitest';
import type { SandboxFreshdesk } from '../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { FRESHDESK_SECRET, type TestWatchdesk } from '../support/watchdesk.ts';
import { callCount, flowsOn, GROUPS, HIGH, onlyTicket, raise, rulesOfNewest, URGENT } from './flows.ts';

const POLICY = {
  teams: {
    platform: { name: 'Platform', freshdesk_group_id: GROUPS.platform },
    desk: { name: 'Service desk', freshdesk_group_id: GROUPS.serviceDesk },
  },
  defaults: { team: 'desk' },
  services: {
    webshop: { name: 'Web shop', criticality: 'high', owner: 'platform', match: [{ host: 'shop*' }] },
  },
  tickets: { classification: { categories: [{ name: 'Shop', words: ['order*'] }] } },
};

const NOTE = /\/notes$/;
const FIRST = /^\/tickets\/1$/;
const LOST = Number.POSITIVE_INFINITY;

describe.each(databases)('P1 P2 P4 tickets that people raise (%s)', (kind) => {
  const open = flowsOn(kind);

  /** Its first look at Freshdesk is over: the next is due in a minute. */
  async function opened(): Promise<TestWatchdesk> {
    const desk = await open({ isServed: true, policy: POLICY });
    await desk.settle();
    return desk;
  }
  const seconds = (desk: TestWatchdesk, count: number) => desk.advance(count * SECOND, SECOND);
  const readings = (desk: TestWatchdesk) => callCount(desk, 'GET', FIRST);
  const writes = (desk: TestWatchdesk) =>
    callCount(desk, 'PUT', /./) + callCount(desk, 'POST', /^\/tickets(\/\d+\/\w+)?$/);

  async function expectAdoptedOnce(desk: TestWatchdesk): Promise<void> {
    const all = await desk.incidents();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ origin: 'ticket', type: 'Incident', status: 'new', number: 1 });
    expect(await rulesOfNewest(desk)).toEqual(
      expect.arrayContaining(['ticket_adopted', 'service_owner', 'words']),
    );
    expect((await rulesOfNewest(desk)).filter((rule) => rule === 'ticket_adopted')).toHaveLength(1);
    expect(onlyTicket(desk)).toMatchObject({ type: 'Incident', priority: HIGH, group_id: GROUPS.platform });
    expect(desk.notes(1).filter((note) => note.includes('What Watchdesk made of this ticket'))).toHaveLength(
      1,
    );
  }

  test('in less than 5 seconds it has type, category, priority and group, and a note says why', async () => {
    const desk = await opened();
    raise(desk);
    await seconds(desk, 4);
    await expectAdoptedOnce(desk);
    const [incident] = await desk.incidents();
    expect(incident).toMatchObject({
      category: 'Shop',
      serviceId: 'webshop',
      impact: 'high',
      priority: 'high',
      reporter: { email: 'kim@acme.example', name: 'Kim' },
      title: 'Web shop is down, error 500',
    });
    const [note] = desk.notes(1);
    expect(note).toContain('It is of type Incident');
    expect(note).toMatch(/Priority high: .*Web shop.* \(rule: /);
    expect(note).toContain('Category: Shop');
    expect(note).toContain('Web shop belongs to Platform');
    expect(note).toContain('https://watchdesk.example.com/incidents/1');
    expect(desk.sandbox.freshdesk.state.conversations(1).every((one) => one.private)).toBe(true);
  });

  test('the webhook is understood wrapped and plain, with the number as digits and as a number', async () => {
    const desk = await opened();
    const forms = [
      { isWrapped: true },
      { isWrapped: true, ticketIdAs: 'number' },
      { ticketIdAs: 'number' },
    ] as const;
    for (const [index, form] of forms.entries()) {
      const webhook = { url: `${desk.url}/webhooks/freshdesk`, secret: FRESHDESK_SECRET, ...form };
      desk.sandbox.freshdesk.settings.webhook = webhook;
      raise(desk, { email: `u${index}@acme.example` });
      await seconds(desk, 4);
      expect(await desk.incidents()).toHaveLength(index + 1);
    }
  });

  test('a webhook that is lost is healed by the next look, within a minute', async () => {
    const desk = await opened();
    desk.sandbox.freshdesk.settings.webhookTrouble.lose = LOST;
    await seconds(desk, 1);
    raise(desk);
    await seconds(desk, 50);
    expect(await desk.incidents()).toEqual([]);
    await seconds(desk, 14);
    await expectAdoptedOnce(desk);
  });

  test('webhooks that come twice and in the wrong order change nothing', async () => {
    const desk = await opened();
    const { webhookTrouble } = desk.sandbox.freshdesk.settings;
    Object.assign(webhookTrouble, { duplicate: LOST, isReversed: true });
    raise(desk);
    raise(desk, { subject: 'Question about my invoice', text: 'How do I download the invoice of May?' });
    desk.sandbox.freshdesk.agent().note(1, '<p>Looking into it</p>');
    await desk.advance(3 * MINUTE, 5 * SECOND);
    const all = await desk.incidents();
    expect(all.map(({ type }) => type).toSorted()).toEqual(['Incident', 'Question']);
    for (const { id } of all)
      expect((await desk.rules(id)).filter((rule) => rule === 'ticket_adopted')).toHaveLength(1);
    for (const id of [1, 2])
      expect(desk.notes(id).filter((note) => note.includes('What Watchdesk made'))).toHaveLength(1);
  });

  test('P8 ten webhooks for one ticket cost one reading, of a new ticket and of a known one', async () => {
    const desk = await opened();
    raise(desk);
    for (let n = 1; n < 10; n++) desk.sandbox.freshdesk.customers.reply(1, `More about it, ${n}`);
    await desk.sandbox.freshdesk.tick();
    await seconds(desk, 6);
    await expectAdoptedOnce(desk);
    expect(readings(desk)).toBeLessThanOrEqual(3); // new, before it is written to, and the echo of that
    await desk.advance(3 * MINUTE);
    const before = readings(desk);
    for (let n = 0; n < 10; n++) desk.sandbox.freshdesk.agent().note(1, `<p>Tried ${n}</p>`);
    await desk.sandbox.freshdesk.tick();
    await desk.settle();
    await seconds(desk, 3);
    expect(readings(desk)).toBe(before + 1);
    // The last second is looked at once more, by the next look at all tickets.
    await desk.advance(10 * MINUTE);
    expect(readings(desk)).toBeLessThanOrEqual(before + 2);
  });

  test('P8 our own writes come back as webhooks and end there: no note, no write, no further reading', async () => {
    const desk = await opened();
    desk.sandbox.freshdesk.settings.webhookTrouble.duplicate = LOST;
    raise(desk);
    await desk.advance(3 * MINUTE, 5 * SECOND);
    const before = { writes: writes(desk), readings: readings(desk), notes: desk.notes(1) };
    const decided = (await rulesOfNewest(desk)).length;
    await desk.advance(20 * MINUTE);
    expect({ writes: writes(desk), readings: readings(desk), notes: desk.notes(1) }).toEqual(before);
    expect(await rulesOfNewest(desk)).toHaveLength(decided);
    expect(before.readings).toBeLessThanOrEqual(6);
    expect(before.writes).toBeLessThanOrEqual(3); // fields, the note, known solutions
  });

  test('five hours away without a webhook: one round finds all that was raised and changed', async () => {
    const desk = await opened();
    raise(desk);
    await desk.advance(2 * MINUTE, 5 * SECOND);
    await expectAdoptedOnce(desk);
    const { freshdesk } = desk.sandbox;
    freshdesk.settings.webhookTrouble.lose = LOST;
    for (let hour = 0; hour < 5; hour++) {
      await desk.setClock(HOUR);
      raise(desk, { email: `u${hour}@other.example`, subject: `How do I change my password? ${hour}` });
      if (hour === 2) freshdesk.agent().update(1, { priority: URGENT });
      await freshdesk.tick();
    }
    await desk.settle();
    await seconds(desk, 4);
    expect(await desk.incidents()).toHaveLength(6);
    for (let id = 2; id <= 6; id++) expect(desk.notes(id)[0]).toContain('What Watchdesk made');
    expect(desk.notes(1).join()).toMatch(/Priority is “urgent”/i);
  });

  test.each([
    ['a wrong secret', { 'x-watchdesk-secret': 'a guess' }],
    ['no secret', {}],
  ])('%s: refused, and nothing is read', async (_, secret) => {
    const desk = await opened();
    const calls = desk.calls().length;
    const answer = await fetch(`${desk.url}/webhooks/freshdesk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...secret },
      body: JSON.stringify({ ticket_id: 1 }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(FRESHDESK_SECRET);
    await seconds(desk, 10);
    expect(desk.calls()).toHaveLength(calls);
  });

  test('a webhook about a ticket that Freshdesk does not show: no error, and no further call', async () => {
    const desk = await opened();
    await fetch(`${desk.url}/webhooks/freshdesk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-watchdesk-secret': FRESHDESK_SECRET },
      body: JSON.stringify({ ticket_id: 4711 }),
    });
    await desk.advance(5 * MINUTE);
    expect(callCount(desk, 'GET', /4711/)).toBe(1);
    expect(await desk.incidents()).toEqual([]);
  });

  test.each([
    ['the reading', 'GET', FIRST],
    ['the update', 'PUT', FIRST],
    ['the note', 'POST', NOTE],
  ] as const)(
    'Freshdesk refuses %s by 500, 429 and broken connections: all happens once',
    async (_, method, path) => {
      const desk = await opened();
      const { faults } = desk.sandbox.freshdesk;
      const match = { method, pathPattern: path };
      faults.next({ kind: 'status', status: 500, match });
      faults.next({ kind: 'status', status: 429, headers: { 'retry-after': '20' }, match });
      faults.next({ kind: 'cut_before', match });
      faults.next({ kind: 'cut_after', match });
      raise(desk);
      await desk.advance(6 * MINUTE, 5 * SECOND);
      await expectAdoptedOnce(desk);
      expect((await rulesOfNewest(desk)).filter((rule) => rule === 'people')).toEqual([]);
      expect(desk.notes(1).join()).not.toContain('Changed by people');
    },
  );

  test('what was read counts once, however often it is delivered', async () => {
    const desk = await opened();
    raise(desk);
    await desk.advance(3 * MINUTE, 5 * SECOND);
    desk.sandbox.freshdesk.agent().update(1, { priority: URGENT });
    await desk.advance(3 * MINUTE, 5 * SECOND);
    const before = { rules: await rulesOfNewest(desk), notes: desk.notes(1), writes: writes(desk) };
    const rows = await desk.database.query(
      "SELECT delivery_id AS id, body FROM delivery WHERE delivery_id LIKE 'ticket:%' ORDER BY seq",
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const again of ['', ':again', ':and-again'])
      for (const { id, body } of rows)
        await desk.keep({
          source: 'read_back',
          deliveryId: `${String(id)}${again}`,
          body: String(body),
          receivedAt: desk.clock.now(),
        });
    await desk.advance(3 * MINUTE, 5 * SECOND);
    expect({ rules: await rulesOfNewest(desk), notes: desk.notes(1), writes: writes(desk) }).toEqual(before);
    expect(await desk.incidents()).toHaveLength(1);
  });

  test('restarted at every second on the way: nothing is lost and nothing is done twice', async () => {
    const desk = await opened();
    raise(desk);
    for (let second = 0; second < 12; second++) {
      await desk.setClock(SECOND);
      await desk.sandbox.freshdesk.tick();
      await desk.restart();
      await seconds(desk, 1);
    }
    await expectAdoptedOnce(desk);
  });

  test('a ticket from before Watchdesk came is left alone, also when it changes', async () => {
    const desk = await opened();
    await desk.setClock(-HOUR);
    raise(desk);
    await desk.setClock(HOUR);
    await desk.advance(2 * MINUTE);
    desk.sandbox.freshdesk.customers.reply(1, 'Any news?');
    await desk.advance(2 * MINUTE);
    expect(await desk.incidents()).toEqual([]);
    expect(onlyTicket(desk).type).toBeNull();
    expect(writes(desk)).toBe(0);
  });

  test.each([
    ['spam', (freshdesk: SandboxFreshdesk) => freshdesk.agent().markSpam(1)],
    ['deleted', (freshdesk: SandboxFreshdesk) => freshdesk.agent().trash(1)],
  ])('what is %s when it is first seen is left alone, until it is back', async (_, act) => {
    const desk = await opened();
    raise(desk);
    act(desk.sandbox.freshdesk);
    await desk.advance(3 * MINUTE);
    expect(await desk.incidents()).toEqual([]);
    expect(writes(desk)).toBe(0);
    desk.sandbox.freshdesk.agent().markSpam(1, false);
    desk.sandbox.freshdesk.agent().restore(1);
    await desk.advance(2 * MINUTE);
    await expectAdoptedOnce(desk);
  });

  test('tickets.handle off: nothing is read or written', async () => {
    const desk = await open({ isServed: true, policy: { ...POLICY, tickets: { handle: false } } });
    raise(desk);
    await desk.advance(3 * MINUTE);
    expect(await desk.incidents()).toEqual([]);
    expect(readings(desk) + writes(desk)).toBe(0);
  });

  test.each(['cut_after', 'cut_before', 'none'] as const)(
    'the ticket of an alert is never taken for a customer’s; create: %s',
    async (fault) => {
      const desk = await opened();
      if (fault !== 'none')
        desk.sandbox.freshdesk.faults.next({
          kind: fault,
          match: { method: 'POST', pathPattern: /^\/tickets$/ },
        });
      desk.checks.setState('web01', 'HTTP', 'CRITICAL');
      await desk.advance(5 * MINUTE, 5 * SECOND);
      const all = await desk.incidents();
      expect(all.map(({ origin }) => origin)).toEqual(['alert']);
      expect(desk.tickets()).toHaveLength(1);
      expect(desk.notes(1).join()).not.toContain('What Watchdesk made');
    },
  );
});
