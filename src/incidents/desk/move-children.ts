import { incidentReference } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { linkedChildren, linkOf, whyNotLinked } from './family.ts';
import { linkChild } from './link-child.ts';
import { WATCHDESK } from './link-notes.ts';
import { unlinkChild } from './unlink-child.ts';

/**
 * People merged the ticket of one main incident into that of another: whatever was linked to the first is linked to the
 * second, or to the one that this is itself linked to. A child into which its own parent was merged leads the others.
 */
export function moveChildren(draft: DecisionDraft, fromId: string, toId: string): void {
  if (fromId === toId) return;
  const from = incidentReference(draft.incidentOf(fromId));
  const why = `people merged the ticket of ${from} into that of ${incidentReference(draft.incidentOf(toId))}`;
  if (draft.incidentOf(toId).parentId === fromId) unlinkChild(draft, { childId: toId, by: WATCHDESK, why });
  const parentId = draft.incidentOf(toId).parentId ?? toId;
  for (const { id: childId } of linkedChildren(draft, fromId)) {
    const score = linkOf(draft, { parentId: fromId, childId })?.score ?? 1;
    unlinkChild(draft, { childId, by: WATCHDESK, why });
    if (whyNotLinked(draft, { parentId, childId }) !== undefined) continue;
    linkChild(draft, {
      parentId,
      childId,
      score,
      reasons: [`it reported ${from}, whose ticket was merged`],
      by: WATCHDESK,
      isMove: true,
    });
  }
}
