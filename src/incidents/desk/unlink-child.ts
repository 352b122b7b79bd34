import type { Why } from '../../model/decision.ts';
import { incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { counted, linkOf } from './family.ts';
import { linkedIssue, linkNote, namedIssue } from './link-notes.ts';

/**
 * The child is an issue of its own from now on, and no rule links it to that parent again. It stays as it is otherwise.
 * `why` is part of a sentence: "… is no longer linked, since <why>".
 */
export function unlinkChild(
  draft: DecisionDraft,
  { childId, by, why }: Readonly<{ childId: string; by: string; why: string }>,
): void {
  const { parentId, ...alone } = draft.incidentOf(childId);
  if (parentId === undefined) return;
  const link = linkOf(draft, { parentId, childId });
  if (link === undefined) throw new Error(`Incident ${childId} has a parent but no link to it`);
  draft.putLink({ ...link, state: 'unlinked', by, at: draft.now });
  const child = draft.putIncident(alone);
  const parent = draft.putIncident(counted(draft.incidentOf(parentId), -1, child.status !== 'closed'));
  const told: Why = {
    rule: 'unlinked',
    sentence: `${namedIssue(draft, child)} is no longer linked to ${namedIssue(draft, parent)}, since ${why} (${by}).`,
  };
  draft.tell(childId, 'linked', told);
  draft.tell(parentId, 'linked', told);
  const at = draft.now.getTime();
  const since = `since ${escapeHtml(why)} (${escapeHtml(by)})`;
  const stays = child.status === 'resolved' ? ' It stays resolved: reopen it if it is not.' : '';
  draft.command(
    linkNote(childId, `unlinked:${parentId}:${at}`, [
      `<strong>No longer linked</strong> to ${linkedIssue(draft, parent)}, ${since}. This ticket is ${incidentReference(child)} on its own now.${stays}`,
    ]),
  );
  draft.command(
    linkNote(parentId, `unlinked_child:${childId}:${at}`, [
      `${linkedIssue(draft, child)} is <strong>no longer linked</strong> to this ticket, ${since}.`,
    ]),
  );
  draft.command({ kind: 'hide_link', incidentId: parentId, intent: `unlink:${childId}:${at}`, childId });
}

/** These two do not belong together: it is never suggested again. */
export function declineLink(
  draft: DecisionDraft,
  { parentId, childId, by }: Readonly<{ parentId: string; childId: string; by: string }>,
): void {
  const link = linkOf(draft, { parentId, childId });
  if (link?.state === 'declined' || link?.state === 'linked') return;
  const [parent, child] = [draft.incidentOf(parentId), draft.incidentOf(childId)];
  draft.putLink({
    parentId,
    childId,
    score: link?.score ?? 0,
    reasons: link?.reasons ?? [],
    state: 'declined',
    by,
    at: draft.now,
  });
  const sentence = `${by} says that ${namedIssue(draft, child)} does not report ${namedIssue(draft, parent)}.`;
  draft.tell(childId, 'linked', { rule: 'link_declined', sentence });
}
