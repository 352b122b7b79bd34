import type { Decision, Why } from '../../model/decision.ts';
import type { Confirmation } from '../../model/desk-state.ts';
import { type Incident, incidentReference, isActive, type Proof } from '../../model/incident.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import { inWords } from '../../routing/in-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import {
  askingValues,
  closesWhenSilent,
  isAsked,
  remindersOf,
  reporterName,
  waitUntilAsked,
} from './ask-reporter.ts';
import { closeIfProven, reopenIssue, resolveIssue } from './close-issue.ts';
import { agentName } from './desk-names.ts';
import { closedWhy, proofText } from './issue-status.ts';
import { quotedWords } from './quoted-words.ts';
import { tellReporter } from './tell-reporter.ts';
import { waitsFor, whatIsMissing } from './what-is-missing.ts';

/** `round` is the link's; absent: the answer is to whatever was asked last. `who` and `words` are as given. */
export type Answer = Readonly<{
  said: 'yes' | 'no';
  via: 'link' | 'reply';
  who: string;
  words: string;
  round?: number;
}>;

/**
 * The reporter's answer. A yes is proof, and resolves what is still open unless monitoring shows it bad; a no reopens.
 * Returns why, also when the answer came too late to count, which is kept in the history.
 */
export function takeAnswer(draft: DecisionDraft, incidentId: string, answer: Answer): Why {
  const incident = draft.incidentOf(incidentId);
  const ignored = whyIgnored(incident, answer);
  if (ignored) {
    draft.tell(incidentId, 'confirmation', ignored);
    return ignored;
  }
  return answer.said === 'yes' ? takeYes(draft, incident, answer) : takeNo(draft, incident, answer);
}

function whyIgnored(incident: Incident, { said, via, who, words, round }: Answer): Why | undefined {
  const reference = incidentReference(incident);
  const told = `${who} answered ${said}${quotedWords(words)}`;
  const ignore = (because: string): Why => ({
    rule: 'answer_ignored',
    sentence: `${told}, which changes nothing: ${because}.`,
  });
  if (incident.desk.goneWhy !== undefined) return ignore(`the ticket of ${reference} is gone`);
  if (incident.type !== 'Incident') return ignore(`${reference} is no incident`);
  if (round !== undefined && round !== incident.reopenCount)
    return ignore(`${reference} was reopened since that was asked`);
  const before = isAsked(incident) ? incident.desk.confirmation.answer : undefined;
  // A link has one meaning; words are newer than what was said before.
  if (via === 'link' && before !== undefined) return ignore(`the answer had been ${before.said} already`);
  if (said === 'yes' && incident.status === 'closed') return ignore(`${reference} is closed already`);
  return undefined;
}

function takeYes(draft: DecisionDraft, incident: Incident, { via, who, words }: Answer): Why {
  const kind = via === 'link' ? 'reporter_link' : 'reporter_reply';
  const proof: Proof = { kind, at: draft.now, who, words };
  return proven(draft, incident, { proof, answer: { said: 'yes', via, at: draft.now, words } });
}

type Given = Readonly<{ proof: Proof; answer: NonNullable<Confirmation['answer']> }>;

/** The reporter's word, by whatever way: resolves what is open and not bad, closes what misses nothing else. */
function proven(draft: DecisionDraft, incident: Incident, { proof, answer }: Given): Why {
  const { id, desk } = incident;
  const reference = incidentReference(incident);
  const { unclearReplyId: _read, ...known } = desk;
  draft.putIncident({
    ...incident,
    proofs: [...incident.proofs, proof],
    desk: isAsked(incident) ? { ...known, confirmation: { ...incident.desk.confirmation, answer } } : known,
  });
  if (isAsked(incident)) draft.cancelTimer(id, 'confirm');
  const rule = answer.via === 'agent' ? 'agent_recorded' : 'reporter_confirmed';
  draft.tell(id, 'confirmation', { rule, sentence: `${proofText(proof)}.` });
  if (isActive(incident) && answer.via !== 'agent' && incident.badAlertCount === 0) {
    const sentence = `${proofText(proof)}, so ${reference} is resolved.`;
    resolveIssue(draft, id, { rule: 'reporter_confirmed', sentence });
  }
  if (closeIfProven(draft, id)) return closedWhy(draft.incidentOf(id));
  const after = draft.incidentOf(id);
  const waits =
    after.status === 'closed'
      ? undefined
      : isActive(after) && after.badAlertCount === 0
        ? `${reference} closes once it is resolved.`
        : waitsFor(draft, after);
  const why = { rule, sentence: [`${proofText(proof)}.`, ...(waits ? [waits] : [])].join(' ') };
  if (waits) {
    draft.tell(id, 'proof_missing', { rule: 'more_proof_needed', sentence: waits });
    draft.note(id, `confirmed:${after.reopenCount}:${draft.now.getTime()}`, 'note_information', {
      sentence: why.sentence,
      details: whatIsMissing(draft, after).flatMap(({ ways }) => ways),
    });
  }
  return why;
}

function takeNo(draft: DecisionDraft, incident: Incident, { via, who, words }: Answer): Why {
  const { id, desk } = incident;
  const said = `${who} says${via === 'link' ? ' by the link' : ''} that it does not work${quotedWords(words)}`;
  const answer = { said: 'no', via, at: draft.now, words } as const;
  if (isAsked(incident))
    draft.putIncident({
      ...incident,
      desk: { ...desk, confirmation: { ...incident.desk.confirmation, answer } },
    });
  if (isActive(incident)) {
    const why = { rule: 'reporter_says_no', sentence: `${said}; ${incidentReference(incident)} is open.` };
    draft.tell(id, 'confirmation', why);
    return why;
  }
  const why = {
    rule: 'reporter_says_no',
    sentence: `${said}, so ${incidentReference(incident)} is reopened.`,
  };
  reopenIssue(draft, id, why);
  draft.note(id, `answer_no:${incident.reopenCount}`, 'note_reopened', { sentence: why.sentence });
  return why;
}

/** `who` confirmed it to the agent `by`, `how` and `when`. */
export type ConfirmationRecord = Readonly<{ who: string; how: string; when?: Date; by: string }>;

/** An agent's record of who confirmed it. Returns why, also when it is not taken. */
export function recordConfirmation(
  draft: DecisionDraft,
  incidentId: string,
  record: ConfirmationRecord,
): Why {
  const incident = draft.incidentOf(incidentId);
  const { now } = draft;
  const [who, how, by] = [record.who.trim(), record.how.trim(), record.by.trim() || 'An agent'];
  const refusal = whyNotRecorded(incident, { who, how });
  if (refusal !== undefined) {
    const why = {
      rule: 'record_ignored',
      sentence: `${by} recorded a confirmation, which changes nothing: ${refusal}.`,
    };
    draft.tell(incidentId, 'confirmation', why);
    return why;
  }
  const when = record.when !== undefined && record.when < now ? record.when : now;
  const proof: Proof = { kind: 'agent_record', at: now, who, how, when, by };
  const words = `${who}, ${how}`;
  return proven(draft, incident, { proof, answer: { said: 'yes', via: 'agent', at: now, words } });
}

function whyNotRecorded(
  incident: Incident,
  { who, how }: Readonly<{ who: string; how: string }>,
): string | undefined {
  const reference = incidentReference(incident);
  if (who === '' || how === '') return 'it must say who confirmed it, and how';
  if (incident.desk.goneWhy !== undefined) return `the ticket of ${reference} is gone`;
  if (incident.type !== 'Incident') return `${reference} is no incident`;
  return incident.status === 'closed' ? `${reference} is closed already` : undefined;
}

/**
 * The agent's record in the ticket's own fields: counts once both who and how are filled in. The same entry never counts
 * twice, so that what confirmed one restoration does not confirm the next.
 */
export function followConfirmationFields(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const { custom } = event.fields;
  const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
  const [who, how, on] = [
    textOf(custom?.confirmed_by),
    textOf(custom?.confirmed_how),
    textOf(custom?.confirmed_on),
  ];
  const entry = JSON.stringify([who, how, on]);
  if (who === '' || how === '' || entry === incident.desk.recordTaken) return;
  if (incident.desk.goneWhy !== undefined || incident.type !== 'Incident') return;
  draft.putIncident({ ...incident, desk: { ...incident.desk, recordTaken: entry } });
  // Should it be reopened, this was about what came before.
  if (incident.status === 'closed') return;
  const { responderId } = event.fields;
  const by = responderId === undefined ? 'An agent' : agentName(draft.records.agents(), responderId);
  const when = new Date(`${on}T00:00:00Z`);
  recordConfirmation(draft, incidentId, {
    who,
    how,
    by,
    ...(Number.isNaN(when.getTime()) ? {} : { when }),
  });
}

/** A reminder is due, or the reporter counts as silent. Each step keeps its distance to the last, also when that was late. */
export function decideConfirmDue(draft: DecisionDraft, incident: Incident): Decision {
  const reference = incidentReference(incident);
  if (!isWaited(incident)) {
    const sentence = `${reference} waits for no answer of its reporter any more.`;
    return draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  }
  const { remindedCount } = incident.desk.confirmation;
  const after = remindersOf(draft.policy)[remindedCount];
  const why =
    waitUntilAsked(draft, incident) ??
    (after === undefined ? countSilent(draft, incident) : remind(draft, incident, after));
  return draft.done(why, incident.id);
}

type Waited = Incident & { desk: { confirmation: Confirmation } };

const isWaited = (incident: Incident): incident is Waited =>
  incident.status === 'resolved' &&
  incident.type === 'Incident' &&
  isAsked(incident) &&
  incident.desk.confirmation.answer === undefined &&
  incident.desk.confirmation.silentAt === undefined;

function remind(draft: DecisionDraft, incident: Waited, after: number): Why {
  const { id, desk, reopenCount: round } = incident;
  const { confirmation } = desk;
  const count = confirmation.remindedCount + 1;
  const next = remindersOf(draft.policy)[count] ?? draft.policy.closing.reporter.silent_after;
  const asking = askingValues(draft, incident);
  const { askedAt } = confirmation;
  const dueAt = Math.max(askedAt.getTime() + next, draft.now.getTime() + next - after);
  if (asking !== undefined) {
    const { closesOn } = asking;
    // After an outage it closes later than was first said.
    const isLast = remindersOf(draft.policy)[count] === undefined;
    const values = closesOn && isLast ? { ...asking, closesOn: new Date(dueAt) } : asking;
    tellReporter(draft, id, `confirm:${round}:reminder:${count}`, 'confirmation_reminder', () => values);
  }
  const told = draft.incidentOf(id);
  draft.putIncident({
    ...told,
    desk: { ...told.desk, confirmation: { ...confirmation, remindedCount: count } },
  });
  draft.setTimer(id, 'confirm', new Date(dueAt), 'The reporter was reminded and has not answered by then.');
  const sentence = `${reporterName(incident)} was asked ${inWords(after)} ago or longer and is reminded, for the ${ordinal(count)} time.`;
  const why = { rule: 'reporter_reminded', sentence };
  draft.tell(id, 'confirmation', why);
  return why;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];
const ordinal = (count: number): string => ORDINALS[count - 1] ?? `${count}th`;

function countSilent(draft: DecisionDraft, incident: Waited): Why {
  const { id, desk, proofs, reopenCount: round } = incident;
  const { askedAt, remindedCount: reminders } = desk.confirmation;
  const confirmation = { ...desk.confirmation, silentAt: draft.now };
  const isProof = closesWhenSilent(draft.policy) && reminders > 0;
  const proof: Proof = { kind: 'silence', at: draft.now, askedAt, reminders };
  draft.putIncident({
    ...incident,
    proofs: isProof ? [...proofs, proof] : proofs,
    desk: { ...desk, confirmation },
  });
  const reference = incidentReference(incident);
  if (isProof) {
    draft.tell(id, 'confirmation', { rule: 'reporter_silent', sentence: `${proofText(proof)}.` });
    if (closeIfProven(draft, id)) return closedWhy(draft.incidentOf(id));
  }
  const waits = waitsFor(draft, draft.incidentOf(id)) ?? '';
  const sentence =
    `${reporterName(incident)} was asked whether it works again and has not answered. ${waits}`.trim();
  const why = { rule: isProof ? 'reporter_silent' : 'silence_left_to_agent', sentence };
  draft.tell(id, 'proof_missing', why);
  draft.note(id, `silent:${round}`, 'note_information', {
    sentence: isProof ? sentence : `${sentence} Please ask, and record the answer, or reopen ${reference}.`,
    details: whatIsMissing(draft, draft.incidentOf(id)).flatMap(({ ways }) => ways),
  });
  return why;
}
