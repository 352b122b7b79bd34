import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  act,
  expectSound,
  isIssue,
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
import { CLOSED, callFreshdesk, flowsOn, OPEN, RESOLVED } from './flows.ts';

/** Reports of the shop are only suggested. */
const SURE_ONLY = { ...SHOP_POLICY, tickets: { match: { link_at: 0.95, suggest_at: 0.4 } } };

describe.each(databases)('tickets that may report the same (%s)', (kind) => {
  const open = flowsOn(kind);
  const notesWith = (desk: TestWatchdesk, { id }: Ticket, words: string) =>
    desk.notes(id).filter((note) => note.includes(words));
  const soon = (desk: TestWatchdesk) => desk.advance(20 * SECOND, 5 * SECOND);

  async function suggested() {
    const desk = await open({ isServed: true, policy: SURE_ONLY });
    const main = await shopFails(desk);
    const ticket = reports(desk, 1);
    await until(desk, () => notesWith(desk, ticket, 'Is this a report of this incident?').length === 1);
    const child = await issueOf(desk, ticket.id);
    expect(child.parentId).toBeUndefined();
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'suggested', childId: child.id }]);
    return { desk, main, ticket, child };
  }

  test('below the threshold an agent is asked: looking changes nothing, yes links', async () => {
    const { desk, main, ticket, child } = await suggested();
    const url = linkIn(desk.notes(ticket.id), 'Yes, link it');
    for (let look = 0; look < 3; look++) expect((await fetch(url)).status).toBe(200);
    await soon(desk);
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'suggested' }]);
    expect(replies(desk, ticket.id)).toEqual([]);
    await press(url, 'accept');
    await press(url, 'accept');
    await soon(desk);
    const parent = await issueOf(desk, main.id);
    expect(await linksOf(desk, parent)).toMatchObject([
      { state: 'linked', by: expect.stringContaining('an agent'), shownAs: 'tracker' },
    ]);
    expect((await issueOf(desk, ticket.id)).parentId).toBe(parent.id);
    expect(replies(desk, ticket.id)).toEqual([expect.stringContaining('a problem that we know')]);
    expect((await fetch(linkIn(desk.notes(ticket.id), 'No, it is'))).status).toBe(409);
    await expectSound(desk);
  });

  test('declined, it is never suggested again, and the link for yes is over', async () => {
    const { desk, main, ticket, child } = await suggested();
    const yes = linkIn(desk.notes(ticket.id), 'Yes, link it');
    await press(linkIn(desk.notes(ticket.id), 'No, it is something else'), 'decline');
    await soon(desk);
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'declined' }]);
    expect(
      (await fetch(yes, { method: 'POST', body: new URLSearchParams({ answer: 'accept' }) })).status,
    ).toBe(409);
    desk.sandbox.freshdesk.customers.reply(ticket.id, 'The web shop checkout is still down with error 500');
    desk.sandbox.freshdesk
      .agent()
      .update(main.id, { subject: 'Web shop is down, error 500 at the checkout' });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(10 * MINUTE, MINUTE);
    expect(notesWith(desk, ticket, 'Is this a report of')).toHaveLength(1);
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'declined' }]);
    recovers(desk);
    await desk.advance(5 * MINUTE, MINUTE);
    expect(ticket.status).toBe(OPEN); // on its own
    await expectSound(desk);
  });

  async function linked(count = 2) {
    const desk = await open({ isServed: true, policy: SHOP_POLICY });
    const main = await shopFails(desk);
    const tickets = Array.from({ length: count }, (_, index) => reports(desk, index));
    await until(desk, async () => {
      const links = await linksOf(desk, await issueOf(desk, main.id));
      return links.filter(({ shownAs }) => shownAs === 'parent_child').length === count;
    });
    return { desk, main, tickets };
  }

  test('unlinked by a person, it is on its own: in Freshdesk too, never linked again by a rule, not resolved with it', async () => {
    const { desk, main, tickets } = await linked();
    const [one, other] = tickets as [Ticket, Ticket];
    const child = await issueOf(desk, one.id);
    await act(desk, { do: 'unlink', childId: child.id, by: 'Jo' }, 'unlink-1');
    await soon(desk);
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'unlinked', by: 'Jo' }]);
    expect(one.association_type).toBeNull();
    expect(main.associated_tickets_list).toEqual([other.id]);
    expect(await issueOf(desk, main.id)).toMatchObject({ childCount: 1 });
    desk.sandbox.freshdesk.customers.reply(one.id, 'The web shop is still down');
    recovers(desk);
    await desk.advance(3 * MINUTE, 20 * SECOND);
    expect([one, other, main].map(({ status }) => status)).toEqual([OPEN, RESOLVED, RESOLVED]);
    expect(await linksOf(desk, child)).toMatchObject([{ state: 'unlinked' }]);
    await act(
      desk,
      {
        do: 'link',
        parentId: (await issueOf(desk, main.id)).id,
        childId: child.id,
        answer: 'accept',
        by: 'Jo',
      },
      'link-again',
    );
    await soon(desk);
    expect(one.status).toBe(RESOLVED);
    expect(replies(desk, one.id).some((reply) => reply.includes('Yes, it works again'))).toBe(true);
    await expectSound(desk);
  });

  test('the first report is the parent: an alert on its service joins it, and proves with its reporters that it is over', async () => {
    const desk = await open({ isServed: true, policy: SHOP_POLICY });
    const first = reports(desk, 1);
    await soon(desk);
    const second = reports(desk, 2);
    await until(
      desk,
      async () => (await isIssue(desk, second.id)) && (await issueOf(desk, second.id)).parentId !== undefined,
    );
    const parent = await issueOf(desk, first.id);
    expect(parent).toMatchObject({ origin: 'ticket', childCount: 1 });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 10 * SECOND);
    expect(desk.tickets()).toHaveLength(2);
    expect(await issueOf(desk, first.id)).toMatchObject({ memberCount: 1, badAlertCount: 1 });
    expect(notesWith(desk, first, 'web01 HTTP')).not.toEqual([]);

    recovers(desk);
    await until(desk, () =>
      [first, second].every(({ id }) =>
        replies(desk, id).some((reply) => reply.includes('Yes, it works again')),
      ),
    );
    await until(desk, () => first.status === RESOLVED && second.status === RESOLVED);
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(first.status).toBe(RESOLVED); // monitoring alone is not enough here
    for (const { id } of [first, second]) await press(linkIn(replies(desk, id), 'Yes'), 'yes');
    await soon(desk);
    expect([first, second].map(({ status }) => status)).toEqual([CLOSED, CLOSED]);
    await expectSound(desk);
  });

  test('a customer who writes that it still fails opens the main ticket again, also when all is closed', async () => {
    const { desk, main, tickets } = await linked();
    const [one, other] = tickets as [Ticket, Ticket];
    recovers(desk);
    await until(desk, () => [main, one, other].every(({ status }) => status === RESOLVED));
    for (const { id } of tickets) await press(linkIn(replies(desk, id), 'Yes'), 'yes');
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect([main, one, other].map(({ status }) => status)).toEqual([CLOSED, CLOSED, CLOSED]);
    desk.sandbox.freshdesk.customers.reply(one.id, 'It is still broken, I cannot pay');
    await soon(desk);
    expect([main, one, other].map(({ status }) => status)).toEqual([OPEN, OPEN, CLOSED]);
    expect(await issueOf(desk, main.id)).toMatchObject({ openChildCount: 1, reopenCount: 1 });
    expect(notesWith(desk, main, 'Reopened')).not.toEqual([]);
    await expectSound(desk);
  });

  test.each([
    ['deleted', (desk: TestWatchdesk, id: number) => desk.sandbox.freshdesk.agent().trash(id)],
    ['spam', (desk: TestWatchdesk, id: number) => desk.sandbox.freshdesk.agent().markSpam(id)],
    [
      'merged into one that nobody follows',
      (desk: TestWatchdesk, id: number) => {
        const elsewhere = desk.sandbox.freshdesk.customers.raise({
          email: 'ann@other.example',
          subject: 'How do I change my address?',
          text: 'How can I change it?',
        });
        desk.sandbox.freshdesk.agent().merge([id], elsewhere.id);
      },
    ],
  ])(
    'a linked ticket that is %s leaves the family, and the other is told and asked as before',
    async (_what, happens) => {
      const { desk, main, tickets } = await linked();
      const [one, other] = tickets as [Ticket, Ticket];
      happens(desk, one.id);
      await desk.advance(3 * MINUTE, 20 * SECOND);
      await expectSound(desk);
      recovers(desk);
      await until(desk, () => main.status === RESOLVED && other.status === RESOLVED, {
        withinMs: 15 * MINUTE,
      });
      await press(linkIn(replies(desk, other.id), 'Yes'), 'yes');
      await desk.advance(30 * MINUTE, 5 * MINUTE);
      expect([main, other].map(({ status }) => status)).toEqual([CLOSED, CLOSED]);
      await expectSound(desk);
    },
  );

  test('a linked ticket merged into the main one: its reporter is there now, and the other is asked', async () => {
    const { desk, main, tickets } = await linked();
    const [one, other] = tickets as [Ticket, Ticket];
    desk.sandbox.freshdesk.agent().merge([one.id], main.id);
    await desk.advance(2 * MINUTE, 20 * SECOND);
    expect(one.status).toBe(CLOSED);
    expect(await issueOf(desk, main.id)).toMatchObject({
      status: expect.not.stringMatching('closed'),
      childCount: 1,
    });
    recovers(desk);
    await until(desk, () => main.status === RESOLVED && other.status === RESOLVED);
    await expectSound(desk);
  });

  test.each(['trash', 'markSpam'] as const)(
    'a main ticket that an agent %ses: those who reported it are not forgotten',
    async (how) => {
      const { desk, main, tickets } = await linked();
      desk.sandbox.freshdesk.agent()[how](main.id);
      await desk.advance(2 * MINUTE, 20 * SECOND);
      await expectSound(desk);
      for (const ticket of tickets) {
        const issue = await issueOf(desk, ticket.id);
        expect(ticket.status).toBe(OPEN);
        expect(issue.status).not.toBe('closed');
      }
      recovers(desk);
      await desk.advance(30 * MINUTE, 2 * MINUTE);
      for (const ticket of tickets) {
        const isAsked = replies(desk, ticket.id).some((reply) => reply.includes('Yes, it works again'));
        // Either it is still an agent's work, or its reporter was asked: never closed over their heads.
        expect([ticket.status, isAsked]).toEqual(isAsked ? [RESOLVED, true] : [OPEN, false]);
      }
      await expectSound(desk);
    },
  );

  test('a child that an agent added in Freshdesk holds the main ticket back: said once, and mended when it is done', async () => {
    const { desk, main } = await linked(1);
    await callFreshdesk(desk, 'POST', '/tickets', {
      subject: 'Order new disks',
      description: 'Please order them.',
      email: 'alex.agent@example.com',
      type: 'Refund',
      status: OPEN,
      priority: 1,
      parent_id: main.id,
    });
    const task = desk.tickets().at(-1) as Ticket;
    recovers(desk);
    await desk.advance(16 * MINUTE, MINUTE);
    expect(main.status).toBe(OPEN);
    expect(notesWith(desk, main, 'waits for its child tickets')).toHaveLength(1);
    desk.sandbox.freshdesk.agent().update(task.id, { status: CLOSED });
    await desk.advance(6 * MINUTE, MINUTE);
    expect(main.status).toBe(CLOSED);
  });

  test('a main ticket merged into that of another incident: what was linked to it is linked there', async () => {
    // Freshdesk closes a ticket that is merged, and no parent with open children.
    const linking = { linking: { strategies: ['tracker'] } };
    const desk = await open({ isServed: true, policy: { ...SHOP_POLICY, tickets: linking } });
    const other = desk.sandbox.freshdesk.customers.raise({
      email: 'ann@other.example',
      subject: 'Printer does not work, error on the display',
      text: 'The printer on the second floor is broken.',
    });
    const main = await shopFails(desk);
    const tickets = [reports(desk, 1), reports(desk, 2)];
    await until(desk, async () => (await issueOf(desk, main.id)).childCount === 2);
    desk.sandbox.freshdesk.agent().merge([main.id], other.id);
    await desk.advance(2 * MINUTE, 20 * SECOND);
    const primary = await issueOf(desk, other.id);
    expect(primary).toMatchObject({ childCount: 2, badAlertCount: 1 });
    for (const { id } of tickets) expect((await issueOf(desk, id)).parentId).toBe(primary.id);
    recovers(desk);
    await desk.advance(10 * MINUTE, MINUTE);
    await expectSound(desk);
    await desk.advance(HOUR, 10 * MINUTE);
    await expectSound(desk);
  });
});
