import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { resendPage } from '../../src/engine/send-pages.ts';
import type { Page } from '../../src/model/page.ts';
import { claimCompanions, claimDue } from '../../src/store/claim-pages.ts';
import * as pages from '../../src/store/pages.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { errorsOf, flowsOn } from '../flows/flows.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';

const ADDRESSES = { email: 'dana@acme.example', ntfy: 'dana', telegram: '700', sms: '+41791234567' } as const;
type Way = keyof typeof ADDRESSES;

describe.each(databases)('pages (%s)', (kind) => {
  const open = flowsOn(kind);
  let desk: TestWatchdesk;
  beforeEach(async () => {
    desk = await open({ hasChannels: true });
  });

  const stand = () => {
    const { channels } = desk.sandbox;
    if (!channels) throw new Error('The stand-ins of the channels are missing');
    return channels;
  };

  const aPage = (channel: Way, intent: string, given: Partial<Page> = {}): Page => ({
    intent,
    kind: 'escalation',
    recipient: 'dana',
    recipientName: 'Dana',
    channel,
    address: ADDRESSES[channel],
    timeZone: 'UTC',
    priority: 'high',
    reference: 'WD-1',
    content: {
      subject: `${intent} is DOWN`,
      sentence: 'You are on call.',
      facts: [{ label: 'Since', value: '02:00' }],
      ask: 'Please take it.',
      history: [],
      links: {},
      hasState: false,
    },
    ...given,
  });

  async function send(...all: readonly Page[]): Promise<void> {
    const now = desk.clock.now();
    await inTransaction(desk.database, (tx) =>
      pages.add(
        tx,
        all.map((page) => ({ id: randomUUID(), page })),
        now,
      ),
    );
    await desk.settle();
  }
  const rows = async () => (await pages.listRecent(desk.database.prisma, { limit: 100 })).toReversed();
  const outcomes = async () =>
    (await rows()).map(
      ({ payload, deliveredAt, failure }) =>
        `${payload.intent} ${deliveredAt ? 'delivered' : (failure ?? 'waits')}`,
    );
  const texts = (way: 'ntfy' | 'telegram') =>
    stand()
      [way].messages()
      .map(({ text }) => text);

  test('P2 the same intent is sent once, however often it is wished for', async () => {
    await send(aPage('ntfy', 'web01'), aPage('ntfy', 'web01'));
    await send(aPage('ntfy', 'web01'));
    await desk.advance(10 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    expect(await outcomes()).toEqual(['web01 delivered']);
  });

  test('what one person is told within a minute comes as one message, the most urgent first', async () => {
    await send(aPage('telegram', 'web01'));
    await send(aPage('telegram', 'web02'), aPage('telegram', 'web03'));
    await send(aPage('telegram', 'db01', { priority: 'urgent' }));
    expect(texts('telegram')).toHaveLength(1);
    await desk.advance(MINUTE);
    expect(texts('telegram')).toHaveLength(2);
    const [, bundle = ''] = texts('telegram');
    expect(bundle.indexOf('db01')).toBeLessThan(bundle.indexOf('web02'));
    expect(bundle).toContain('web03');
    expect((await outcomes()).every((outcome) => outcome.endsWith(' delivered'))).toBe(true);
  });

  test('the Director waits for no bundle, and nobody else is in that mail', async () => {
    await send(aPage('email', 'web01'));
    await send(aPage('email', 'web02'), aPage('email', 'boss', { kind: 'director' }));
    expect(stand().mailbox.mails()).toHaveLength(2);
    expect(stand().mailbox.mails().at(-1)?.parsed.text).not.toContain('web02');
  });

  test('P2 after a lost answer a channel that can be asked is asked, and nothing is sent twice', async () => {
    stand().ntfy.faults.next({ kind: 'cut_after', match: { method: 'POST' } });
    await send(aPage('ntfy', 'web01'));
    expect(await outcomes()).toEqual(['web01 waits']);
    await desk.advance(5 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    expect(await outcomes()).toEqual(['web01 delivered']);
  });

  test('P2 one that cannot be asked counts as failed: the next channel tells, not this one twice', async () => {
    stand().telegram.faults.next({ kind: 'cut_after', match: { pathPattern: /sendMessage/ } });
    await send(aPage('telegram', 'web01'));
    await desk.advance(5 * MINUTE);
    expect(texts('telegram')).toHaveLength(1);
    expect(await outcomes()).toEqual([expect.stringContaining('web01 It is not known whether it arrived')]);
    expect(errorsOf(desk)).toEqual([expect.stringContaining('could not be told by telegram')]);
  });

  test('P9 the Director is rather told twice, with the same Message-ID, than never', async () => {
    stand().mailbox.plan({ do: 'cut', at: 'end', isKept: true });
    await send(aPage('email', 'boss', { kind: 'director' }));
    await desk.advance(5 * MINUTE);
    const mails = stand().mailbox.mails();
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    expect(await outcomes()).toEqual(['boss delivered']);
  });

  test('a channel that is away is tried again; after half an hour it is given up', async () => {
    stand().ntfy.faults.outage(true);
    await send(aPage('ntfy', 'web01'));
    await desk.advance(4 * MINUTE);
    stand().ntfy.faults.outage(false);
    await desk.advance(6 * MINUTE);
    expect(await outcomes()).toEqual([expect.stringMatching(/^web01 (delivered|waits)$/)]);
    await desk.sandbox.refuseConnections(true);
    await send(aPage('sms', 'web02'));
    await desk.advance(HOUR, 5 * MINUTE);
    await desk.sandbox.refuseConnections(false);
    expect((await outcomes()).at(-1)).toMatch(/^web02 (?!waits)/);
    errorsOf(desk);
  });

  test('too many: as long as the other side says, no call is made', async () => {
    stand().ntfy.tooMany();
    await send(aPage('ntfy', 'web01'));
    expect(texts('ntfy')).toEqual([]);
    await desk.advance(10 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
  });

  test('refused for good: failed at once, with what to do', async () => {
    stand().telegram.faults.next({
      kind: 'status',
      status: 403,
      body: { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' },
      match: { pathPattern: /sendMessage/ },
    });
    await send(aPage('telegram', 'web01'), { ...aPage('ntfy', 'web02'), address: 'no topic' });
    await send({ ...aPage('ntfy', 'web03'), channel: 'voice', address: 'nobody' });
    const told = (await outcomes()).toSorted();
    expect(told).toEqual([
      expect.stringMatching(/^web01 (?!delivered|waits)/),
      expect.stringMatching(/^web02 .*check the topic in the policy/),
      expect.stringMatching(/^web03 .*correct `phone`/),
    ]);
    expect(errorsOf(desk)).toHaveLength(3);
  });

  test('a text message is delivered once the network says so, and failed when it says that', async () => {
    await send(aPage('sms', 'web01'));
    await desk.advance(2 * MINUTE, 10 * SECOND);
    expect(await outcomes()).toEqual(['web01 delivered']);
    stand().twilio.setTelephone(ADDRESSES.sms, 'stopped');
    await desk.advance(2 * MINUTE);
    await send(aPage('sms', 'web02'));
    await desk.advance(2 * MINUTE, 10 * SECOND);
    expect((await outcomes()).at(-1)).toMatch(/^web02 (?!waits|delivered)/);
    errorsOf(desk);
  });

  test('what is held for working hours leaves then', async () => {
    const holdUntil = new Date(desk.clock.now().getTime() + 3 * HOUR);
    await send(aPage('ntfy', 'web01', { holdUntil }));
    await desk.advance(3 * HOUR - SECOND, 30 * MINUTE);
    expect(texts('ntfy')).toEqual([]);
    await desk.advance(SECOND);
    expect(texts('ntfy')).toHaveLength(1);
  });

  test('a clock that is set back holds up nobody’s page', async () => {
    const now = desk.clock.now();
    await inTransaction(desk.database, (tx) =>
      pages.add(tx, [{ id: randomUUID(), page: aPage('ntfy', 'web01') }], now),
    );
    await desk.setClock(-2 * HOUR);
    await desk.settle();
    expect(texts('ntfy')).toHaveLength(1);
  });

  test('one that failed can be sent again by hand, once', async () => {
    stand().ntfy.faults.next({
      kind: 'status',
      status: 403,
      body: { code: 40301, http: 403, error: 'forbidden' },
    });
    await send(aPage('ntfy', 'web01'));
    const [row] = await rows();
    expect(row?.failedAt).toBeDefined();
    expect(await resendPage(desk.parts(), row?.id ?? '')).toBe('done');
    expect(await resendPage(desk.parts(), row?.id ?? '')).toBe('gone');
    await desk.advance(2 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    errorsOf(desk);
  });

  test('P2 a process killed between mark and answer: the next one looks before it sends', async () => {
    const now = desk.clock.now();
    await inTransaction(desk.database, async (tx) => {
      await pages.add(tx, [{ id: randomUUID(), page: aPage('ntfy', 'web01') }], now);
      const claimed = await claimDue(tx, now);
      const until = new Date(now.getTime() + MINUTE);
      await pages.markStarted(tx, [claimed?.id ?? ''], { now, until, bundleId: randomUUID() });
    });
    await desk.restart();
    await desk.advance(3 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    expect(await outcomes()).toEqual(['web01 delivered']);
  });

  test('P2 a message that left, and could not be written down, is not sent again', async () => {
    await desk.database.query(
      `CREATE FUNCTION refuse_page() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''refused''; END'`,
    );
    await desk.database.query(
      'CREATE TRIGGER refuse_page BEFORE UPDATE ON page FOR EACH ROW WHEN (NEW.delivered_at IS NOT NULL) EXECUTE FUNCTION refuse_page()',
    );
    try {
      await send(aPage('ntfy', 'web01'), aPage('telegram', 'web01 too'));
      await desk.advance(30 * SECOND);
    } finally {
      await desk.database.query('DROP TRIGGER refuse_page ON page');
      await desk.database.query('DROP FUNCTION refuse_page');
    }
    await desk.advance(5 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    expect(texts('telegram')).toHaveLength(1);
    expect(await outcomes()).toEqual(
      expect.arrayContaining(['web01 delivered', expect.stringContaining('It is not known')]),
    );
    errorsOf(desk);
  });

  test('a channel that never says what became of a message is given up', async () => {
    stand().ntfy.faults.outage(true);
    await send(aPage('ntfy', 'web01'));
    await desk.advance(40 * MINUTE);
    stand().ntfy.faults.outage(false);
    expect(await outcomes()).toEqual([expect.stringMatching(/^web01 (?!delivered|waits)/)]);
    errorsOf(desk);
  });

  test('a clock set back keeps nobody waiting', async () => {
    await send(aPage('ntfy', 'web01'));
    await desk.setClock(-HOUR);
    await send(aPage('ntfy', 'web02'));
    expect(texts('ntfy')).toHaveLength(2);
  });

  test('what a bundle tells of other incidents stays when one of them is taken', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await send(aPage('telegram', 'earlier'));
    await send(
      aPage('telegram', 'web01', { incidentId: one }),
      aPage('telegram', 'web02', { incidentId: two, reference: 'WD-2' }),
    );
    await desk.advance(MINUTE);
    await send(aPage('telegram', 'taken 01', { incidentId: one, kind: 'status' }));
    expect(texts('telegram').at(-1)).toMatch(/taken 01 is DOWN.*web02 is DOWN/s);
    await send(aPage('telegram', 'taken 02', { incidentId: two, kind: 'status', reference: 'WD-2' }));
    expect(texts('telegram').at(-1)).toMatch(/taken 01 is DOWN.*taken 02 is DOWN/s);
    expect(texts('telegram')).toHaveLength(2);
  });

  test('nothing in a bundle asks for what is done already', async () => {
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    const [incident] = await desk.incidents();
    const holdUntil = new Date(desk.clock.now().getTime() + MINUTE);
    const later = new Date(holdUntil.getTime() + SECOND);
    await send(
      aPage('ntfy', 'web01', { holdUntil }),
      aPage('ntfy', 'done', { holdUntil: later, incidentId: incident?.id ?? '' }),
    );
    await desk.database.query(`UPDATE incident SET status = 'closed', closed_at = opened_at`);
    await desk.advance(2 * MINUTE, 2 * MINUTE);
    expect(texts('ntfy')).toHaveLength(1);
    expect(texts('ntfy').at(-1)).not.toContain('done');
    expect(await outcomes()).toContainEqual(expect.stringMatching(/^done .*no longer needed/));
  });

  test.runIf(kind === 'postgresql')('two processes at one address do not wait for each other', async () => {
    const now = desk.clock.now();
    const due = [aPage('ntfy', 'web01'), aPage('ntfy', 'web02'), aPage('sms', 'web03')];
    for (const [seconds, page] of due.entries())
      await pages.add(
        desk.database.prisma,
        [{ id: randomUUID(), page }],
        new Date(now.getTime() - HOUR + seconds * SECOND),
      );
    const claimed = () => inTransaction(desk.database, (tx) => claimDue(tx, now));
    await inTransaction(desk.database, async (tx) => {
      const mine = await claimDue(tx, now);
      const others = await claimed();
      expect([mine?.payload.channel, others?.payload.channel]).toEqual(['ntfy', 'sms']);
      if (mine) await claimCompanions(tx, mine.payload, { now, kinds: ['escalation'], limit: 9 });
    });
  });
});
