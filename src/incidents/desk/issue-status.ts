import { objectName } from '../../model/check-event.ts';
import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference, type Proof } from '../../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../../model/records.ts';
import { inWords } from '../../routing/in-words.ts';
import { closingNeeds } from '../closing-needs.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { instantText } from '../instant-text.ts';
import { startSoak } from '../soak.ts';
import { askReporter } from './ask-reporter.ts';
import { withNextUpdate } from './next-update.ts';
import { released } from './people-set.ts';
import { openProblem } from './problem.ts';
import { quotedWords } from './quoted-words.ts';
import { tellReporter } from './tell-reporter.ts';
import { whatIsMissing } from './what-is-missing.ts';

/** The status of one issue, whatever is linked to it; close-issue.ts does the same with all that follows for others. */

/** Restored, and to be proven: the soak begins where monitoring is to prove it, and the reporter is asked. */
export function resolveAlone(
  draft: DecisionDraft,
  incidentId: string,
  why: Why,
  { resolution }: Readonly<{ resolution?: string }> = {},
): void {
  const incident = draft.incidentOf(incidentId);
  if (incident.status === 'resolved' || incident.status === 'closed') return;
  const resolved = draft.putIncident(
    withNextUpdate({ ...incident, status: 'resolved', resolvedAt: draft.now }, draft.policy),
  );
  if (closingNeeds(resolved, draft.policy).needs.includes('monitoring')) startSoak(draft, resolved);
  draft.tell(incidentId, 'resolved', why);
  askReporter(draft, incidentId, resolution === undefined ? {} : { resolution });
}

/** Back to work: to whoever had it, else as new. What was proven, asked and counted before no longer holds. */
export function reopenAlone(draft: DecisionDraft, incidentId: string, why: Why): void {
  const before = draft.incidentOf(incidentId);
  if (before.status !== 'resolved' && before.status !== 'closed') return;
  const { resolvedAt: _resolved, closedAt, acknowledgedAt, stormKey, desk, ...rest } = before;
  const { gate: _gate, unclearReplyId: _reply, ...open } = desk;
  const hasOwner = before.owner !== undefined;
  draft.putIncident(
    withNextUpdate(
      {
        ...rest,
        desk: released(open, draft.policy),
        proofs: [],
        status: hasOwner ? 'acknowledged' : 'new',
        reopenCount: before.reopenCount + 1,
        ...(hasOwner && acknowledgedAt ? { acknowledgedAt } : {}),
        // Once closed it collects no storm any more: the next one may have begun another incident already.
        ...(stormKey !== undefined && closedAt === undefined ? { stormKey } : {}),
      },
      draft.policy,
    ),
  );
  draft.cancelTimer(incidentId, 'soak');
  if (desk.confirmation !== undefined) draft.cancelTimer(incidentId, 'confirm');
  draft.tell(incidentId, 'reopened', why);
}

/** Closes what is resolved and misses nothing (promise P3); says nothing when it does not. Returns whether it is closed now. */
export function closeAloneIfProven(draft: DecisionDraft, incidentId: string): boolean {
  const incident = draft.incidentOf(incidentId);
  if (incident.status !== 'resolved' || whatIsMissing(draft, incident).length > 0) return false;
  const closed = draft.putIncident({
    ...incident,
    status: 'closed',
    closedAt: draft.now,
    undigestedCount: 0,
  });
  stopTimers(draft, closed);
  const why = closedWhy(closed);
  draft.tell(incidentId, 'closed', why);
  if (closed.type !== 'Incident') return true;
  const members = draft.members(incidentId);
  const isMonitored = closed.proofs.some(({ kind }) => kind === 'monitoring');
  draft.note(incidentId, `closed:${closed.reopenCount}`, 'note_closed', {
    sentence: why.sentence,
    ...(isMonitored ? { list: members.slice(0, MEMBERS_LISTED_MAX), totalCount: closed.memberCount } : {}),
  });
  if (isSilent(closed)) tellSilent(draft, closed);
  followWorkaround(draft, closed);
  return true;
}

/** Nothing that an issue waited for is due any more once it is closed. */
export function stopTimers(draft: DecisionDraft, { id, desk }: Incident): void {
  draft.cancelTimer(id, 'soak');
  draft.cancelTimer(id, 'digest');
  if (desk.confirmation !== undefined) draft.cancelTimer(id, 'confirm');
}

const RULES: Readonly<Record<Proof['kind'], string>> = {
  monitoring: 'proven_healthy',
  reporter_link: 'reporter_confirmed',
  reporter_reply: 'reporter_confirmed',
  agent_record: 'agent_recorded',
  silence: 'reporter_silent',
  withdrawn: 'withdrawn',
};

/** Why it is closed: all that was proven, in one sentence. */
export function closedWhy(incident: Incident): Why {
  const reference = incidentReference(incident);
  const last = incident.proofs.at(-1);
  if (incident.type !== 'Incident' || last === undefined) {
    return { rule: 'closed_by_person', sentence: `${reference} is closed, as its ticket is in Freshdesk.` };
  }
  const proven = incident.proofs.map(proofText).join('; ');
  return { rule: RULES[last.kind], sentence: `${proven}, so ${reference} is closed.` };
}

/** `Opsview showed web01 HTTP healthy for at least 10 minutes, read …`: what one proof says. */
export function proofText(proof: Proof): string {
  switch (proof.kind) {
    case 'monitoring': {
      const [first] = proof.objects;
      const what =
        proof.objects.length === 1 && first ? objectName(first) : `all ${proof.objects.length} alerts`;
      return `Opsview showed ${what} healthy for at least ${inWords(proof.soakMs)}, read ${instantText(proof.readAt)}`;
    }
    case 'reporter_link':
      return `${proof.who} said by the link that it works again${quotedWords(proof.words)}`;
    case 'reporter_reply':
      return `${proof.who} replied that it works again${quotedWords(proof.words)}`;
    case 'agent_record':
      return `${proof.by} recorded that ${proof.who} confirmed it (${proof.how}, ${instantText(proof.when)})`;
    case 'silence': {
      const reminded = proof.reminders === 1 ? 'once' : `${proof.reminders} times`;
      return `The reporter was asked on ${instantText(proof.askedAt)}, was reminded ${reminded} and did not answer`;
    }
    case 'withdrawn':
      return proof.why;
  }
}

const isSilent = ({ proofs }: Incident): boolean => proofs.some(({ kind }) => kind === 'silence');

/** A reporter who did not answer reads in the ticket that it is closed, and how to have it opened again. */
function tellSilent(draft: DecisionDraft, { id, reopenCount, desk, title, number }: Incident): void {
  const own = { reference: incidentReference({ number }), subject: desk.subject ?? title };
  tellReporter(draft, id, `closed_silent:${reopenCount}`, 'closed_silent', () => own);
}

function followWorkaround(draft: DecisionDraft, incident: Incident): void {
  const { answers } = incident.desk;
  const follows = draft.policy.closing.resolution.workaround_follow_up === 'problem';
  if (!follows || answers?.resolution_kind !== 'Workaround') return;
  const what = `${incidentReference(incident)} was closed with a workaround: ${answers.resolution_text || incident.title}`;
  openProblem(draft, incident, { what, by: 'Watchdesk', kind: 'workaround' });
}
