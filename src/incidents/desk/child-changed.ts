import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import { inWords } from '../../routing/in-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { recounted } from './family.ts';
import { closeAloneIfProven, reopenAlone } from './issue-status.ts';
import { linkedIssue, linkNote, WATCHDESK } from './link-notes.ts';
import { tellChildren } from './tell-children.ts';
import { unlinkChild } from './unlink-child.ts';

/**
 * A child was closed, or is open again because its reporter said so or an agent did: what that means for the main one.
 * A main incident that waits only for its children closes with the last; one that was restored is open again with any.
 */
export function childChanged(draft: DecisionDraft, childId: string, what: 'closed' | 'reopened'): void {
  const child = draft.incidentOf(childId);
  if (child.parentId === undefined) return;
  const parent = recounted(draft, child.parentId, child);
  if (what === 'reopened') reopenMain(draft, parent, child);
  else closeMain(draft, parent);
}

/** Where policy has the main incident wait for its children, it may have waited for this one alone. */
export function closeMain(draft: DecisionDraft, parent: Incident): void {
  if (parent.status !== 'resolved' || parent.openChildCount > 0) return;
  if (draft.policy.closing.children !== 'all_closed' || !closeAloneIfProven(draft, parent.id)) return;
  tellChildren(draft, parent.id, 'closed', 'Every linked ticket is closed.');
}

function reopenMain(draft: DecisionDraft, parent: Incident, child: Incident): void {
  if (parent.status !== 'resolved' && parent.status !== 'closed') return;
  const { reopen_within } = draft.policy.alerts;
  const closedMs = parent.closedAt === undefined ? 0 : draft.now.getTime() - parent.closedAt.getTime();
  if (parent.status === 'closed' && closedMs > reopen_within) {
    const why = `${incidentReference(parent)} was closed more than ${inWords(reopen_within)} ago, and this is open again`;
    unlinkChild(draft, { childId: child.id, by: WATCHDESK, why });
    return;
  }
  const why: Why = { rule: 'child_reopened', sentence: reopenedSentence(parent, child) };
  reopenAlone(draft, parent.id, why);
  draft.command(
    linkNote(parent.id, `child_reopened:${child.id}:${parent.reopenCount}`, [
      `<strong>Reopened</strong> by what was said in ${linkedIssue(draft, child)}. ${escapeHtml(why.sentence)}`,
    ]),
  );
  tellChildren(draft, parent.id, 'reopened', why.sentence);
}

function reopenedSentence(parent: Incident, child: Incident): string {
  const { confirmation } = child.desk;
  // Said now, not before it was reopened an earlier time.
  const isNow = confirmation?.round === child.reopenCount - 1;
  const words = isNow && confirmation.answer?.said === 'no' ? confirmation.answer.words.trim() : '';
  const said = words === '' ? '' : ` Its reporter says: “${words}”.`;
  const healthy =
    parent.memberCount > 0 && parent.badAlertCount === 0
      ? ` Opsview shows ${parent.memberCount === 1 ? 'its alert' : `all ${parent.memberCount} of its alerts`} healthy all the same.`
      : '';
  return `${incidentReference(child)}, which reports ${incidentReference(parent)}, is open again, so that is reopened.${said}${healthy}`;
}
