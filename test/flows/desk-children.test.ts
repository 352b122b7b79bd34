import { describe, expect, test } from 'vitest';
import { PLAN_LIMITS, withoutReserve } from '../../src/connectors/freshdesk/call-limits.ts';
import type { LinkStrategy } from '../../src/model/child-link.ts';
import type { FreshdeskSettings } from '../../src/sandbox/freshdesk/settings.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  expectSound,
  fullestMinute,
  issueOf,
  linkIn,
  linksOf,
  press,
  recovers,
  replies,
  reports,
  SHOP_POLICY,
  shopFails,
  until,
} from './desk-family.ts';
import { CLOSED, flowsOn, OPEN, RESOLVED, URGENT } from './flows.ts';

type Plan = 'growth' | 'pro';

describe.each(databases)('one incident and many who report it (%s)', (kind) => {
  const open = flowsOn(kind);

  async function family(
    count: number,
    {
      plan = 'pro',
      settings = {},
      strategies = ['parent_child', 'tracker', 'note_only'],
      closing = {},
    }: Readonly<{
      plan?: Plan;
      settings?: Partial<FreshdeskSettings>;
      strategies?: readonly LinkStrategy[];
      closing?: object;
    }> = {},
  ) {
    const tickets = { linking: { strategies } };
    const desk = await open({
      isServed: true,
      plan,
      policy: { ...SHOP_POLICY, tickets, closing },
      sandbox: { freshdesk: { settings } },
    });
    const main = await shopFails(desk);
    const children = Array.from({ length: count }, (_, index) => reports(desk, index));
    const tookMs = await until(desk, () => allShown(desk, main, children), {
      withinMs: 12 * MINUTE,
      what: 'that all are linked, told and shown',
    });
    return { desk, main, children, tookMs };
  }

  async function allShown(desk: TestWatchdesk, main: Ticket, children: readonly Ticket[]) {
    if (children.some(({ id }) => replies(desk, id).length === 0)) return false;
    const links = await linksOf(desk, await issueOf(desk, main.id));
    return (
      links.filter(({ shownAs }) => shownAs !== undefined).length === children.length &&
      children.every(({ id }) => desk.notes(id).some((note) => HOW_SHOWN.test(note)))
    );
  }
  const HOW_SHOWN = /shows this ticket as|Only notes show/;

  /** Our budget leaves a fifth to others. */
  function expectWithinBudget(desk: TestWatchdesk, plan: Plan): void {
    const { all, ...kinds } = withoutReserve(PLAN_LIMITS[plan], 0.2);
    const most = fullestMinute(desk);
    expect(most.refused).toBe(0);
    expect(most.total).toBeLessThanOrEqual(all);
    for (const one of ['create', 'update', 'list'] as const)
      expect(most[one]).toBeLessThanOrEqual(kinds[one]);
  }

  const asks = (desk: TestWatchdesk, { id }: Ticket) =>
    replies(desk, id).filter((reply) => reply.includes('Yes, it works again'));
  const notesWith = (desk: TestWatchdesk, { id }: Ticket, words: string) =>
    desk.notes(id).filter((note) => note.includes(words));

  test('40 on the Growth plan, 10 children at most: all are told, hear of updates and are asked; within the limits', {
    timeout: 180_000,
  }, async () => {
    const { desk, main, children, tookMs } = await family(40, { plan: 'growth' });
    const links = await linksOf(desk, await issueOf(desk, main.id));
    expect(links.map(({ state, by }) => `${state} by ${by}`)).toEqual(
      children.map(() => 'linked by Watchdesk'),
    );
    expect(links.filter(({ shownAs }) => shownAs === 'parent_child')).toHaveLength(10);
    const byNotes = links.filter(({ shownAs }) => shownAs === 'note_only');
    expect(byNotes).toHaveLength(30);
    for (const { shownWhy } of byNotes) expect(shownWhy).toContain('as many children as Freshdesk allows');
    expect(main.associated_tickets_list).toHaveLength(10);
    for (const child of children) {
      expect(replies(desk, child.id)).toEqual([expect.stringContaining('belongs to a problem that we know')]);
      expect(notesWith(desk, child, '<strong>Linked.</strong>')).toHaveLength(1);
    }
    // Found out once: that the parent is full, and both ways to ask for a tracker.
    expect(desk.calls().filter((call) => call.startsWith('PUT') && call.endsWith(' 400'))).toHaveLength(3);
    expect(notesWith(desk, main, 'from now on shown as')).toHaveLength(2);
    expect(main.priority).toBe(URGENT);
    expect(notesWith(desk, main, '6 people report WD-1: impact high')).toHaveLength(1);
    expect(
      (await desk.rules((await issueOf(desk, main.id)).id)).filter((rule) => rule === 'reporter_count'),
    ).toEqual(['reporter_count']);
    await expectSound(desk);

    desk.sandbox.freshdesk.agent().reply(main.id, '<p>We are restarting the payment gateway.</p>');
    const updateMs = await until(desk, () =>
      children.every(({ id }) => replies(desk, id).some((reply) => reply.includes('payment gateway'))),
    );
    recovers(desk);
    const askedMs = await until(desk, () => children.every((child) => asks(desk, child).length > 0), {
      withinMs: 12 * MINUTE,
      what: 'that all are asked',
    });
    expect(children.map((child) => asks(desk, child).length)).toEqual(children.map(() => 1));
    expect(children.map(({ id }) => replies(desk, id).length)).toEqual(children.map(() => 3));
    expectWithinBudget(desk, 'growth');
    const [linked, updated, asked] = [tookMs, updateMs, askedMs].map((ms) => ms / SECOND);
    console.log(
      `${kind}: 40 linked, told and shown after ${linked} s, update passed on after ${updated} s, asked ${asked} s after the recovery; fullest minute ${JSON.stringify(fullestMinute(desk))}`,
    );
    await expectSound(desk);
  });

  /** Of the accounts below; all of them with FLOWS=all. */
  const TRIED = ['300 related', '3 children, then notes by policy', 'neither'];
  const FULL_TRACKER = 'as many related tickets as Freshdesk allows';
  const NO_FEATURE = 'this Freshdesk account does not have';
  test.each(
    (
      [
        ['300 related', { strategies: ['tracker', 'parent_child', 'note_only'] }, { tracker: 12 }, [], 0],
        [
          '5 related',
          { strategies: ['tracker', 'parent_child', 'note_only'], settings: { relatedMax: 5 } },
          { tracker: 5, note_only: 7 },
          [FULL_TRACKER, 'another role'],
          2,
        ],
        [
          '3 children, then notes by policy',
          { strategies: ['parent_child', 'note_only'], settings: { childrenMax: 3 } },
          { parent_child: 3, note_only: 9 },
          ['as many children'],
          1,
        ],
        [
          '3 children, refused without a reason',
          {
            strategies: ['parent_child', 'note_only'],
            settings: { childrenMax: 10, tellsAssociationLimit: false },
          },
          { parent_child: 10, note_only: 2 },
          ['as many children'],
          1,
        ],
        [
          'neither',
          { settings: { associationsEnabled: false } },
          { note_only: 12 },
          [NO_FEATURE, NO_FEATURE],
          2,
        ],
        [
          'no key for a parent',
          { settings: { unknownAssociationKeys: ['parent_id'] } },
          { tracker: 12 },
          [NO_FEATURE],
          1,
        ],
        [
          'keys that are ignored',
          {
            settings: {
              unknownAssociationKeys: ['parent_id', 'tracker_id', 'related_ticket_ids'],
              unknownKeyAnswer: 'ignored',
            },
          },
          { note_only: 12 },
          [],
          undefined,
        ],
        ['notes by policy', { strategies: ['note_only'] }, { note_only: 12 }, [], 0],
      ] satisfies [
        string,
        Parameters<typeof family>[1],
        Partial<Record<LinkStrategy, number>>,
        string[],
        number | undefined,
      ][]
    ).filter(([account]) => process.env.FLOWS === 'all' || TRIED.includes(account)),
  )('12 on an account with %s', { timeout: 60_000 }, async (_account, options, shown, said, refused) => {
    const { desk, main, children } = await family(12, options);
    const links = await linksOf(desk, await issueOf(desk, main.id));
    const counts = Object.fromEntries(
      [...Map.groupBy(links, ({ shownAs }) => shownAs)].map(([as, some]) => [as, some.length]),
    );
    expect(counts).toEqual(shown);
    const told = notesWith(desk, main, 'from now on shown as');
    expect(told).toHaveLength(said.length);
    for (const words of said) expect(told.join('\n')).toContain(words);
    for (const child of children) expect(notesWith(desk, child, '<strong>Linked.</strong>')).toHaveLength(1);
    const refusals = desk.calls().filter((call) => call.startsWith('PUT') && /4\d\d$/.test(call));
    if (refused !== undefined) expect(refusals).toHaveLength(refused);
    expectWithinBudget(desk, 'pro');
    await expectSound(desk);
  });

  test('yes closes one; no reopens that one and the main with the words; each is asked again and the main closes by its own proof', {
    timeout: 60_000,
  }, async () => {
    const { desk, main, children } = await family(4);
    const [yes, no, silent, byReply] = children as [Ticket, Ticket, Ticket, Ticket];
    recovers(desk);
    await until(desk, () => children.every((child) => asks(desk, child).length === 1));
    expect([main, ...children].map(({ status }) => status)).toEqual([4, 4, 4, 4, 4]);

    const yesUrl = linkIn(replies(desk, yes.id), 'Yes');
    for (let look = 0; look < 3; look++) expect((await fetch(yesUrl)).status).toBe(200);
    await desk.advance(10 * SECOND, 5 * SECOND);
    expect((await issueOf(desk, yes.id)).status).toBe('resolved');
    await press(yesUrl, 'yes');
    await desk.advance(10 * SECOND, 5 * SECOND);
    expect(yes.status).toBe(CLOSED);
    expect((await issueOf(desk, yes.id)).status).toBe('closed');
    await press(yesUrl, 'yes'); // a second click
    await desk.advance(10 * SECOND, 5 * SECOND);
    expect(await issueOf(desk, main.id)).toMatchObject({ status: 'resolved', openChildCount: 3 });

    await press(linkIn(replies(desk, no.id), 'No'), 'no', 'Paying by card <b>still</b> fails');
    await desk.advance(30 * SECOND, 5 * SECOND);
    expect([main, no, silent, byReply, yes].map(({ status }) => status)).toEqual([
      OPEN,
      OPEN,
      OPEN,
      OPEN,
      CLOSED,
    ]);
    for (const ticket of [main, no])
      expect(notesWith(desk, ticket, 'Paying by card &lt;b&gt;still&lt;/b&gt; fails')).not.toEqual([]);
    await expectSound(desk);

    const old = linkIn(replies(desk, silent.id), 'Yes');
    expect((await fetch(old, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })).status).toBe(
      410,
    );
    const open = [no, silent, byReply];
    // Freshdesk does not take it from the agent before: a child may not be open.
    for (const { id } of [...open, main]) desk.sandbox.freshdesk.agent().update(id, { status: RESOLVED });
    await until(desk, () => open.every((child) => asks(desk, child).length === 2));
    await press(linkIn(replies(desk, no.id), 'Yes'), 'yes');
    desk.sandbox.freshdesk.customers.reply(byReply.id, 'Yes, it works again, thank you');
    await desk.advance(30 * SECOND, 5 * SECOND);
    expect([no, byReply, silent].map(({ status }) => status)).toEqual([CLOSED, CLOSED, RESOLVED]);
    await desk.advance(25 * MINUTE, MINUTE);
    expect(main.status).toBe(CLOSED);
    expect(silent.status).toBe(RESOLVED);
    expect(notesWith(desk, silent, 'The main ticket is closed')).toHaveLength(1);
    await press(linkIn(replies(desk, silent.id), 'Yes'), 'yes');
    await desk.advance(10 * SECOND, 5 * SECOND);
    expect(silent.status).toBe(CLOSED);
    await expectSound(desk);
  });

  test('by policy the main waits until all that is linked is closed', { timeout: 60_000 }, async () => {
    const { desk, main, children } = await family(2, { closing: { children: 'all_closed' } });
    recovers(desk);
    await until(desk, () => children.every((child) => asks(desk, child).length === 1));
    await desk.advance(40 * MINUTE, 4 * MINUTE);
    expect(main.status).toBe(RESOLVED);
    for (const { id } of children) {
      expect(main.status).toBe(RESOLVED);
      await press(linkIn(replies(desk, id), 'Yes'), 'yes');
      await desk.advance(20 * SECOND, 5 * SECOND);
    }
    expect([main, ...children].map(({ status }) => status)).toEqual([CLOSED, CLOSED, CLOSED]);
    expect((await issueOf(desk, main.id)).status).toBe('closed');
    await expectSound(desk);
  });
});
