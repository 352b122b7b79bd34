import { describe, expect, test } from 'vitest';
import { minutes } from '../world.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskWorld, noteOf, rulesTold } from './desk-world.ts';

function ticketIn(status: 'open' | 'resolved' | 'closed', type: 'Incident' | 'Question' = 'Incident') {
  const ticket = new DeskTicket(deskWorld()).raise({ type });
  ticket.world.pass(minutes(5));
  if (status === 'resolved' || type === 'Question') ticket.set(status);
  else if (status === 'closed') ticket.set('closed', { confirmed_by: 'Ann', confirmed_how: 'Phone' });
  expect(ticket.status).toBe(status);
  ticket.world.pass(minutes(5));
  return ticket;
}

describe('a reply of the reporter', () => {
  test.each([
    // ticket     what they wrote                            issue then   ticket then  rule
    ['resolved', 'It works again, thank you!', 'closed', 'closed', 'confirmation: reporter_confirmed'],
    ['resolved', 'No, it is still not working.', 'new', 'open', 'reopened: reporter_says_no'],
    ['resolved', 'Thanks', 'resolved', 'resolved', 'message: reply_thanks'],
    ['resolved', 'When will the invoice come?', 'resolved', 'open', 'message: reply_unclear'],
    ['closed', 'It works again', 'closed', 'closed', 'message: reply_thanks'],
    ['closed', 'It is still broken', 'new', 'open', 'reopened: reporter_says_no'],
    ['closed', 'Thank you', 'closed', 'closed', 'message: reply_thanks'],
    ['closed', 'Who was that?', 'closed', 'open', 'message: reply_unclear'],
    ['open', 'It works again', 'closed', 'closed', 'resolved: reporter_confirmed'],
    ['open', 'It is still broken', 'new', 'open', undefined],
    ['open', 'Thanks', 'new', 'open', undefined],
  ] as const)('P3 on a ticket that is %s: “%s”: issue %s, ticket %s', (before, text, issue, after, rule) => {
    const ticket = ticketIn(before);
    const told = rulesTold(ticket.world, ticket.issue).length;
    ticket.say(text);
    expect(ticket.issue.status).toBe(issue);
    expect(ticket.status).toBe(after);
    const rules = rulesTold(ticket.world, ticket.issue).slice(told);
    if (rule === undefined) expect(rules).toEqual([]);
    else expect(rules).toContain(rule);
  });

  test('P2 that is told twice, or out of order, counts once', () => {
    const ticket = ticketIn('resolved');
    ticket.messages.push({
      id: 7_001,
      at: ticket.world.now,
      author: 'requester',
      isPrivate: false,
      text: 'still broken',
      html: '',
    });
    ticket.fields = { ...ticket.fields, status: 'open' };
    const news = ticket.news();
    if (news === undefined) throw new Error('no news');
    ticket.world.deliver(news, news);
    expect(ticket.issue).toMatchObject({ reopenCount: 1, desk: { lastMessageId: 7_001 } });
  });

  test('thanks again and again is not put back for ever', () => {
    const ticket = ticketIn('resolved');
    for (let count = 0; count < 5; count++) {
      ticket.world.pass(minutes(1));
      ticket.say('Thanks');
    }
    expect(ticket.status).toBe('open');
    expect(ticket.issue).toMatchObject({ status: 'resolved', reopenCount: 0 });
    expect(ticket.world.intents().filter((one) => one.startsWith('reply_unclear'))).toHaveLength(2);
  });

  test.each([
    ['resolves it', (one: DeskTicket) => one.set('resolved'), 'resolved', 0],
    ['goes on with it', (one: DeskTicket) => one.set('pending'), 'new', 1],
  ])('that is unclear keeps it from closing until an agent %s', (_, act, status, reopenCount) => {
    const ticket = ticketIn('resolved');
    ticket.say('Is that so? I shall try tomorrow.');
    expect(noteOf(ticket.world, 'reply_unclear:7001')).toContain('a person has to read');
    expect(ticket.issue.desk.unclearReplyId).toBe(7_001);
    ticket.world.pass(minutes(1));
    act(ticket);
    expect(ticket.issue).toMatchObject({ status, reopenCount });
    expect(ticket.issue.desk.unclearReplyId).toBeUndefined();
  });

  test('of somebody in copy proves nothing, but may say that it does not work', () => {
    const ticket = ticketIn('resolved');
    ticket.say('It works again', 'other');
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [] });
    ticket.set('resolved');
    ticket.say('It is still broken', 'other');
    expect(ticket.issue).toMatchObject({ status: 'new', reopenCount: 1 });
  });

  test('our own message is never answered', () => {
    const ticket = ticketIn('resolved');
    const { version } = ticket.issue;
    ticket.messages.push({
      id: 7_001,
      at: ticket.world.now,
      author: 'watchdesk',
      isPrivate: false,
      text: 'Does it work again? Yes, it works again.',
      html: '',
    });
    ticket.sync();
    expect(ticket.issue.proofs).toEqual([]);
    expect(ticket.issue.version).toBe(version + 1); // it is known from now on
  });
});

describe('a Question', () => {
  test('is open again with a reply, and stays done once with thanks', () => {
    const ticket = ticketIn('resolved', 'Question');
    ticket.say('Thanks a lot');
    expect([ticket.issue.status, ticket.status]).toEqual(['resolved', 'resolved']);
    ticket.world.pass(minutes(1));
    ticket.say('Thanks a lot');
    expect([ticket.issue.status, ticket.status]).toEqual(['new', 'open']);
    ticket.set('closed');
    ticket.say('And how do I do that on Windows?');
    expect([ticket.issue.status, ticket.status]).toEqual(['new', 'open']);
  });
});

describe('an agent’s public reply', () => {
  test('is when the reporter heard last, and the next update is due after policy’s time', () => {
    const ticket = ticketIn('open');
    ticket.say('We are looking into it.', 'agent');
    const { lastUpdateAt, nextUpdateDueAt } = ticket.issue.desk;
    expect(lastUpdateAt).toEqual(ticket.world.now);
    const every = ticket.world.policy.tickets.update_every[ticket.issue.priority];
    if (every === 0) expect(nextUpdateDueAt).toBeUndefined();
    else expect(nextUpdateDueAt).toEqual(new Date(ticket.world.now.getTime() + every));
  });

  test('answers what Watchdesk could not understand', () => {
    const ticket = ticketIn('resolved');
    ticket.say('Hm?');
    ticket.say('Please try once more.', 'agent');
    expect(ticket.issue.desk.unclearReplyId).toBeUndefined();
  });
});
