import type { Why } from '../../model/decision.ts';
import { incidentReference } from '../../model/incident.ts';
import type { PersonAction } from '../../model/person-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { closeMain } from './child-changed.ts';
import { linkOf, whyNotLinked } from './family.ts';
import { linkChild } from './link-child.ts';
import { namedIssue } from './link-notes.ts';
import { declineLink, unlinkChild } from './unlink-child.ts';

type LinkAction = Extract<PersonAction, { do: 'link' }>;
type UnlinkAction = Extract<PersonAction, { do: 'unlink' }>;

/** An agent accepts or declines what was suggested, or links any two issues; a child that is linked elsewhere is moved. */
export function decideLink(draft: DecisionDraft, { parentId, childId, answer, by }: LinkAction): Why {
  const [parent, child] = [draft.incidentOf(parentId), draft.incidentOf(childId)];
  const named = `${namedIssue(draft, child)} to ${namedIssue(draft, parent)}`;
  const link = linkOf(draft, { parentId, childId });
  if (answer === 'decline') {
    if (link?.state === 'linked') {
      const sentence = `${by} declines to link ${named}, but they are linked already: unlink them instead.`;
      return { rule: 'link_not_declined', sentence };
    }
    declineLink(draft, { parentId, childId, by });
    return { rule: 'link_declined', sentence: `${by} declines to link ${named}.` };
  }
  if (link?.state === 'linked') {
    return { rule: 'already_linked', sentence: `${by} wants to link ${named}, which it is already.` };
  }
  const against = whyNotLinked(draft, { parentId, childId });
  if (against !== undefined) {
    return { rule: 'link_refused', sentence: `${by} wants to link ${named}, which cannot be: ${against}` };
  }
  const before = child.parentId === undefined ? undefined : draft.incidentOf(child.parentId);
  const reasons = link?.state === 'suggested' ? link.reasons : [];
  linkChild(draft, { parentId, childId, score: 1, reasons, by });
  if (before !== undefined) closeMain(draft, draft.incidentOf(before.id));
  const from = before === undefined ? '' : `, and no longer to ${incidentReference(before)}`;
  return { rule: 'linked_by_person', sentence: `${by} links ${named}${from}.` };
}

export function decideUnlink(draft: DecisionDraft, { childId, by }: UnlinkAction): Why {
  const child = draft.incidentOf(childId);
  if (child.parentId === undefined) {
    return {
      rule: 'not_linked',
      sentence: `${by} wants to unlink ${namedIssue(draft, child)}, which is not linked.`,
    };
  }
  const parent = draft.incidentOf(child.parentId);
  unlinkChild(draft, { childId, by, why: 'it is something else' });
  closeMain(draft, draft.incidentOf(parent.id));
  const sentence = `${by} unlinks ${namedIssue(draft, child)} from ${namedIssue(draft, parent)}.`;
  return { rule: 'unlinked_by_person', sentence };
}
