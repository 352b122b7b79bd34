import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import type { Policy } from '../../policy/schema.ts';
import { inWords } from '../../routing/in-words.ts';
import { missingProofs } from '../closing-needs.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { canBeTold, tellReporter } from './tell-reporter.ts';

/**
 * Asks who reported it whether it works again, once in each round: by a public reply with a link for yes and one for no.
 * Nobody is asked where the reporter is not known, the answer was given already, or policy does not want it.
 * `resolution`: what was done, one sentence.
 */
export function askReporter(
  draft: DecisionDraft,
  incidentId: string,
  { resolution }: Readonly<{ resolution?: string }> = {},
): void {
  const before = draft.incidentOf(incidentId);
  const { reopenCount: round } = before;
  const { policy, now } = draft;
  if (before.status !== 'resolved' || isAsked(before) || !missingProofs(before, policy).includes('reporter'))
    return;
  const asking = askingValues(draft, before);
  if (asking === undefined) return;
  if (draft.incident(before.parentId)?.cause !== undefined)
    tellReporter(draft, incidentId, `confirm:${round}`, 'recovered_ask', () => asking);
  else {
    const values = { ...asking, ...(resolution ? { resolution } : {}) };
    tellReporter(draft, incidentId, `confirm:${round}`, 'confirmation_request', () => values);
  }
  const told = draft.incidentOf(incidentId);
  const confirmation = { round, askedAt: now, remindedCount: 0 };
  draft.putIncident({ ...told, desk: { ...told.desk, confirmation } });
  const [first = policy.closing.reporter.silent_after] = remindersOf(policy);
  const dueAt = new Date(now.getTime() + first);
  draft.setTimer(incidentId, 'confirm', dueAt, 'The reporter who was asked has not answered by then.');
  const sentence = `${reporterName(before)} was asked whether it works again; ${incidentReference(before)} waits for the answer.`;
  draft.tell(incidentId, 'confirmation', { rule: 'reporter_asked', sentence });
}

/** What a question says, with links of this round; undefined where nobody can be asked. */
export function askingValues(draft: DecisionDraft, incident: Incident) {
  const { reporter, reopenCount: round } = incident;
  const ticketId = draft.ticketOf(incident.id);
  if (reporter === undefined || ticketId === undefined || !canBeTold(draft, incident)) return undefined;
  const { now, policy, context } = draft;
  const askedAt = isAsked(incident) ? incident.desk.confirmation.askedAt : now;
  const { silent_after, link_valid } = policy.closing.reporter;
  const validUntil = new Date(now.getTime() + link_valid);
  const urlOf = (answer: 'yes' | 'no'): string =>
    context.links.confirmUrl({
      incidentId: incident.id,
      round,
      answer,
      ticketId,
      reporter: String(reporter.id),
      expiresAt: validUntil,
    });
  return {
    reference: incidentReference(incident),
    subject: incident.desk.subject ?? incident.title,
    yesUrl: urlOf('yes'),
    noUrl: urlOf('no'),
    validUntil,
    ...(closesWhenSilent(policy) ? { closesOn: new Date(askedAt.getTime() + silent_after) } : {}),
  };
}

type Asked = Incident & { desk: { confirmation: NonNullable<Incident['desk']['confirmation']> } };

/** Whether the reporter was asked in this round. */
export const isAsked = (incident: Incident): incident is Asked =>
  incident.desk.confirmation?.round === incident.reopenCount;

/**
 * Nobody is reminded of, or silent about, what never reached them: then the same time passes once more, and why is returned.
 */
export function waitUntilAsked(draft: DecisionDraft, incident: Asked): Why | undefined {
  const { id, desk, reopenCount: round } = incident;
  const asking = `confirm:${round}`;
  const isAsking = (intent: string): boolean => intent === asking || intent.startsWith(`${asking}:`);
  if (!draft.records.unsentReplies(id).some(isAsking)) return undefined;
  const { remindedCount } = desk.confirmation;
  const steps = [0, ...remindersOf(draft.policy), draft.policy.closing.reporter.silent_after];
  const waitMs = (steps[remindedCount + 1] ?? 0) - (steps[remindedCount] ?? 0);
  const sentence = `The question to ${reporterName(incident)} has not reached Freshdesk, so the answer is waited for another ${inWords(waitMs)}.`;
  const why = { rule: 'question_not_sent', sentence };
  draft.setTimer(id, 'confirm', new Date(draft.now.getTime() + waitMs), sentence);
  draft.tell(id, 'confirmation', why);
  draft.note(id, `question_not_sent:${round}`, 'note_information', {
    sentence: `${sentence} Should Freshdesk have refused it, have it sent again in Watchdesk, or ask the reporter and record the answer.`,
  });
  return why;
}

/** When reminders are due, ms after the question: one that would come after silence is none. */
export const remindersOf = ({ closing: { reporter } }: Policy): readonly number[] =>
  reporter.remind_after.filter((after) => after < reporter.silent_after).toSorted((a, b) => a - b);

/** A reporter who was never reminded is never silent, so that a person decides. */
export const closesWhenSilent = (policy: Policy): boolean =>
  policy.closing.reporter.when_silent === 'close' && remindersOf(policy).length > 0;

export const reporterName = ({ reporter }: Pick<Incident, 'reporter'>): string =>
  reporter?.name ?? reporter?.email ?? 'The reporter';
