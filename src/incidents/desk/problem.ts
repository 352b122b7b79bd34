import type { Decision } from '../../model/decision.ts';
import type { DeskAgent } from '../../model/desk-agent.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import type { Policy } from '../../policy/schema.ts';
import { inWords } from '../../routing/in-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { instantText } from '../instant-text.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** So soon after an incident began it is counted how often that happened lately. */
const REPEAT_LOOKED_AFTER_MS = 60_000;

/** Why a Problem is opened. Of each incident there is one for a workaround, and one for anything else. */
export type ProblemKind = 'documentation' | 'workaround' | 'repeat';
type Wanted = Readonly<{ what: string; by: string; kind: ProblemKind }>;

/**
 * Opens a Problem for what an incident showed, with its own ticket, for the customer's technical manager. Undefined, and
 * nothing done, when one was opened for it already.
 */
export function openProblem(draft: DecisionDraft, incident: Incident, wanted: Wanted): Incident | undefined {
  const origin = draft.incidentOf(incident.id);
  const link = wanted.kind === 'workaround' ? 'followUpId' : 'problemId';
  if (origin.desk[link] !== undefined) return undefined;
  const { now, policy, context } = draft;
  const id = context.newId();
  const dueAt = new Date(now.getTime() + policy.problems.due_after);
  const assigned = assignee(draft, origin);
  const text = purpose(draft, origin, wanted);
  const { customerId, serviceId, category } = origin;
  const problem = draft.putIncident({
    id,
    number: context.nextNumber(),
    version: 1,
    status: 'new',
    type: 'Problem',
    title: titleOf(origin, wanted),
    origin: 'watchdesk',
    openChildCount: 0,
    childCount: 0,
    desk: {
      statusTurn: 0,
      text,
      openedForId: origin.id,
      dueAt,
      typeRule: `problem_${wanted.kind}`,
      assignmentRule: assigned.rule,
      ...(assigned.agent === undefined ? {} : { assignedAgentId: assigned.agent.id, assignedAt: now }),
    },
    impact: 'low',
    urgency: 'low',
    priority: 'low',
    priorityRule: 'problems_are_low',
    priorityWhy: 'A Problem is of low priority until a person sets another.',
    badAlertCount: 0,
    alertCount: 0,
    memberCount: 0,
    undigestedCount: 0,
    startedAt: now,
    openedAt: now,
    reopenCount: 0,
    lastJoinedAt: now,
    proofs: [],
    policyVersion: policy.hash,
    ...(assigned.team === undefined ? {} : { assignmentGroup: assigned.team }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(category === undefined ? {} : { category }),
  });
  draft.putIncident({ ...origin, desk: { ...origin.desk, [link]: id } });
  tellBoth(draft, { problem, origin, text, assigned, dueAt });
  draft.setTimer(id, 'overdue', dueAt, `${incidentReference(problem)} should be solved by then.`);
  return problem;
}

const titleOf = (origin: Incident, { kind, what }: Wanted): string => {
  const about = what.trim() === '' ? origin.title : oneLine(what);
  if (kind === 'documentation') return `Missing documentation: ${about}`;
  return kind === 'workaround'
    ? `Fix behind the workaround: ${origin.title}`
    : `Again and again: ${origin.title}`;
};

const TITLE_LENGTH_MAX = 150;
const oneLine = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH_MAX).toWellFormed();

const PURPOSES: Readonly<Record<ProblemKind, string>> = {
  documentation: 'documentation is missing that was needed for',
  workaround: 'only a workaround ended',
  repeat: 'the same happens again and again as in',
};

function purpose(draft: DecisionDraft, origin: Incident, { kind, what, by }: Wanted): string {
  const { links } = draft.context;
  const ticketId = draft.records.ticketOf(origin.id);
  const ticket = ticketId === undefined ? '' : ` Ticket #${ticketId}: ${links.ticketUrl(ticketId)}`;
  const said = what.trim() === '' ? '' : ` ${what.trim().replace(/[^.!?]$/, '$&.')}`;
  const reference = `${incidentReference(origin)} “${origin.title}”`;
  return `${by} opened this Problem because ${PURPOSES[kind]} ${reference}.${said}${ticket}`;
}

type Assignee = Readonly<{ agent?: DeskAgent; team?: string; rule: string; sentence: string }>;

/** The technical manager, when Freshdesk knows that person as an agent; else the team that has the incident. */
function assignee(draft: DecisionDraft, origin: Incident): Assignee {
  const { policy, records } = draft;
  const key = technicalManager(policy, origin.customerId);
  const manager = key === undefined ? undefined : policy.people[key];
  const email = manager?.email.toLowerCase();
  const agent = records
    .agents()
    .find((one) => email !== undefined && one.email.toLowerCase() === email && !one.isDeactivated);
  if (agent !== undefined) {
    const sentence = `${agent.name} is the technical manager, so it is theirs.`;
    return { agent, rule: 'technical_manager', sentence };
  }
  const team = origin.assignmentGroup ?? policy.defaults.team;
  const name = team === undefined ? 'nobody' : (policy.teams[team]?.name ?? team);
  const because =
    manager === undefined
      ? 'The policy names no technical manager'
      : `${manager.name} is the technical manager, but no active Freshdesk agent has the address ${manager.email}`;
  const sentence = `${because}, so it goes to ${name}.`;
  return { rule: 'no_technical_manager', sentence, ...(team === undefined ? {} : { team }) };
}

const technicalManager = (policy: Policy, customerId: string | undefined): string | undefined =>
  (customerId === undefined ? undefined : policy.customers[customerId]?.technical_manager) ??
  policy.defaults.technical_manager;

function tellBoth(
  draft: DecisionDraft,
  {
    problem,
    origin,
    text,
    assigned,
    dueAt,
  }: Readonly<{ problem: Incident; origin: Incident; text: string; assigned: Assignee; dueAt: Date }>,
): void {
  const rule = problem.desk.typeRule ?? 'problem';
  const due = `It should be solved by ${instantText(dueAt)}.`;
  draft.tell(problem.id, 'opened', { rule, sentence: text });
  draft.tell(problem.id, 'assigned', { rule: assigned.rule, sentence: assigned.sentence });
  draft.note(problem.id, 'problem_opened', 'note_problem', {
    sentence: text,
    details: [assigned.sentence, due],
  });
  const sentence = `${incidentReference(problem)} “${problem.title}” was opened for ${incidentReference(origin)}.`;
  draft.tell(origin.id, 'problem', { rule, sentence });
  draft.note(origin.id, `problem:${problem.id}`, 'note_problem', {
    sentence,
    details: [assigned.sentence, due],
  });
}

/** For a new incident: soon it is counted how often this happened lately. */
export function watchForRepeats(draft: DecisionDraft, incidentId: string): void {
  if (draft.policy.problems.repeat.within === 0) return;
  const dueAt = new Date(draft.now.getTime() + REPEAT_LOOKED_AFTER_MS);
  draft.setTimer(incidentId, 'repeat', dueAt, 'It is counted how often this has happened lately.');
}

/**
 * Whether this has happened too often lately. Proposes a Problem, once for each full number of policy's, so that not every
 * further incident says so again.
 */
export function decideRepeatDue(draft: DecisionDraft, incident: Incident): Decision {
  const { count, within } = draft.policy.problems.repeat;
  const reference = incidentReference(incident);
  const notNeeded = (sentence: string) => draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  if (within === 0) return notNeeded('The policy proposes no Problem for what happens often.');
  if (incident.type !== 'Incident' || incident.desk.isTypeGuess || incident.parentId !== undefined)
    return notNeeded(`${reference} is no incident of its own, so it is not counted.`);
  if (!isComparable(incident))
    return notNeeded(`Nothing says what ${reference} is about, so nothing can be like it.`);
  if (incident.desk.repeatToldAt !== undefined)
    return notNeeded(`A Problem was proposed for ${reference} already.`);
  const since = new Date(draft.now.getTime() - within);
  const alike = draft.records.alike({ incident, since });
  if (alike === 0 || alike % count !== 0)
    return notNeeded(
      `${alike === 1 ? '1 incident' : `${alike} incidents`} like ${reference} within ${inWords(within)}; a Problem is proposed at every ${count}.`,
    );
  const sentence = `There were ${alike} incidents like ${reference} since ${instantText(since)}, itself included: a Problem should find out why.`;
  const url = draft.context.links.watchdeskUrl(incident);
  draft.putIncident({ ...incident, desk: { ...incident.desk, repeatToldAt: draft.now } });
  draft.note(incident.id, 'repeat', 'note_problem', {
    sentence,
    details: [`It is opened on the page of ${reference} in Watchdesk${url === undefined ? '' : `: ${url}`}.`],
  });
  draft.tell(incident.id, 'problem', { rule: 'happens_often', sentence });
  return draft.done({ rule: 'happens_often', sentence }, incident.id);
}

/** Tickets of no service and no category have nothing in common but that. */
const isComparable = ({ cause, serviceId, category }: Incident): boolean =>
  cause !== undefined || serviceId !== undefined || category !== undefined;

/** A Problem should have been solved by now: told in its ticket once, and in its history each week until it is. */
export function decideOverdueDue(draft: DecisionDraft, incident: Incident): Decision {
  const reference = incidentReference(incident);
  const { dueAt, overdueToldAt } = incident.desk;
  if (incident.status === 'closed' || incident.type !== 'Problem' || dueAt === undefined) {
    const sentence = `${reference} is ${incident.status}, so nothing is overdue.`;
    return draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  }
  const next = new Date(draft.now.getTime() + WEEK_MS);
  draft.setTimer(incident.id, 'overdue', next, `It is looked again whether ${reference} is solved.`);
  if (incident.status === 'resolved') {
    const sentence = `${reference} is resolved, but not closed yet.`;
    return draft.done({ rule: 'problem_resolved', sentence }, incident.id);
  }
  const why = {
    rule: 'problem_overdue',
    sentence: `${reference} should have been solved by ${instantText(dueAt)} and is still ${incident.status}.`,
  };
  draft.tell(incident.id, 'problem', why);
  if (overdueToldAt === undefined) {
    draft.putIncident({ ...incident, desk: { ...incident.desk, overdueToldAt: draft.now } });
    draft.note(incident.id, 'overdue', 'note_problem', { sentence: why.sentence });
  }
  return draft.done(why, incident.id);
}
