import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/model/decision.ts';
import { minutes, type World } from '../world.ts';
import { deskPolicy, deskWorld, issueOf, noteOf, rulesTold } from './desk-world.ts';
import {
  act,
  agentReplies,
  answers,
  childrenOf,
  expectSound,
  family,
  reports,
  sees,
} from './family-world.ts';

const commands = (world: World, kind: Command['kind'], incidentId?: string) =>
  [...world.commands.values()].filter(
    (one) => one.kind === kind && (incidentId === undefined || one.incidentId === incidentId),
  );
const repliesTo = (world: World, ticketId: number, intent: RegExp) =>
  commands(world, 'public_reply', issueOf(world, ticketId).id).filter((one) => intent.test(one.intent));
const minorService = deskPolicy({
  services: {
    webshop: { name: 'Web shop', customers: ['acme'], criticality: 'low', match: [{ host: 'shop*' }] },
  },
});
const suggesting = () => deskWorld(deskPolicy({ tickets: { match: { link_at: 1, suggest_at: 0.3 } } }));
const unsuggested = () => deskWorld(deskPolicy({ tickets: { match: { link_at: 1, suggest_at: 1 } } }));
const link = (world: World, parent: number, child: number, answer: 'accept' | 'decline' = 'accept') =>
  act(world, {
    do: 'link',
    parentId: issueOf(world, parent).id,
    childId: issueOf(world, child).id,
    answer,
    by: 'Jo Moss',
  });

describe('a ticket that reports a running incident', () => {
  test('is linked to the first report, in both tickets and to its reporter, with the reasons', () => {
    const world = family(deskWorld(), 1);
    const [parent, child] = [issueOf(world, 7), issueOf(world, 8)];
    expect(child.parentId).toBe(parent.id);
    expect(parent).toMatchObject({ childCount: 1, openChildCount: 1 });
    const [shown] = commands(world, 'show_link', parent.id);
    expect(shown).toMatchObject({ childId: child.id, intent: `link:${child.id}:${world.now.getTime()}` });
    const noteOnChild = commands(world, 'private_note', child.id).find(({ intent }) =>
      intent.startsWith('linked:'),
    );
    expect(noteOnChild).toMatchObject({
      html: expect.stringContaining('<a href="https://acme.freshdesk.com/a/tickets/7">#7</a> (WD-'),
    });
    const noteOnParent = commands(world, 'private_note', parent.id).find(({ intent }) =>
      /^linked_child/.test(intent),
    );
    expect(noteOnParent).toMatchObject({
      html: expect.stringMatching(/#8<\/a>.*same service Web shop.*One ticket is linked now/),
    });
    const [told] = repliesTo(world, 8, /^linked_reply/);
    expect(told).toMatchObject({ html: expect.stringContaining('Web shop') });
    for (const issue of [parent, child]) expect(rulesTold(world, issue)).toContain('linked: linked_by_match');
    expectSound(world);
  });

  test('is as urgent as what it reports, unless people set its priority', () => {
    const world = unsuggested();
    reports(world, 7, { fields: { custom: { affected: 'Everybody' } } });
    reports(world, 8);
    reports(world, 9);
    expect(issueOf(world, 8).priority).not.toBe('urgent');
    const theirs = issueOf(world, 9);
    world.incidents.set(theirs.id, { ...theirs, desk: { ...theirs.desk, peopleSet: ['priority'] } });
    link(world, 7, 8);
    link(world, 7, 9);
    expect(issueOf(world, 8)).toMatchObject({ priority: 'urgent', priorityRule: 'as_main_incident' });
    expect(world.tickets.get(issueOf(world, 8).id)?.fields.priority).toBe('urgent');
    expect(issueOf(world, 9).priority).toBe(theirs.priority);
  });

  test('one of another customer’s service is not linked, and questions never are', () => {
    const world = deskWorld();
    reports(world, 7);
    const other = reports(world, 8, {
      requester: { id: 900, email: 'x@elsewhere.example' },
      fields: { subject: 'The printer on floor 3 is out of toner' },
      descriptionText: 'Could somebody bring a new cartridge to room 312, please?',
    });
    const question = reports(world, 9, { fields: { type: 'Question' } });
    expect([other.parentId, question.parentId]).toEqual([undefined, undefined]);
    expect(world.links.size).toBe(0);
  });
});

describe('where matching is not sure', () => {
  test('one note suggests it, with links to say yes or no that work for 14 days', () => {
    const world = suggesting();
    reports(world, 7);
    reports(world, 8);
    const [parent, child] = [issueOf(world, 7), issueOf(world, 8)];
    expect([...world.links.values()]).toMatchObject([
      { parentId: parent.id, childId: child.id, state: 'suggested', by: 'Watchdesk' },
    ]);
    expect(child.parentId).toBeUndefined();
    const note = noteOf(world, `suggest:${parent.id}`);
    expect(note).toContain(`href="https://watchdesk.example/link/${parent.id}-${child.id}-accept"`);
    expect(note).toContain(`href="https://watchdesk.example/link/${parent.id}-${child.id}-decline"`);
    expect(note).toContain('likely (0.');
    expect(commands(world, 'show_link')).toEqual([]);
    expect(repliesTo(world, 8, /linked/)).toEqual([]);
  });

  test('at most three are suggested, in one note', () => {
    const world = suggesting();
    for (const ticketId of [7, 8, 9, 10, 11]) reports(world, ticketId);
    const last = issueOf(world, 11);
    expect([...world.links.values()].filter(({ childId }) => childId === last.id)).toHaveLength(3);
    expect(
      commands(world, 'private_note', last.id).filter(({ intent }) => /^suggest/.test(intent)),
    ).toHaveLength(1);
  });

  test('accepting links it; the link used twice changes nothing more', () => {
    const world = suggesting();
    reports(world, 7);
    reports(world, 8);
    expect(link(world, 7, 8).why).toMatchObject({
      rule: 'linked_by_person',
      sentence: expect.stringContaining('Jo Moss'),
    });
    expect([...world.links.values()]).toMatchObject([{ state: 'linked', score: 1, by: 'Jo Moss' }]);
    const count = world.commands.size;
    expect(link(world, 7, 8).why.rule).toBe('already_linked');
    expect(link(world, 7, 8, 'decline').why.rule).toBe('link_not_declined');
    expect(world.commands.size).toBe(count);
    expectSound(world);
  });

  test('declining is remembered: it is never suggested again', () => {
    const world = suggesting();
    reports(world, 7);
    reports(world, 8);
    expect(link(world, 7, 8, 'decline').why.rule).toBe('link_declined');
    expect([...world.links.values()]).toMatchObject([{ state: 'declined', by: 'Jo Moss' }]);
    sees(world, 8, { type: 'Question' });
    sees(world, 8, { type: 'Incident' });
    expect([...world.links.values()]).toMatchObject([{ state: 'declined' }]);
    expect(issueOf(world, 8).parentId).toBeUndefined();
  });
});

describe('how many people report it', () => {
  test('raises impact and priority, is told once for each level, and the children follow', () => {
    const world = deskWorld(minorService);
    family(world, 6);
    const parent = issueOf(world, 7);
    expect(parent.impact).toBe('high');
    const raised = world.timeline.filter(
      ({ incidentId, rule }) => incidentId === parent.id && rule === 'reporter_count',
    );
    expect(raised.map(({ sentence }) => sentence.slice(0, 8))).toEqual(['3 people', '6 people']);
    expect(parent.priorityRule).toBe('reporter_count');
    expect(new Set(childrenOf(world, parent).map(({ priority }) => priority))).toEqual(
      new Set([parent.priority]),
    );
  });

  test('counts a person once, by contact or by address', () => {
    const world = deskWorld(minorService);
    family(world, 1);
    reports(world, 9, { requester: { id: 508, email: 'other@acme.example' } });
    reports(world, 10, { requester: { id: 999, email: 'PERSON7@acme.example' } });
    expect(issueOf(world, 7)).toMatchObject({ childCount: 3, impact: 'low' });
    reports(world, 11);
    expect(issueOf(world, 7).impact).toBe('medium');
  });

  test('leaves a priority that people set, and says so', () => {
    const world = deskWorld(minorService);
    family(world, 1);
    const before = issueOf(world, 7);
    world.incidents.set(before.id, { ...before, desk: { ...before.desk, peopleSet: ['priority'] } });
    reports(world, 9);
    expect(issueOf(world, 7)).toMatchObject({ impact: 'medium', priority: before.priority });
    expect(world.timeline.find(({ rule }) => rule === 'reporter_count')?.sentence).toContain(
      'as people set it',
    );
  });
});

describe('one main ticket and 40 reports', () => {
  const resolved = () => {
    const world = family(deskWorld(), 40);
    sees(world, 7, { status: 'resolved' });
    return world;
  };

  test('all are linked; a public reply reaches every reporter once', () => {
    const world = family(deskWorld(), 40);
    expect(issueOf(world, 7)).toMatchObject({ childCount: 40, openChildCount: 40 });
    expect(new Set(world.intents('show_link')).size).toBe(40);
    agentReplies(world, 7, 50, 'We restarted <the> proxy.\nMore at noon.');
    agentReplies(world, 7, 50, 'We restarted <the> proxy.\nMore at noon.');
    const passed = commands(world, 'public_reply').filter(({ intent }) => intent === 'passed:50');
    expect(passed).toHaveLength(40);
    expect(passed[0]).toMatchObject({ html: expect.stringContaining('We restarted &lt;the&gt; proxy.') });
    const child = issueOf(world, 30);
    expect(child.desk.lastUpdateAt?.getTime()).toBeGreaterThan(child.openedAt.getTime());
    expectSound(world);
  });

  test('P10 what the agent answered, another customer’s mail, is not passed on', () => {
    const world = family(deskWorld(), 2);
    agentReplies(world, 7, 50, 'On 2 Mar 2026 Kim wrote:\n> My salary is wrong');
    expect(commands(world, 'public_reply').map(({ intent }) => intent)).not.toContain('passed:50');
    agentReplies(
      world,
      7,
      51,
      'The proxy runs again.\n\nOn Mon, 2 Mar 2026 at 12:00 Kim <kim@acme.example> wrote:\n> My salary is wrong',
    );
    const [passed] = commands(world, 'public_reply').filter(({ intent }) => intent === 'passed:51');
    expect(passed).toMatchObject({ html: expect.stringContaining('The proxy runs again.') });
    expect(passed).not.toMatchObject({ html: expect.stringContaining('salary') });
  });

  test('its resolution resolves them, and each reporter is asked', () => {
    const world = resolved();
    const children = childrenOf(world, issueOf(world, 7));
    expect(new Set(children.map(({ status }) => status))).toEqual(new Set(['resolved']));
    for (let ticketId = 7; ticketId <= 47; ticketId++) {
      const asked = commands(world, 'public_reply', issueOf(world, ticketId).id).filter(
        (one) => 'html' in one && one.html.includes('/confirm/'),
      );
      expect(asked, `#${ticketId}`).toHaveLength(1);
    }
    expectSound(world);
  });

  test('each closes on its own reporter’s word, the main one on its own', () => {
    const world = resolved();
    for (let ticketId = 8; ticketId <= 47; ticketId++) answers(world, ticketId, 'yes');
    const parent = issueOf(world, 7);
    expect(parent).toMatchObject({ status: 'resolved', openChildCount: 0, childCount: 40 });
    answers(world, 7, 'yes');
    expect(issueOf(world, 7).status).toBe('closed');
    expectSound(world);
  });

  test('one that says no reopens the main one and those that have not confirmed', () => {
    const world = resolved();
    answers(world, 8, 'yes');
    answers(world, 9, 'no', 'Still an empty page <b>here</b>');
    const parent = issueOf(world, 7);
    expect(parent).toMatchObject({ status: 'acknowledged', reopenCount: 1 });
    expect(issueOf(world, 8).status).toBe('closed');
    expect(issueOf(world, 9).status).not.toBe('resolved');
    expect(issueOf(world, 40)).toMatchObject({ reopenCount: 1 });
    expect(issueOf(world, 40).status).not.toBe('resolved');
    const note = noteOf(world, `child_reopened:${issueOf(world, 9).id}:0`);
    expect(note).toContain('Still an empty page &lt;b&gt;here&lt;/b&gt;');
    expect(commands(world, 'private_note', issueOf(world, 40).id).map(({ intent }) => intent)).toContain(
      `main_reopened:${parent.id}:0`,
    );
    sees(world, 7, { status: 'open' });
    sees(world, 7, { status: 'resolved' });
    expect(issueOf(world, 40).status).toBe('resolved');
    expectSound(world);
  });

  test('where policy waits for all of them, the last one closes the main one', () => {
    const world = family(deskWorld(deskPolicy({ closing: { children: 'all_closed' } })), 2);
    sees(world, 7, { status: 'resolved' });
    answers(world, 7, 'yes');
    answers(world, 8, 'yes');
    expect(issueOf(world, 7).status).toBe('resolved');
    answers(world, 9, 'yes');
    expect(issueOf(world, 7).status).toBe('closed');
    expectSound(world);
  });

  test('the close of the main one is told to those that still wait', () => {
    const world = family(deskWorld(), 2);
    sees(world, 7, { status: 'resolved' });
    answers(world, 8, 'yes');
    answers(world, 7, 'yes');
    const { id } = issueOf(world, 7);
    const told = commands(world, 'private_note').filter(({ intent }) => intent === `main_closed:${id}:0`);
    expect(told.map(({ incidentId }) => incidentId)).toEqual([issueOf(world, 9).id]);
  });
});

test('300 reports are as well told as 40, in a moment', () => {
  const world = family(deskWorld(), 1);
  const [parent, first] = [issueOf(world, 7), issueOf(world, 8)];
  const link = world.links.get(`${parent.id} ${first.id}`);
  for (let count = 2; count <= 300; count++) {
    const id = `00000000-0000-7000-9000-${String(count).padStart(12, '0')}`;
    const reporter = { id: 10_000 + count, email: `p${count}@acme.example` };
    world.incidents.set(id, { ...first, id, number: 1_000 + count, version: 1, reporter });
    world.ticketNumbers.set(id, 20_000 + count);
    if (link) world.links.set(`${parent.id} ${id}`, { ...link, childId: id });
  }
  world.incidents.set(parent.id, { ...parent, childCount: 300, openChildCount: 300 });
  expectSound(world);
  const before = performance.now();
  agentReplies(world, 7, 50, 'It is the storage.');
  sees(world, 7, { status: 'resolved' });
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(commands(world, 'public_reply').filter(({ intent }) => intent === 'passed:50')).toHaveLength(300);
  const children = childrenOf(world, issueOf(world, 7));
  expect(children.filter(({ status }) => status === 'resolved')).toHaveLength(300);
  expect(children.every(({ desk }) => desk.confirmation !== undefined)).toBe(true);
  expectSound(world);
});

describe('after the main one is closed', () => {
  const closed = () => {
    const world = family(deskWorld(), 1);
    sees(world, 7, { status: 'resolved' });
    answers(world, 7, 'yes');
    expect(issueOf(world, 7).status).toBe('closed');
    return world;
  };

  test('a no reopens it within policy’s time', () => {
    const world = closed();
    world.pass(minutes(60));
    answers(world, 8, 'no', 'nothing works');
    expect(issueOf(world, 7).status).not.toBe('closed');
    expect(issueOf(world, 8).parentId).toBe(issueOf(world, 7).id);
    expectSound(world);
  });

  test('later the child is an incident of its own', () => {
    const world = closed();
    world.pass(minutes(2 * 24 * 60));
    answers(world, 8, 'no', 'nothing works');
    expect(issueOf(world, 7)).toMatchObject({ status: 'closed', childCount: 0 });
    expect(issueOf(world, 8).parentId).toBeUndefined();
    expect(issueOf(world, 8).status).not.toBe('resolved');
    expect(world.intents('hide_link')).toHaveLength(1);
    expectSound(world);
  });
});

describe('links that people make and end', () => {
  test('unlinked, it is never linked to that one again by rule, only by a person', () => {
    const world = family(deskWorld(), 1);
    const child = issueOf(world, 8);
    expect(act(world, { do: 'unlink', childId: child.id, by: 'Jo Moss' }).why.rule).toBe(
      'unlinked_by_person',
    );
    expect(issueOf(world, 8).parentId).toBeUndefined();
    expect(issueOf(world, 7)).toMatchObject({ childCount: 0, openChildCount: 0 });
    expect(commands(world, 'hide_link')).toMatchObject([
      { incidentId: issueOf(world, 7).id, childId: child.id },
    ]);
    sees(world, 8, { type: 'Question' });
    sees(world, 8, { type: 'Incident' });
    expect(issueOf(world, 8).parentId).toBeUndefined();
    expect(link(world, 7, 8).why.rule).toBe('linked_by_person');
    expect(new Set(world.intents('show_link')).size).toBe(2);
    expect(repliesTo(world, 8, /^linked_reply/)).toHaveLength(1);
    expect(act(world, { do: 'unlink', childId: issueOf(world, 7).id, by: 'Jo' }).why.rule).toBe('not_linked');
    expectSound(world);
  });

  test.each([
    ['itself', 7, 7, 'cannot be linked to itself'],
    ['a child of another', 8, 9, 'is itself linked to WD-'],
    ['one that has children', 9, 7, 'links do not chain'],
    ['a question', 9, 10, 'is a Question'],
    ['to a question', 10, 9, 'is a Question'],
  ])('is refused: %s', (_, parentTicket, childTicket, reason) => {
    const world = unsuggested();
    reports(world, 7);
    reports(world, 8);
    reports(world, 9);
    reports(world, 10, { fields: { type: 'Question' } });
    link(world, 7, 8);
    const before = [...world.links.values()];
    const { why } = link(world, parentTicket, childTicket);
    expect(why.rule).toBe('link_refused');
    expect(why.sentence).toContain(reason);
    expect([...world.links.values()]).toEqual(before);
    expectSound(world);
  });

  test('to another main one is a move', () => {
    const world = unsuggested();
    for (const ticketId of [7, 8, 9]) reports(world, ticketId);
    link(world, 7, 9);
    link(world, 8, 9);
    expect(issueOf(world, 9).parentId).toBe(issueOf(world, 8).id);
    expect(issueOf(world, 7).childCount).toBe(0);
    expect(commands(world, 'hide_link')).toMatchObject([{ incidentId: issueOf(world, 7).id }]);
    expectSound(world);
  });

  test('to one that is restored, its reporter is asked at once', () => {
    const world = unsuggested();
    reports(world, 7);
    reports(world, 8);
    sees(world, 7, { status: 'resolved' });
    link(world, 7, 8);
    expect(issueOf(world, 8).status).toBe('resolved');
    expect(repliesTo(world, 8, /^linked_reply/)).toEqual([]);
    expect(commands(world, 'public_reply', issueOf(world, 8).id)).toHaveLength(1);
  });

  test('an issue that is not known is said so', () => {
    const world = deskWorld();
    const id = '00000000-0000-7000-8000-00000000ffff';
    for (const action of [
      { do: 'unlink', childId: id, by: 'Jo' },
      { do: 'link', parentId: id, childId: id, answer: 'accept', by: 'Jo' },
      { do: 'draft_article', incidentId: id, by: 'Jo' },
      { do: 'confirm', incidentId: id, round: 0, answer: 'yes', words: '' },
    ] as const) {
      expect(act(world, action).why).toMatchObject({ rule: 'person_unknown_issue' });
    }
  });

  test('a Problem and a record are passed on', () => {
    const world = family(deskWorld(), 0);
    const { id } = issueOf(world);
    const problem = { do: 'create_problem', incidentId: id, what: 'no run book', by: 'Jo Moss' } as const;
    expect(act(world, problem).why).toMatchObject({ rule: 'problem_opened' });
    expect(act(world, problem).why).toMatchObject({ rule: 'problem_exists' });
    sees(world, 7, { status: 'resolved' });
    act(world, {
      do: 'record_confirmation',
      incidentId: id,
      who: 'Ann',
      how: 'Phone',
      when: world.now,
      by: 'Jo Moss',
    });
    expect(issueOf(world).status).toBe('closed');
  });
});

describe('the main ticket is merged into another', () => {
  const merge = (world: World, from: number, into: number) =>
    sees(world, from, { status: 'closed' }, { mergedInto: into });

  test('what was linked to it is linked to that one, and no reporter is written to for it', () => {
    const world = unsuggested();
    for (const ticketId of [7, 8, 9, 10]) reports(world, ticketId);
    link(world, 7, 8);
    link(world, 7, 9);
    const replies = commands(world, 'public_reply').length;
    merge(world, 7, 10);
    expect(issueOf(world, 10)).toMatchObject({ childCount: 2, openChildCount: 2 });
    expect(issueOf(world, 8).parentId).toBe(issueOf(world, 10).id);
    expect(commands(world, 'hide_link')).toHaveLength(2);
    expect(commands(world, 'show_link', issueOf(world, 10).id)).toHaveLength(2);
    expect(commands(world, 'public_reply')).toHaveLength(replies);
    expectSound(world);
  });

  test('into one of its own children: that one leads the others', () => {
    const world = family(deskWorld(), 3);
    merge(world, 7, 9);
    expect(issueOf(world, 9)).toMatchObject({ childCount: 2 });
    expect(issueOf(world, 9).parentId).toBeUndefined();
    expectSound(world);
  });
});

describe('whatever happens', () => {
  const TICKETS = [7, 8, 9, 10, 11];
  const ticket = fc.constantFrom(...TICKETS);
  const step = fc.oneof(
    fc.record({ do: fc.constant('link' as const), parent: ticket, child: ticket }),
    fc.record({ do: fc.constant('decline' as const), parent: ticket, child: ticket }),
    fc.record({ do: fc.constant('unlink' as const), child: ticket }),
    fc.record({ do: fc.constantFrom('resolve', 'reopen', 'yes', 'no', 'reply'), ticket } as const),
  );

  test('counts equal the links, nothing chains, no child has two parents', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25, size: 'max' }), fc.boolean(), (steps, isSure) => {
        const world = isSure ? deskWorld() : unsuggested();
        for (const ticketId of TICKETS) reports(world, ticketId);
        let message = 100;
        for (const one of steps) {
          world.pass(minutes(1));
          if (one.do === 'link') link(world, one.parent, one.child);
          else if (one.do === 'decline') link(world, one.parent, one.child, 'decline');
          else if (one.do === 'unlink')
            act(world, { do: 'unlink', childId: issueOf(world, one.child).id, by: 'Jo' });
          else if (one.do === 'resolve') sees(world, one.ticket, { status: 'resolved' });
          else if (one.do === 'reopen') sees(world, one.ticket, { status: 'open' });
          else if (one.do === 'reply') agentReplies(world, one.ticket, message++, 'news');
          else answers(world, one.ticket, one.do === 'yes' ? 'yes' : 'no');
          expectSound(world);
        }
      }),
      { numRuns: 60 },
    );
  });
});
