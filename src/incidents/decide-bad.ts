import { badness, isHealthy, objectName } from '../model/check-event.ts';
import type { Decision, Why } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import { type Correlation, correlate } from '../routing/correlate.ts';
import type { Route } from '../routing/route-alert.ts';
import { isByOwnUser } from './decide-people.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { followPriority } from './desk/children.ts';
import { isPeoples, released } from './desk/people-set.ts';
import { instantText } from './instant-text.ts';
import { type Change, isSteadilyHealthy } from './next-alert.ts';
import { joinIncident, openIncident } from './open-incident.ts';
import { reopen } from './resolve-reopen.ts';
import { becomesCause, causeOf, isCause, raised, withTitle } from './status-changes.ts';
import { opensFrom } from './tells-news.ts';

/** The object is not healthy. `route` is where policy alone would put it. */
export function decideBad(draft: DecisionDraft, change: Change, route: Route): Decision {
  const { after } = change;
  const incident = draft.incident(after.incidentId);
  if (incident !== undefined && incident.status !== 'closed')
    return inOpenIncident(draft, change, route, incident);
  const remembered = whyOnlyRemembered(change, draft);
  if (remembered) {
    draft.putAlert(after);
    return draft.done(remembered, incident?.id);
  }
  const { records, policy, now } = draft;
  const correlation = correlate({ object: after, route, records, policy, now });
  return place(draft, change, route, correlation);
}

/** Why a bad object without an open incident opens none; it is remembered, so that the next event or reading may. */
function whyOnlyRemembered({ event, after }: Change, draft: DecisionDraft): Why | undefined {
  const is = `${objectName(after)} is ${after.state}`;
  if (after.inDowntime) {
    return {
      rule: 'in_downtime',
      sentence: `${is} in downtime, which opens nothing; it is looked at again when downtime ends.`,
    };
  }
  if (isSomeonesAlready({ event, after }, draft)) {
    const sentence = `${is} and was acknowledged in Opsview by ${event.author ?? 'a person'} before Watchdesk knew of it, so it opens nothing unless that is taken back.`;
    return { rule: 'acknowledged_before', sentence };
  }
  if (event.happening === 'flapping_started') {
    return { rule: 'flapping_started', sentence: `${is} and began to flap, which by itself opens nothing.` };
  }
  if (event.happening === 'downtime_ended') {
    const sentence = `${is} at the end of its downtime; a problem follows if it stays so, and the next reading finds it.`;
    return { rule: 'downtime_ended', sentence };
  }
  if (!opensFrom(after.state, draft.policy)) {
    return { rule: 'open_from', sentence: `${is}, which opens nothing by the policy's open_from.` };
  }
  return undefined;
}

/**
 * On the first day Opsview shows everything that people have in hand already; a ticket for each would be noise. What our
 * own user acknowledged was ours, and has lost its incident with the database.
 */
const isSomeonesAlready = (
  { event, after }: Pick<Change, 'event' | 'after'>,
  draft: DecisionDraft,
): boolean =>
  event.happening === 'read_back' &&
  event.isAcknowledged === true &&
  after.incidentId === undefined &&
  !isByOwnUser(draft, event.author);

function place(draft: DecisionDraft, change: Change, route: Route, correlation: Correlation): Decision {
  const { after } = change;
  const found = change.event.happening === 'read_back' ? ', as read from Opsview,' : '';
  const sentence = `${objectName(after)} is ${after.state}${found} since ${instantText(after.stateSince)}: ${correlation.why.sentence}`;
  const why = { rule: correlation.why.rule, sentence };
  switch (correlation.kind) {
    case 'stays':
      return inOpenIncident(draft, change, route, draft.incidentOf(correlation.incidentId));
    case 'reopen':
      return failsAgain(draft, change, route, draft.incidentOf(correlation.incidentId), why);
    case 'absorbed':
    case 'takes_over':
    case 'joins_report':
    case 'grouped':
    case 'storm_joins': {
      const incident = draft.incidentOf(correlation.incidentId);
      joinIncident(draft, { alert: after, route, incident, why, kind: correlation.kind });
      return draft.done(why, incident.id);
    }
    case 'storm_opens':
    case 'own':
      return draft.done(why, openIncident(draft, { alert: after, route, why, correlation }).id);
  }
}

/** It belongs to an incident that is not closed: what changes is how bad it is, and whether the incident was restored. */
function inOpenIncident(draft: DecisionDraft, change: Change, route: Route, incident: Incident): Decision {
  const { event, before, after } = change;
  const is = `${objectName(after)} is ${after.state}`;
  const reference = incidentReference(incident);
  if (after.inDowntime || after.isFlapping) {
    const cause = after.inDowntime ? 'in downtime' : 'flapping';
    draft.putAlert(after);
    const sentence = `${is} but ${cause}, so ${reference} stays ${incident.status}.`;
    return draft.done({ rule: after.inDowntime ? 'in_downtime' : 'flapping', sentence }, incident.id);
  }
  if (incident.status === 'resolved') {
    return failsAgain(draft, change, route, incident, whyFailedAgain({ event, before, after }, incident));
  }
  draft.putAlert(after);
  if (before === undefined || isSteadilyHealthy(before)) {
    const sentence = `${is} again; ${reference} was still open for other alerts.`;
    return grewWorse(draft, change, route, { rule: 'failed_again', sentence });
  }
  if (isHealthy(before.state) || badness(after.state) > badness(before.state)) {
    const sentence = `${is}, worse than ${before.state} before.`;
    return grewWorse(draft, change, route, { rule: 'worsened', sentence });
  }
  if (badness(after.state) < badness(before.state)) {
    const sentence = `${is}, better than ${before.state} before but not healthy, so ${reference} stays open and its priority is kept.`;
    draft.tell(incident.id, 'improved', { rule: 'improved', sentence });
    return draft.done({ rule: 'improved', sentence }, incident.id);
  }
  const sentence = `${is} as before, and belongs to ${reference}, which is open.`;
  return draft.done({ rule: 'already_open', sentence }, incident.id);
}

function whyFailedAgain({ event, before, after }: Change, incident: Incident): Why {
  const name = objectName(after);
  const reference = incidentReference(incident);
  const isContradiction =
    event.happening === 'read_back' &&
    before?.healthySince !== undefined &&
    (event.stateSince === undefined || event.stateSince <= before.healthySince);
  if (isContradiction) {
    const sentence = `${name} was reported healthy, but Opsview shows it ${after.state}, so ${reference} is reopened.`;
    return { rule: 'contradicted', sentence };
  }
  const sentence = `${name} is ${after.state} again before ${reference} was proven healthy, so it is reopened.`;
  return { rule: 'failed_again', sentence };
}

/** The same incident again, from resolved or closed. */
function failsAgain(
  draft: DecisionDraft,
  { after }: Change,
  route: Route,
  incident: Incident,
  why: Why,
): Decision {
  draft.putAlert(after);
  const counted = draft.incidentOf(incident.id);
  // What people had set is free again first, where policy says so: else rules could not set it now.
  const free = { ...counted, desk: released(counted.desk, draft.policy) };
  const higher = raised(free, route).incident;
  // Meanwhile what it was about may have gone to another incident.
  const isCauseGone = causeOf(draft, counted)?.incidentId !== incident.id;
  const isAbout = isCauseGone || becomesCause(after, counted, higher);
  const about = isAbout ? { ...higher, cause: { host: after.host, check: after.check } } : higher;
  const reopened = reopen(draft, withTitle(about, causeOf(draft, about)), after, why);
  draft.acknowledge(reopened, after);
  return draft.done(why, reopened.id);
}

function grewWorse(draft: DecisionDraft, { after }: Change, route: Route, why: Why): Decision {
  const before = draft.incidentOf(after.incidentId ?? '');
  const { incident: higher, isRaised } = raised(before, route);
  const about = becomesCause(after, before, higher)
    ? { ...higher, cause: { host: after.host, check: after.check } }
    : higher;
  // Else the digest tells how many there are: not every swing of one among many is worth an update of the ticket.
  const incident = isRaised || isCause(after, about) ? withTitle(about, causeOf(draft, about)) : about;
  if (isRaised || incident !== before) draft.putIncident(incident);
  const raisedTo = isRaised ? ` ${priorityNow(incident, route)}` : '';
  // A storm's history would be thousands of lines long; its counters say the same.
  if (isRaised || incident.memberCount <= MEMBERS_LISTED_MAX) {
    draft.tell(incident.id, 'worsened', { rule: why.rule, sentence: `${why.sentence}${raisedTo}` });
  }
  if (isRaised) {
    followPriority(draft, incident.id);
    const { impact, urgency, priority } = incident;
    // Levels only ever rise, so each combination is told once, however often the check swings.
    draft.note(incident.id, `worsened:${impact}:${urgency}:${priority}`, 'note_worsened', {
      sentence: why.sentence,
      alert: after,
      withPriority: true,
    });
  }
  return draft.done(why, incident.id);
}

const priorityNow = (incident: Incident, { why }: Route): string =>
  isPeoples(incident, 'priority')
    ? `Priority stays ${incident.priority}, as people set it.`
    : `Priority is ${incident.priority} now: ${why}`;
