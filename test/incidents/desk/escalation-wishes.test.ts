import { describe, expect, test } from 'vitest';
import { minutes } from '../world.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskPolicy, deskWorld } from './desk-world.ts';

const LADDERS = {
  ladders: {
    customer: {
      name: 'The customer asks for more',
      kind: 'relationship',
      watches: 'trigger',
      starts_on: ['words', 'field', 'tag'],
      rungs: [{ name: 'Technical manager', after: '0s', tell: [{ person: 'tina' }] }],
    },
  },
};

const raised = () => {
  const ticket = new DeskTicket(deskWorld(deskPolicy(LADDERS))).raise();
  ticket.world.pass(minutes(5));
  return ticket;
};
const triggersOf = (ticket: DeskTicket) =>
  (ticket.issue.escalation?.triggers ?? []).map(({ kind, id }) => `${kind} ${id}`);

describe('a reply of the reporter', () => {
  test.each([
    ['I want this escalated. Please escalate this to your manager.', true],
    ['Bitte eskalieren Sie das, es ist inakzeptabel.', true],
    ['Je veux parler à votre responsable.', true],
    ['Quiero que esto se pueda escalar.', true],
    ['No need to escalate, take your time.', false],
    ['Bitte nicht eskalieren.', false],
    ['It is still slow.', false],
    [
      'Thanks\n\nOn Mon, Mar 2, 2026 at 9:00 AM Help Desk <help@acme-it.example> wrote:\n> shall we escalate this?',
      false,
    ],
  ])('“%s”: %s', (text, isWish) => {
    const ticket = raised();
    ticket.say(text);
    expect(triggersOf(ticket)).toEqual(isWish ? ['words message:7001'] : []);
  });

  test('said twice it is two wishes; an agent who writes the word wishes nothing', () => {
    const ticket = raised();
    ticket.say('Escalate this.');
    ticket.say('We escalate this to the network team.', 'agent');
    ticket.say('Escalate this now!');
    expect(triggersOf(ticket)).toEqual(['words message:7001', 'words message:7003']);
  });
});

test('the field and a tag count once in a round', () => {
  const ticket = raised();
  ticket.set('open', { escalate: true });
  ticket.set('open', { escalate: false });
  ticket.set('open', { escalate: true });
  ticket.fields = { ...ticket.fields, tags: [...ticket.fields.tags, 'Escalated'] };
  ticket.sync();
  ticket.set('pending');
  expect(triggersOf(ticket)).toEqual(['field field:0', 'tag tag:escalated:0']);
});

test('without ladders nothing is looked for', () => {
  const ticket = new DeskTicket(deskWorld()).raise();
  ticket.say('Escalate this to your manager.');
  expect(ticket.issue.escalation).toBeUndefined();
});

test('what agents write, for all or for colleagues, is the last sign of work', () => {
  const ticket = raised();
  expect(ticket.issue.desk.lastWorkAt).toBeUndefined();
  ticket.say('Any news?');
  expect(ticket.issue.desk.lastWorkAt).toBeUndefined();
  ticket.say('We replace the disk.', 'agent');
  expect(ticket.issue.desk.lastWorkAt).toEqual(ticket.world.now);
});
