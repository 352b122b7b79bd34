import type { Why } from '../../model/decision.ts';
import type { Incident } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { childChanged, tellChildren, unlinkChild } from './children.ts';
import { linkedChildren } from './family.ts';
import { closeAloneIfProven, closedWhy, reopenAlone, resolveAlone, stopTimers } from './issue-status.ts';

/** Restored: proof is collected, and all that is linked to it hears of it. `resolution`: what was done, for the reporter. */
export function resolveIssue(
  draft: DecisionDraft,
  incidentId: string,
  why: Why,
  options: Readonly<{ resolution?: string }> = {},
): void {
  const before = draft.incidentOf(incidentId);
  resolveAlone(draft, incidentId, why, options);
  if (before.childCount === 0 || draft.incidentOf(incidentId).status === before.status) return;
  tellChildren(draft, incidentId, 'resolved', why.sentence);
  // One whose reporter had confirmed before waited for this alone.
  for (const child of linkedChildren(draft, incidentId)) closeIfProven(draft, child.id);
}

/** Back to work, from resolved or closed, and with it what is linked to it, and what it is linked to. */
export function reopenIssue(draft: DecisionDraft, incidentId: string, why: Why): void {
  const before = draft.incidentOf(incidentId);
  reopenAlone(draft, incidentId, why);
  if (draft.incidentOf(incidentId).reopenCount === before.reopenCount) return;
  if (before.childCount > 0) tellChildren(draft, incidentId, 'reopened', why.sentence);
  if (before.parentId !== undefined) childChanged(draft, incidentId, 'reopened');
}

/** Closes what is resolved and misses nothing, as closeAloneIfProven does, and tells what is linked. */
export function closeIfProven(draft: DecisionDraft, incidentId: string): boolean {
  if (!closeAloneIfProven(draft, incidentId)) return false;
  closedFor(draft, draft.incidentOf(incidentId));
  return true;
}

function closedFor(draft: DecisionDraft, incident: Incident): void {
  if (incident.openChildCount > 0) tellChildren(draft, incident.id, 'closed', closedWhy(incident).sentence);
  if (incident.parentId !== undefined) childChanged(draft, incident.id, 'closed');
}

/**
 * Nothing is left to prove: closed here, and nothing is sent to its ticket, which may be in the trash. What was linked to
 * it is on its own. `gone`: what became of the ticket.
 */
export function withdraw(
  draft: DecisionDraft,
  incidentId: string,
  why: Why,
  gone?: NonNullable<Incident['desk']['goneWhy']>,
): void {
  for (const { id } of linkedChildren(draft, incidentId)) {
    unlinkChild(draft, { childId: id, by: 'Watchdesk', why: 'the main ticket is gone' });
  }
  if (draft.incidentOf(incidentId).parentId !== undefined) {
    unlinkChild(draft, { childId: incidentId, by: 'Watchdesk', why: 'its ticket is gone' });
  }
  const incident = draft.incidentOf(incidentId);
  const desk = gone === undefined ? incident.desk : { ...incident.desk, goneWhy: gone };
  if (incident.status === 'closed') {
    draft.putIncident({ ...incident, desk });
    return;
  }
  const closed = draft.putIncident({
    ...incident,
    desk,
    status: 'closed',
    closedAt: draft.now,
    undigestedCount: 0,
    proofs: [...incident.proofs, { kind: 'withdrawn', at: draft.now, why: why.sentence }],
  });
  draft.leaveStatus(incidentId);
  stopTimers(draft, closed);
  draft.tell(incidentId, 'closed', why);
}
