import { describe, expect, test } from 'vitest';
import { signLink } from '../../src/http/signed-link.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { LINK_SECRET, type TestWatchdesk } from '../support/watchdesk.ts';
import {
  answers,
  customFields,
  linksIn,
  newestLinks,
  notesWith,
  proofsOf,
  raised,
  resolved,
  seconds,
  ticketStatus,
  traces,
} from './desk-asking.ts';
import { issueOf, replies, SHOP_POLICY, shopFails } from './desk-family.ts';
import { CLOSED, flowsOn, OPEN, RESOLVED, raise } from './flows.ts';

const DAY = 24 * HOUR;
const SUBJECT = 'Web shop is down';

describe.each(databases)('P2 P3 the reporter is asked whether it works again (%s)', (kind) => {
  const open = flowsOn(kind);
  const opened = (policy: object = {}) =>
    open({ isServed: true, policy, sandbox: { freshdesk: { isFurnished: true } } });

  test('one public reply, in the reporter’s language, with a link for yes and one for no', async () => {
    const desk = await opened({ closing: { reporter: { languages: ['en', 'de'] } } });
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, {
      status: RESOLVED,
      ...customFields(desk, { resolution_text: 'Pool <b>vergrößert</b>' }),
    });
    await seconds(desk, 4);
    const [question, ...more] = replies(desk, ticket.id);
    expect(more).toEqual([]);
    expect(question).toContain('Ja, es funktioniert wieder');
    expect(question).toContain('Nein, es funktioniert noch nicht');
    expect(question).toContain('Pool &lt;b&gt;vergrößert&lt;/b&gt;');
    const { yes, no } = linksIn(question);
    expect(yes.startsWith(`${desk.url}/confirm/`)).toBe(true);
    expect(no).not.toBe(yes);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    const page = await (await fetch(yes)).text();
    expect(page).toContain('<html lang="de"');
    await desk.advance(12 * HOUR, 3 * HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(1);
  });

  test('looking at both links twenty times, as mail scanners do, changes nothing', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    await desk.advance(10 * MINUTE, MINUTE);
    const { yes, no } = newestLinks(desk, ticket);
    const before = await traces(desk, ticket);
    for (let n = 0; n < 20; n++) {
      for (const [url, method] of [
        [yes, 'GET'],
        [no, 'GET'],
        [yes, 'HEAD'],
        [no, 'HEAD'],
      ] as const) {
        const answer = await fetch(url, { method, headers: { 'user-agent': 'LinkScanner/1.0' } });
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
      }
    }
    await desk.settle();
    expect(await traces(desk, ticket)).toEqual(before);
  });

  test('yes closes, here and in Freshdesk; pressed twice, or both at once, it counts once', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const { yes } = newestLinks(desk, ticket);
    const both = await Promise.all([answers(yes, 'yes'), answers(yes, 'yes')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    await seconds(desk, 4);
    expect((await answers(yes, 'yes')).status).toBe(200);
    expect((await fetch(yes)).status).toBe(200);
    await desk.advance(MINUTE, 10 * SECOND);
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, ...proofsOf(issue)]).toEqual(['closed', 'reporter_link']);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect((await desk.rules(issue.id)).filter((rule) => rule === 'reporter_confirmed')).toHaveLength(2); // said, closed
    await desk.advance(9 * DAY, DAY / 2);
    expect(replies(desk, ticket.id)).toHaveLength(1);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('no reopens: Open in Freshdesk, the words in a note, and the next resolving asks anew', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const { no, yes } = newestLinks(desk, ticket);
    expect((await answers(no, 'no', 'Still <error> 500\nat checkout')).status).toBe(200);
    expect((await answers(no, 'no', 'once more')).status).toBe(200);
    await seconds(desk, 4);
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'new', reopenCount: 1 });
    const notes = notesWith(desk, ticket, 'says by the link that it does not work');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('Still &lt;error&gt; 500');
    expect((await answers(yes, 'yes')).status).toBe(409);
    expect((await answers(no, 'no')).status).toBe(200); // said already
    await seconds(desk, 4);
    expect((await issueOf(desk, ticket.id)).reopenCount).toBe(1);

    desk.sandbox.freshdesk.agent().update(ticket.id, { status: RESOLVED });
    await seconds(desk, 4);
    expect(replies(desk, ticket.id)).toHaveLength(2);
    expect((await answers(yes, 'yes')).status).toBe(410);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    expect((await answers(newestLinks(desk, ticket).yes, 'yes')).status).toBe(200);
    await seconds(desk, 4);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('an agent’s reopening makes the links of before worthless', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const old = newestLinks(desk, ticket);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: OPEN });
    await seconds(desk, 4);
    expect((await issueOf(desk, ticket.id)).reopenCount).toBe(1);
    for (const round of ['open', 'asked again']) {
      for (const answer of ['yes', 'no'] as const) {
        const { status } = await answers(old[answer], answer);
        expect(status, round).toBe(410);
      }
      desk.sandbox.freshdesk.agent().update(ticket.id, { status: RESOLVED });
      await seconds(desk, 4);
    }
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, issue.reopenCount, issue.proofs.length]).toEqual(['resolved', 1, 0]);
    expect(replies(desk, ticket.id)).toHaveLength(2);
  });

  test('links that are not ours, not for this, or over, are refused and tell strangers nothing', async () => {
    const desk = await opened({ closing: { reporter: { when_silent: 'ask_agent' } } });
    const ticket = await resolved(desk);
    const other = raise(desk, {
      email: 'lee@other.example',
      subject: 'Mail is broken, error',
      text: 'It is down.',
    });
    await seconds(desk, 4);
    const [issue, otherIssue] = [await issueOf(desk, ticket.id), await issueOf(desk, other.id)];
    const { yes, no } = newestLinks(desk, ticket);
    const claim = {
      do: 'confirm',
      incidentId: issue.id,
      round: 0,
      answer: 'yes',
      ticketId: ticket.id,
      reporter: String(ticket.requester_id),
      expiresAt: new Date(desk.clock.now().getTime() + DAY),
    } as const;
    const link = (changes: Partial<typeof claim> | object, secret = LINK_SECRET) =>
      `${desk.url}/confirm/${signLink(secret, { ...claim, ...changes })}`;
    expect((await fetch(link({}))).status).toBe(200);
    const [payload, mac] = (yes.split('/confirm/')[1] ?? '').split('.');
    const [noPayload] = (no.split('/confirm/')[1] ?? '').split('.');
    const before = await traces(desk, ticket);
    const refused: readonly (readonly [what: string, url: string, status: number])[] = [
      [
        'tampered',
        `${desk.url}/confirm/${payload}.${mac?.slice(0, -1)}${mac?.endsWith('A') ? 'B' : 'A'}`,
        404,
      ],
      ['the other answer’s seal', `${desk.url}/confirm/${noPayload}.${mac}`, 404],
      ['no token', `${desk.url}/confirm/abc`, 404],
      ['another secret', link({}, 'a secret that somebody guessed, long enough'), 404],
      ['of another ticket', link({ ticketId: other.id }), 404],
      ['of another issue', link({ incidentId: otherIssue.id }), 404],
      ['of another reporter', link({ reporter: String(other.requester_id) }), 404],
      ['of an issue that is none', link({ incidentId: '00000000-0000-4000-8000-000000000000' }), 404],
      ['of a round to come', link({ round: 1 }), 410],
      ['over', link({ expiresAt: desk.clock.now() }), 410],
      ['for another purpose', `${desk.url}/link/${payload}.${mac}`, 404],
    ];
    for (const [what, url, status] of refused) {
      for (const answer of [await fetch(url), await post(url, 'yes'), await post(url, 'no')]) {
        expect(answer.status, what).toBe(status);
        const page = await answer.text();
        expect(page, what).not.toContain(SUBJECT);
        expect(page, what).not.toMatch(/WD-\d|Kim|Mail is broken/);
      }
    }
    expect((await post(yes, 'no')).status).toBe(409); // the form of the other link
    expect((await post(no, 'yes')).status).toBe(409);
    await desk.settle();
    expect(await traces(desk, ticket)).toEqual(before);

    await desk.advance(31 * DAY, DAY);
    for (const answer of ['yes', 'no'] as const) {
      const { status, page } = await answers({ yes, no }[answer], answer);
      expect(status).toBe(410);
      expect(page).not.toContain(SUBJECT);
    }
    await seconds(desk, 4);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
  });

  const post = (url: string, answer: 'yes' | 'no') =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ answer, words: '' }) });

  type Expected = Readonly<{
    ticket: number;
    issue: string;
    proofs: readonly string[];
    reopened?: number;
    note?: string;
  }>;
  const REPLIES: readonly (readonly [string, string, Expected])[] = [
    ['closes', 'It works again, thanks', { ticket: CLOSED, issue: 'closed', proofs: ['reporter_reply'] }],
    [
      'closes, in German',
      'Ja, es läuft wieder. Danke!',
      { ticket: CLOSED, issue: 'closed', proofs: ['reporter_reply'] },
    ],
    ['does not reopen', 'Thanks', { ticket: RESOLVED, issue: 'resolved', proofs: [] }],
    [
      'reopens',
      'No, it is still broken.',
      { ticket: OPEN, issue: 'new', proofs: [], reopened: 1, note: 'still broken' },
    ],
    [
      'is left to a person',
      'I would like to know who is on duty next Tuesday, and about the printer on the second floor.',
      { ticket: OPEN, issue: 'resolved', proofs: [], note: 'A reply that a person has to read' },
    ],
    [
      'of an out-of-office robot never closes',
      'Automatic reply: I am out of office until Monday. Everything works again when I am back. In urgent cases write to Lee.',
      { ticket: OPEN, issue: 'resolved', proofs: [], note: 'A reply that a person has to read' },
    ],
    [
      'whose yes is only quoted does not close',
      'Thanks\n\nOn Mon, 2 Mar 2026 the desk wrote:\n> Yes, it works again\n> No, it still does not work',
      { ticket: RESOLVED, issue: 'resolved', proofs: [] },
    ],
  ];
  test.each(REPLIES)('a reply that %s', async (_, text, expected) => {
    const desk = await opened();
    const ticket = await resolved(desk);
    desk.sandbox.freshdesk.settings.webhookTrouble.duplicate = 100;
    desk.sandbox.freshdesk.customers.reply(ticket.id, text);
    await seconds(desk, 5);
    await desk.advance(3 * MINUTE, 30 * SECOND);
    expect(ticketStatus(desk, ticket)).toBe(expected.ticket);
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, issue.reopenCount, proofsOf(issue)]).toEqual([
      expected.issue,
      expected.reopened ?? 0,
      expected.proofs,
    ]);
    if (expected.note) expect(notesWith(desk, ticket, expected.note)).toHaveLength(1);
    expect(replies(desk, ticket.id)).toHaveLength(1);
    if (expected.issue === 'closed' || expected.reopened) return;
    // Whatever it was, it stays so; only the reporter's word closes it.
    const after = { status: ticketStatus(desk, ticket), notes: desk.notes(ticket.id) };
    await desk.advance(HOUR, 10 * MINUTE);
    expect({ status: ticketStatus(desk, ticket), notes: desk.notes(ticket.id) }).toEqual(after);
    expect((await answers(newestLinks(desk, ticket).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('somebody in copy who says that it works closes nothing; who says that it does not, reopens', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const { customers } = desk.sandbox.freshdesk;
    customers.reply(ticket.id, 'Yes, it works again', 'lee@acme.example');
    await seconds(desk, 5);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    customers.reply(ticket.id, 'It is still broken', 'lee@acme.example');
    await seconds(desk, 5);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'new', reopenCount: 1 });
  });

  const dayOf = (desk: TestWatchdesk, ticket: Ticket, since: Date): readonly number[] =>
    desk.sandbox.freshdesk.state
      .conversations(ticket.id)
      .filter((one) => !one.private && !one.incoming)
      .map(({ created_at }) => Math.ceil((new Date(created_at).getTime() - since.getTime()) / HOUR) + 0);

  test('reminded after one day and three, closed after seven with the text told; Freshdesk says Closed', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const since = desk.clock.now();
    await desk.advance(6 * DAY + 23 * HOUR, 3 * HOUR);
    expect(dayOf(desk, ticket, since)).toEqual([0, 24, 72]);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    for (const html of replies(desk, ticket.id)) expect(html).toContain('9 March 2026');
    expect(linksIn(replies(desk, ticket.id)[2])).toBeDefined();
    await desk.advance(2 * HOUR, HOUR);
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, ...proofsOf(issue)]).toEqual(['closed', 'silence']);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(dayOf(desk, ticket, since)).toEqual([0, 24, 72, 168]);
    expect(replies(desk, ticket.id)[3]).not.toContain('/confirm/');
    await desk.advance(3 * DAY, 6 * HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(4);
    // The answer that comes late after all is not lost.
    desk.sandbox.freshdesk.customers.reply(ticket.id, 'No, it is still broken');
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
    expect((await issueOf(desk, ticket.id)).reopenCount).toBe(1);
  });

  test.each([
    ['without reminders', { remind_after: [] }],
    ['where policy leaves it to a person', { when_silent: 'ask_agent' }],
  ])('%s nobody is ever silent: a person is asked, once', async (_, reporter) => {
    const desk = await opened({ closing: { reporter } });
    const ticket = await resolved(desk);
    await desk.advance(12 * DAY, 12 * HOUR);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    expect(notesWith(desk, ticket, 'has not answered')).toHaveLength(1);
  });

  test('away while all of that was due: one mail at a time, and closed only after the last of them', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    await desk.setClock(20 * DAY);
    await desk.restart();
    await desk.advance(2 * HOUR, 20 * MINUTE);
    expect(replies(desk, ticket.id)).toHaveLength(2);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    const before = desk.clock.now();
    await desk.advance(DAY + 20 * HOUR, 4 * HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(2);
    await desk.advance(4 * HOUR, HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(3);
    await desk.advance(3 * DAY + 20 * HOUR, 4 * HOUR);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    await desk.advance(4 * HOUR, HOUR);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
    expect(replies(desk, ticket.id)).toHaveLength(4);
    expect(desk.clock.now().getTime() - before.getTime()).toBe(6 * DAY);
  });

  test('Freshdesk away while a reminder was due: sent once, when it is back', async () => {
    const desk = await opened();
    const ticket = await resolved(desk);
    desk.sandbox.freshdesk.faults.outage(true);
    await desk.advance(DAY + 6 * HOUR, HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(1);
    desk.sandbox.freshdesk.faults.outage(false);
    await desk.advance(6 * HOUR, 30 * MINUTE);
    expect(replies(desk, ticket.id)).toHaveLength(2);
    desk.errors.length = 0; // the outage was told of
  });

  test('where monitoring tells of it too, its proof and the reporter’s are both needed', async () => {
    const desk = await opened(SHOP_POLICY);
    const ticket = raise(desk);
    await seconds(desk, 5);
    await shopFails(desk);
    expect((await issueOf(desk, ticket.id)).memberCount).toBe(1);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: RESOLVED });
    await seconds(desk, 5);
    expect(replies(desk, ticket.id).filter((html) => html.includes('/confirm/'))).toHaveLength(0);
    expect(notesWith(desk, ticket, 'monitoring still shows 1 of 1 alerts bad')).toHaveLength(1);

    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE, 10 * SECOND);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    const asked = replies(desk, ticket.id).filter((html) => html.includes('/confirm/'));
    expect(asked).toHaveLength(1);
    expect((await answers(linksIn(asked[0]).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    await desk.advance(40 * MINUTE);
    const issue = await issueOf(desk, ticket.id);
    expect(issue.status).toBe('closed');
    expect(proofsOf(issue).toSorted()).toEqual(['monitoring', 'reporter_link']);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('the soak alone closes nothing that a person reported', async () => {
    const desk = await opened(SHOP_POLICY);
    const ticket = raise(desk);
    await seconds(desk, 5);
    await shopFails(desk);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(90 * MINUTE, 5 * MINUTE);
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, ...proofsOf(issue)]).toEqual(['resolved', 'monitoring']);
    desk.sandbox.freshdesk.customers.reply(ticket.id, 'Works again, thank you');
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('everything delivered twice, answers lost, restarted between all steps: one question, one close', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    const { freshdesk } = desk.sandbox;
    freshdesk.settings.webhookTrouble.duplicate = Number.POSITIVE_INFINITY;
    const match = { method: 'POST', pathPattern: /\/reply$/ };
    freshdesk.faults.next({ kind: 'cut_after', match });
    freshdesk.agent().update(ticket.id, { status: RESOLVED });
    const shaken = async () => {
      for (let n = 0; n < 30; n++) {
        await desk.setClock(SECOND);
        await freshdesk.tick();
        await desk.restart();
        await desk.advance(10 * SECOND, 10 * SECOND);
        if (n === 10) await again(desk);
      }
    };
    await shaken();
    expect(replies(desk, ticket.id)).toHaveLength(1);
    await answers(newestLinks(desk, ticket).yes, 'yes');
    await shaken();
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, ...proofsOf(issue)]).toEqual(['closed', 'reporter_link']);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(replies(desk, ticket.id)).toHaveLength(1);
    expect(new Set(desk.notes(ticket.id)).size).toBe(desk.notes(ticket.id).length);
  });

  /** All that was read or told so far, once more. */
  async function again(desk: TestWatchdesk): Promise<void> {
    const rows = await desk.database.query(
      `SELECT delivery_id AS id, source, body FROM delivery WHERE source IN ('read_back', 'person') ORDER BY seq`,
    );
    for (const { id, source, body } of rows)
      await desk.keep({
        source: source === 'person' ? 'person' : 'read_back',
        deliveryId: `${String(id)}:again`,
        body: String(body),
        receivedAt: desk.clock.now(),
      });
    await desk.settle();
  }
});
