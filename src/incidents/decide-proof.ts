import type { Alert } from '../model/alert.ts';
import { isHealthy, objectKeyText, objectName, type ReadBackEvent } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import { type Incident, incidentReference, type Proof } from '../model/incident.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { inWords } from '../routing/correlate.ts';
import type { DecisionContext } from './decision-context.ts';
import { DecisionDraft } from './decision-draft.ts';
import { closeIfProven } from './desk/close-issue.ts';
import { closedWhy, proofText } from './desk/issue-status.ts';
import { waitsFor } from './desk/what-is-missing.ts';
import { reopen } from './resolve-reopen.ts';
import { soakMsOf } from './soak.ts';

/** An object that Opsview does not know may come back, or a person closes the incident: looked at again this often. */
export const MISSING_READ_EVERY_MS = 3_600_000;
/** The shortest wait before the next reading, where this one was inconclusive. */
const READ_AGAIN_MS = 60_000;

type Reading = Readonly<{ event: ReadBackEvent; incident: Incident; members: readonly Alert[] }>;

/**
 * Whether an incident may close on what was just read (promise P3): every member was read, is known, healthy, not
 * flapping, and has been healthy for the soak time: by Opsview's clock since its state began, and by ours since the
 * incident was resolved. The latter also refuses a reading from before a member joined or failed again. `records` already show the reading.
 */
export function decideProof(
  event: ReadBackEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  const incident = draft.incident(event.incidentId);
  if (incident === undefined) {
    return draft.done({
      rule: 'proof_for_nothing',
      sentence: 'The reading belongs to an incident that is not known.',
    });
  }
  if (incident.status !== 'resolved') {
    const sentence = `${incidentReference(incident)} is ${incident.status}, so the reading proves nothing for it.`;
    return draft.done({ rule: 'proof_not_needed', sentence }, incident.id);
  }
  const reading = { event, incident, members: membersRead(event, incident, draft) };
  return (
    unhealthy(draft, reading) ??
    missing(draft, reading) ??
    unsteady(draft, reading) ??
    tooEarly(draft, reading) ??
    prove(draft, reading)
  );
}

/** What is known, after this reading, of every object in it that belongs to the incident. */
function membersRead(event: ReadBackEvent, incident: Incident, draft: DecisionDraft): readonly Alert[] {
  const read = new Map(event.objects.map((object) => [objectKeyText(object), object]));
  return [...read.values()].flatMap((object) => {
    const alert = draft.alert(object);
    return alert?.incidentId === incident.id ? [alert] : [];
  });
}

function askAgain(
  draft: DecisionDraft,
  incident: Incident,
  wait: Readonly<{ dueAt: Date; rule: string; sentence: string }>,
): Decision {
  const why = { rule: wait.rule, sentence: wait.sentence };
  draft.setTimer(incident.id, 'soak', wait.dueAt, why.sentence);
  return draft.done(why, incident.id);
}

function missing(draft: DecisionDraft, { event, incident, members }: Reading): Decision | undefined {
  const unknown = event.missing.filter((key) => draft.alert(key)?.incidentId === incident.id);
  const reference = incidentReference(incident);
  const [first] = unknown;
  if (first !== undefined) {
    const others = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
    const sentence = `Opsview does not know ${objectName(first)}${others}, so ${reference} stays open and is read again in ${inWords(MISSING_READ_EVERY_MS)}.`;
    const dueAt = new Date(draft.now.getTime() + MISSING_READ_EVERY_MS);
    return askAgain(draft, incident, { dueAt, rule: 'proof_missing', sentence });
  }
  const listed = draft.members(incident.id);
  const readKeys = new Set(members.map(objectKeyText));
  const unread = listed.find((alert) => !readKeys.has(objectKeyText(alert)));
  if (unread === undefined && members.length >= incident.memberCount) return undefined;
  const name = unread ? objectName(unread) : `${incident.memberCount - members.length} alerts`;
  const sentence = `The reading does not cover ${name} of ${reference}, so it proves nothing and is made again.`;
  const dueAt = new Date(draft.now.getTime() + READ_AGAIN_MS);
  return askAgain(draft, incident, { dueAt, rule: 'proof_incomplete', sentence });
}

/** Bad while flapping changes no status by itself, but a proof that finds it bad says that nothing was restored. */
function unhealthy(draft: DecisionDraft, { incident, members }: Reading): Decision | undefined {
  const bad = members.find((alert) => !isHealthy(alert.state) && !alert.inDowntime);
  if (bad === undefined) return undefined;
  const sentence = `${objectName(bad)} is ${bad.state} when read for proof, so ${incidentReference(incident)} is reopened.`;
  const why = { rule: 'proof_found_bad', sentence };
  const reopened = reopen(draft, incident, bad, why);
  draft.acknowledge(reopened, bad);
  return draft.done(why, incident.id);
}

function unsteady(draft: DecisionDraft, { event, incident, members }: Reading): Decision | undefined {
  // Bad for the first time is SOFT: it has changed nothing yet, but it is not healthy either.
  const softlyBad = new Set(event.objects.filter(({ state }) => !isHealthy(state)).map(objectKeyText));
  const isSoftlyBad = (one: Alert): boolean => softlyBad.has(objectKeyText(one));
  const alert = members.find((one) => !isHealthy(one.state) || one.isFlapping || isSoftlyBad(one));
  if (alert === undefined) return undefined;
  const state = !isHealthy(alert.state)
    ? `${alert.state} in downtime`
    : alert.isFlapping
      ? 'flapping'
      : 'bad in a SOFT state';
  const soakMs = soakMsOf(incident, draft);
  const sentence = `${objectName(alert)} is ${state}, so ${incidentReference(incident)} waits another ${inWords(soakMs)}.`;
  const dueAt = new Date(draft.now.getTime() + Math.max(soakMs, READ_AGAIN_MS));
  return askAgain(draft, incident, { dueAt, rule: 'proof_unsteady', sentence });
}

function tooEarly(draft: DecisionDraft, { event, incident, members }: Reading): Decision | undefined {
  const soakMs = soakMsOf(incident, draft);
  // Each by its own clock: what Opsview tells by Opsview's, what we did by ours.
  const heldByOpsview = shortestHealthyMs(event, members);
  const heldByUs = event.readAt.getTime() - (incident.resolvedAt?.getTime() ?? 0);
  const leftMs = soakMs - Math.min(heldByOpsview, heldByUs);
  if (leftMs <= 0) return undefined;
  const sentence = `${incidentReference(incident)} has been healthy for less than ${inWords(soakMs)}, so it is read again later.`;
  // Due when the time has passed; a reading that lags behind our clock gets a little more.
  const dueAt = new Date(Math.max(event.readAt.getTime() + leftMs, draft.now.getTime() + 1_000));
  return askAgain(draft, incident, { dueAt, rule: 'proof_too_early', sentence });
}

/** How long the one that recovered last was healthy when it was read, ms by Opsview's clock. */
function shortestHealthyMs(event: ReadBackEvent, members: readonly Alert[]): number {
  const readAt = new Map(event.objects.map((object) => [objectKeyText(object), object.occurredAt.getTime()]));
  return members.reduce((shortest, alert) => {
    const at = readAt.get(objectKeyText(alert)) ?? 0;
    return Math.min(shortest, at - (alert.healthySince?.getTime() ?? at));
  }, Number.POSITIVE_INFINITY);
}

function prove(draft: DecisionDraft, { event, incident, members }: Reading): Decision {
  const proof: Proof = {
    kind: 'monitoring',
    readAt: event.readAt,
    soakMs: soakMsOf(incident, draft),
    objects: members.map(({ host, check, state, healthySince, stateSince }) => ({
      host,
      check,
      state,
      healthySince: healthySince ?? stateSince,
    })),
  };
  const others = incident.proofs.filter(({ kind }) => kind !== 'monitoring');
  draft.putIncident({ ...incident, proofs: [...others, proof] });
  draft.cancelTimer(incident.id, 'soak');
  if (closeIfProven(draft, incident.id))
    return draft.done(closedWhy(draft.incidentOf(incident.id)), incident.id);
  const waits = waitsFor(draft, draft.incidentOf(incident.id)) ?? '';
  const why = { rule: 'proven_healthy_waits', sentence: `${proofText(proof)}. ${waits}`.trim() };
  draft.tell(incident.id, 'proof_missing', why);
  return draft.done(why, incident.id);
}
