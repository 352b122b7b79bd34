import { describe, expect, test } from 'vitest';
import { DecisionDraft } from '../../../src/incidents/decision-draft.ts';
import { draftArticle } from '../../../src/incidents/desk/draft-article.ts';
import { openProblem } from '../../../src/incidents/desk/problem.ts';
import { loadedRecords } from '../../../src/incidents/loaded-records.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { aTicketEvent } from '../../support/ticket-event.ts';
import { minutes, type World } from '../world.ts';
import { event as aCheck, readOk, recovery } from '../world-with.ts';
import { deskPolicy, deskWorld, issueOf, noteOf, rulesTold } from './desk-world.ts';

const DAY = minutes(24 * 60);

function ticked(policy = deskPolicy()): World {
  const world = deskWorld(policy);
  world.tell(aTicketEvent());
  tick(world);
  return world;
}

function tick(world: World): void {
  world.pass(minutes(1));
  world.tell({ ...aTicketEvent({ fields: { custom: { create_problem: true } } }), readAt: world.now });
}

function problemOf(world: World): Incident {
  const problem = [...world.incidents.values()].find(({ type }) => type === 'Problem');
  if (problem === undefined) throw new Error('no Problem');
  return problem;
}

describe('a Problem for missing documentation', () => {
  test('is opened by the box in the ticket, for the technical manager, once', () => {
    const world = ticked();
    tick(world);
    expect([...world.incidents.values()].filter(({ type }) => type === 'Problem')).toHaveLength(1);
    const [issue, problem] = [issueOf(world), problemOf(world)];
    expect(problem).toMatchObject({
      origin: 'watchdesk',
      status: 'new',
      priority: 'low',
      title: 'Missing documentation: The web shop does not load',
      customerId: 'acme',
      desk: {
        assignedAgentId: 72,
        openedForId: issue.id,
        dueAt: new Date(problem.openedAt.getTime() + 14 * DAY),
      },
    });
    expect(issue.desk.problemId).toBe(problem.id);
    const wish = world.tickets.get(problem.id);
    expect(wish?.adopts).toBeUndefined();
    expect(wish).toMatchObject({
      fields: { type: 'Problem', responderId: 72, status: 'open' },
      requesterEmail: world.policy.defaults.requester_email,
    });
    expect(wish?.fields.subject).toContain('Missing documentation: The web shop does not load');
    expect(wish?.descriptionHtml).toContain('https://acme.freshdesk.com/a/tickets/7');
    expect(noteOf(world, 'problem_opened')).toContain('Tina Lang is the technical manager');
    expect(noteOf(world, `problem:${problem.id}`)).toContain('was opened for WD-');
    expect(rulesTold(world, issue)).toContain('problem: problem_documentation');
  });

  test('its ticket is never a customer’s, even where alerts’ tickets are', () => {
    const world = ticked(
      deskPolicy({ customers: { acme: { name: 'Acme Retail', requester_email: 'it@acme.example' } } }),
    );
    expect(world.tickets.get(problemOf(world).id)?.requesterEmail).toBe(
      world.policy.defaults.requester_email,
    );
  });

  test.each([
    [
      'is no agent',
      { technical_manager: 'jo' },
      'Jo Moss is the technical manager, but no active Freshdesk agent',
    ],
    ['is not named', { technical_manager: undefined }, 'The policy names no technical manager'],
  ])('goes to the team when the technical manager %s', (_, defaults, said) => {
    const policy = deskPolicy();
    const world = deskWorld({ ...policy, defaults: { ...policy.defaults, ...defaults } });
    world.agents = world.agents.filter(({ id }) => id !== 71);
    world.tell(aTicketEvent());
    tick(world);
    expect(problemOf(world).assignmentGroup).toBe('operations');
    expect(problemOf(world).desk.assignedAgentId).toBeUndefined();
    expect(noteOf(world, 'problem_opened')).toContain(said);
  });

  test('a workaround has a follow-up of its own', () => {
    const world = ticked();
    const draft = draftOf(world);
    const wanted = { what: '', by: 'Watchdesk', kind: 'workaround' } as const;
    expect(openProblem(draft, issueOf(world), wanted)?.title).toBe(
      'Fix behind the workaround: The web shop does not load',
    );
    expect(openProblem(draft, issueOf(world), wanted)).toBeUndefined();
  });

  test('overdue: told in the ticket once, in the history each week, until it is closed', () => {
    const world = ticked();
    const problem = problemOf(world);
    world.pass(14 * DAY - minutes(2)).fireTimers();
    expect(rulesTold(world, problem)).not.toContain('problem: problem_overdue');
    world.pass(minutes(2)).fireTimers();
    expect(noteOf(world, 'overdue')).toContain('should have been solved by');
    world.pass(7 * DAY).fireTimers();
    expect(rulesTold(world, problem).filter((one) => one === 'problem: problem_overdue')).toHaveLength(2);
    expect(world.intents().filter((one) => one === 'overdue')).toHaveLength(1);
    world.incidents.set(problem.id, { ...problemOf(world), status: 'closed' });
    expect(
      world
        .pass(7 * DAY)
        .fireTimers()
        .at(-1)?.why.rule,
    ).toBe('timer_not_needed');
    expect(world.timers.has(`${problem.id} overdue`)).toBe(false);
  });
});

describe('what happens again and again', () => {
  const policy = deskPolicy({
    alerts: { reopen_within: '0s' },
    problems: { repeat: { count: 3, within: '30d' } },
  });

  function happen(world: World): Incident {
    world.tell(aCheck(world));
    const incident = [...world.incidents.values()].at(-1);
    if (incident === undefined) throw new Error('no incident');
    world.pass(minutes(1)).fireTimers();
    world.tell(aCheck(world, recovery));
    const healthySince = world.now;
    world.pass(minutes(30)).fireTimers();
    const resolved = world.incidents.get(incident.id) ?? incident;
    world.tell(world.proof(resolved, [aCheck(world, { ...readOk, stateSince: healthySince })]));
    world.pass(minutes(60));
    return incident;
  }

  test('a Problem is proposed at each full number, in that incident', () => {
    const world = deskWorld(policy);
    const incidents = Array.from({ length: 7 }, () => happen(world));
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(7);
    const told = incidents.map(({ id }) => world.incidents.get(id)?.desk.repeatToldAt !== undefined);
    expect(told).toEqual([false, false, true, false, false, true, false]);
    const notes = [...world.commands.values()].filter(({ intent }) => intent === 'repeat');
    expect(notes.map(({ incidentId }) => incidentId)).toEqual([incidents[2]?.id, incidents[5]?.id]);
    expect(notes[0]).toMatchObject({ kind: 'private_note' });
    expect(JSON.stringify(notes[0])).toContain('There were 3 incidents like WD-');
    expect([...world.incidents.values()].some(({ type }) => type === 'Problem')).toBe(false);
  });

  test.each([
    ['of one service', 'The web shop does not load', true],
    ['of which nothing is known', 'It does not work any more', false],
  ])('tickets %s', (_, subject, isProposed) => {
    const world = deskWorld(
      deskPolicy({ tickets: { match: { suggest_at: 1, link_at: 1 } }, problems: { repeat: { count: 3 } } }),
    );
    for (const ticketId of [7, 8, 9]) {
      world.tell(
        aTicketEvent({
          ticketId,
          fields: { subject, type: 'Incident' },
          descriptionText: '',
          requester: { id: 9, email: 'kim@elsewhere.example' },
          readAt: world.now,
        }),
      );
      world.pass(minutes(1)).fireTimers();
    }
    expect(issueOf(world, 9).desk.repeatToldAt !== undefined).toBe(isProposed);
  });

  test('not where policy says never', () => {
    const never = deskPolicy({ problems: { repeat: { count: 2, within: '0s' } } });
    const world = deskWorld(never);
    world.tell(aCheck(world));
    expect([...world.timers.keys()].some((key) => key.endsWith(' repeat'))).toBe(false);
  });
});

describe('a draft of an article', () => {
  const withFolder = deskPolicy({ tickets: { solutions: { folder_id: 5 } } });
  const resolved = (policy: ReturnType<typeof deskPolicy>, resolution_text: string) => {
    const world = deskWorld(policy);
    world.tell(aTicketEvent({ fields: { custom: { resolution_text } } }));
    return world;
  };

  test('is made from subject, text and resolution, escaped', () => {
    const world = resolved(withFolder, 'Restarted <b>nginx</b>.\nThen it worked.');
    const draft = draftOf(world);
    expect(draftArticle(draft, issueOf(world).id, 'Jo').rule).toBe('article_drafted');
    const [command] = draft.done({ rule: 'x', sentence: 'x' }).commands;
    expect(command).toMatchObject({
      kind: 'draft_article',
      intent: 'article:0',
      title: 'The web shop does not load',
    });
    if (command?.kind !== 'draft_article') throw new Error('no article');
    expect(command.html).toContain('Restarted &lt;b&gt;nginx&lt;/b&gt;.<br>Then it worked.');
    expect(command.html).toContain('Since this morning nothing works');
  });

  test.each([
    ['no folder', deskPolicy(), 'Restarted it.', 'tickets.solutions.folder_id'],
    ['no resolution', withFolder, '', 'field “Resolution” is empty'],
  ])('with %s none is made, and what is missing is said', (_, policy, resolution, said) => {
    const world = resolved(policy, resolution);
    const draft = draftOf(world);
    const why = draftArticle(draft, issueOf(world).id, 'Jo');
    expect(why.rule).toBe('article_not_drafted');
    expect(why.sentence).toContain(said);
    expect(draft.done(why).commands).toEqual([]);
  });
});

function draftOf(world: World): DecisionDraft {
  const records = loadedRecords({
    alerts: [],
    incidents: [...world.incidents.values()],
    newlyBad: [],
    urgentOpened: 0,
  });
  return new DecisionDraft({ records, policy: world.policy, context: world.context });
}
