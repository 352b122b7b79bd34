import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergedInto } from '../../../src/connectors/freshdesk/merged-into.ts';
import { plainText } from '../../../src/connectors/freshdesk/plain-text.ts';
import type { TicketMessage } from '../../../src/model/ticket-event.ts';
import { freshdeskAtSandbox } from './at-sandbox.ts';

const MAIL = {
  email: 'kim@northwind.example',
  name: 'Kim',
  subject: 'No e-mail',
  text: 'Since this morning',
};
const ANNA = 158018000003;

let at: Awaited<ReturnType<typeof freshdeskAtSandbox>>;
let ticketId: number;
let requester: Readonly<{ id: number; email: string }>;
beforeEach(async () => {
  at = await freshdeskAtSandbox();
  const ticket = at.account.customers.raise(MAIL);
  ticketId = ticket.id;
  requester = { id: ticket.requester_id, email: MAIL.email };
});
afterEach(() => at.close());

const notes = (count: number): number[] =>
  Array.from({ length: count }, (_, n) => at.account.agent(ANNA).note(ticketId, `note ${n}`).id);
const idsOf = async (afterId: number, known: number) => {
  const { messages, count } = await at.freshdesk.listMessages(ticketId, { afterId, known, requester });
  return { ids: messages.map(({ id }) => id), count };
};

describe('messages of a ticket', () => {
  test('who wrote what, in words', async () => {
    const { account, freshdesk } = at;
    await freshdesk.addPrivateNote(ticketId, '<p>Linked [WD-1/1]</p>');
    await freshdesk.addPublicReply(ticketId, '<p>We are on it &amp; back soon</p>');
    account.agent(ANNA).reply(ticketId, 'Please try again');
    account.agent(ANNA).note(ticketId, 'She is <b>away</b>');
    account.customers.reply(ticketId, 'It works\nthank you <3');
    account.customers.reply(ticketId, 'For me, too', 'boss@northwind.example');
    const { messages, count } = await freshdesk.listMessages(ticketId, { afterId: 0, known: 0, requester });
    expect(count).toBe(6);
    expect(messages.map(({ author, isPrivate, text }) => [author, isPrivate, text])).toEqual([
      ['watchdesk', true, 'Linked [WD-1/1]'],
      ['watchdesk', false, 'We are on it & back soon'],
      ['agent', false, 'Please try again'],
      ['agent', true, 'She is away'],
      ['requester', false, 'It works\nthank you <3'],
      ['other', false, 'For me, too'],
    ]);
    expect(messages[4]).toMatchObject({ authorId: requester.id, at: at.clock.now() });
  });

  test('the own agent is asked for once', async () => {
    const first = await at.callsOf(() => idsOf(0, 0));
    const second = await at.callsOf(() => idsOf(0, 0));
    expect(first).toEqual(['GET /agents/me', `GET /tickets/${ticketId}/conversations`]);
    expect(second).toEqual([`GET /tickets/${ticketId}/conversations`]);
  });

  test.each([
    // known  new  pages read
    [0, 0, 1],
    [99, 1, 2],
    [100, 0, 2],
    [100, 1, 2],
    [101, 3, 1],
    [250, 1, 1],
    [250, 120, 2],
    [0, 205, 3],
  ])('%i known and %i new ones cost %i pages', async (known, fresh, pages) => {
    await idsOf(0, 0);
    const old = notes(known);
    const young = notes(fresh);
    let told: Awaited<ReturnType<typeof idsOf>> | undefined;
    const calls = await at.callsOf(async () => {
      told = await idsOf(old.at(-1) ?? 0, known);
    });
    expect(told).toEqual({ ids: young, count: known + fresh });
    expect(calls).toHaveLength(pages);
  });

  test.each([
    ['some before the start page', 150, [0, 1, 2], 5],
    ['so many that new ones are on an earlier page', 101, [0, 1, 2, 3, 4], 2],
    ['two pages of them', 250, Array.from({ length: 160 }, (_, n) => n), 20],
    ['the last known one', 120, [119], 1],
    ['all of them', 105, Array.from({ length: 105 }, (_, n) => n), 3],
  ])('deleted meanwhile: %s', async (_name, known, deleted, fresh) => {
    const old = notes(known);
    const young = notes(fresh);
    for (const index of deleted) at.account.agent().deleteMessage(old[index] ?? 0);
    expect(await idsOf(old.at(-1) ?? 0, known)).toEqual({
      ids: young,
      count: known - deleted.length + fresh,
    });
  });

  test('a mark is found in a reply as well as in a note', async () => {
    await at.freshdesk.addPrivateNote(ticketId, '<p>one [WD-1/1]</p>');
    const reply = await at.freshdesk.addPublicReply(ticketId, '<p>two [WD-1/2]</p>');
    expect(await at.freshdesk.findMessageByMark(ticketId, '[WD-1/2]')).toEqual(reply);
  });

  test('a customer who answers opens a finished ticket again', async () => {
    at.account.agent().update(ticketId, { status: 5 });
    at.account.customers.reply(ticketId, 'not yet');
    expect((await at.freshdesk.readTicket(ticketId)).fields.status).toBe('open');
  });
});

describe('a merge', () => {
  const message = (html: string, more: Partial<TicketMessage> = {}): TicketMessage => ({
    id: 1,
    at: new Date(0),
    author: 'agent',
    isPrivate: true,
    text: '',
    html,
    ...more,
  });
  const LINK = '<a href="/a/tickets/7" rel="noreferrer">7</a>';
  const NOTE = `<div>This ticket is closed and merged into ticket ${LINK}</div>`;

  test('is told by the note that Freshdesk leaves', async () => {
    const primary = at.account.customers.raise(MAIL);
    at.account.agent().merge([ticketId], primary.id);
    const { fields } = await at.freshdesk.readTicket(ticketId);
    const { messages } = await at.freshdesk.listMessages(ticketId, { afterId: 0, known: 0, requester });
    expect(at.freshdesk.mergedInto(messages, fields.status)).toBe(primary.id);
  });

  test.each([
    ['its own note', NOTE, {}, 'closed', 7],
    ['with the whole address', NOTE.replace('"/a', '"https://acme.freshdesk.com/a'), {}, 'closed', 7],
    ['the ticket is not closed', NOTE, {}, 'open', undefined],
    ['a public message', NOTE, { isPrivate: false }, 'closed', undefined],
    ['written by the requester', NOTE, { author: 'requester' }, 'closed', undefined],
    ['only a mention', `<div>See also ticket ${LINK}</div>`, {}, 'closed', undefined],
    ['quoted by an agent', `<div>Earlier: ${NOTE} Why?</div>`, {}, 'closed', undefined],
    ['something after it', `${NOTE}<p>so I closed it</p>`, {}, 'closed', undefined],
    ['another number than the link', NOTE.replace('>7<', '>8<'), {}, 'closed', undefined],
    ['no link', '<div>This ticket is closed and merged into ticket 7</div>', {}, 'closed', undefined],
  ] as const)('%s', (_name, html, more, status, expected) =>
    expect(mergedInto([message('<p>before</p>'), message(html, more)], status)).toBe(expected),
  );

  test('the wording is a setting', () => {
    const german = `<div>Dieses Ticket wurde mit ${LINK} zusammengeführt</div>`;
    const pattern =
      /^<div>Dieses Ticket wurde mit <a[^>]*tickets\/(\d+)"[^>]*>\d+<\/a> zusammengeführt<\/div>$/;
    expect(mergedInto([message(german)], 'closed')).toBeUndefined();
    expect(mergedInto([message(german)], 'closed', pattern)).toBe(7);
  });
});

describe('plain text of markup', () => {
  test.each([
    ['<p>a&nbsp;b</p><p>c</p>', 'a b\nc'],
    ['1 &lt; 2 &amp;&amp; 3&#33; &#x263A; &unknown;', '1 < 2 && 3! ☺ &unknown;'],
    ['<style>p{}</style>x<script>alert(1)</script>', 'x'],
    ['a < b and b > a', 'a < b and b > a'],
    ['', ''],
  ])('%j is %j', (html, text) => expect(plainText(html)).toBe(text));

  test('whatever comes ends, at once', () => {
    fc.assert(fc.property(fc.string(), (html) => typeof plainText(html) === 'string'));
    for (const piece of ['<a', '<script>', '<script></script', '&#', '\n ', '<!--']) {
      const started = process.cpuUsage();
      plainText(piece.repeat(50_000));
      expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
    }
  });
});
