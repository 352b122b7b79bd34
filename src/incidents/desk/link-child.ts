import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { counted, linkOf, whyNotLinked } from './family.ts';
import { resolveAlone } from './issue-status.ts';
import { linkedIssue, linkNote, namedIssue, reasonsText, scoreText, WATCHDESK } from './link-notes.ts';
import { asUrgentAs, raiseByReporters } from './raise-by-reporters.ts';
import { tellReporter, titleForReporter } from './tell-reporter.ts';
import { unlinkChild } from './unlink-child.ts';

export type Linking = Readonly<{
  parentId: string;
  childId: string;
  score: number;
  reasons: readonly string[];
  /** `Watchdesk`, or the person who said so. */
  by: string;
  /** The main ticket was merged into another: reporters know already that theirs is one of several. */
  isMove?: boolean;
}>;

/**
 * The child is a report of what the parent is about. It keeps its own ticket and reporter, is at least as urgent as the
 * parent, and is resolved with it; its reporter is asked on its own. One that was linked elsewhere is moved.
 *
 * Errors: throws where the link may not be; ask `whyNotLinked` before.
 */
export function linkChild(draft: DecisionDraft, linking: Linking): void {
  const { parentId, childId, score, reasons, by, isMove = false } = linking;
  const against = whyNotLinked(draft, linking);
  if (against !== undefined) throw new Error(`A link that may not be was asked for: ${against}`);
  const before = draft.incidentOf(childId);
  if (before.parentId !== undefined) {
    unlinkChild(draft, {
      childId,
      by,
      why: `it belongs to ${incidentReference(draft.incidentOf(parentId))}`,
    });
  }
  draft.putLink({
    ...linkOf(draft, linking),
    parentId,
    childId,
    state: 'linked',
    score,
    reasons,
    by,
    at: draft.now,
  });
  const parent = draft.putIncident(
    counted(draft.incidentOf(parentId), 1, draft.incidentOf(childId).status !== 'closed'),
  );
  const child = draft.putIncident(asUrgentAs(parent, asIncident({ ...draft.incidentOf(childId), parentId })));
  const why = whyOf(draft, { linking, parent, child });
  draft.tell(childId, 'linked', why);
  draft.tell(parentId, 'linked', why);
  tellAgents(draft, { linking, parent, child });
  draft.command({
    kind: 'show_link',
    incidentId: parentId,
    // Linked again after it was unlinked, it is shown again.
    intent: `link:${childId}:${draft.now.getTime()}`,
    childId,
  });
  if (parent.status === 'resolved' || parent.status === 'closed') restoreToo(draft, parent, child);
  else if (!isMove && child.status !== 'closed') {
    tellLinked(draft, parent, child);
  }
  raiseByReporters(draft, parentId);
}

/** Who links a ticket whose type was only guessed says that it is an incident. */
function asIncident(child: Incident): Incident {
  if (child.desk.isTypeGuess !== true) return child;
  const { isTypeGuess: _guess, ...desk } = child.desk;
  return { ...child, type: 'Incident', desk: { ...desk, typeRule: 'linked_to_incident', typeConfidence: 1 } };
}

/** What it reports is over: its reporter is asked at once, unless something of its own is still bad. */
function restoreToo(draft: DecisionDraft, parent: Incident, child: Incident): void {
  if (child.status === 'resolved' || child.status === 'closed' || child.badAlertCount > 0) return;
  const sentence = `${incidentReference(parent)}, which ${incidentReference(child)} reports, is restored already.`;
  resolveAlone(draft, child.id, { rule: 'main_resolved_before', sentence });
}

function tellLinked(draft: DecisionDraft, parent: Incident, child: Incident): void {
  tellReporter(draft, child.id, `linked_reply:${parent.id}`, 'linked_to_incident', ({ nextUpdateBy }) => ({
    reference: incidentReference(parent),
    title: titleForReporter(draft.policy, parent, child),
    subject: child.desk.subject ?? child.title,
    since: parent.startedAt,
    ...(nextUpdateBy === undefined ? {} : { nextUpdateBy }),
  }));
}

type Told = Readonly<{ linking: Linking; parent: Incident; child: Incident }>;

function whyOf(draft: DecisionDraft, { linking, parent, child }: Told): Why {
  const { by, reasons, score } = linking;
  const report = `${namedIssue(draft, child)} reports ${namedIssue(draft, parent)}`;
  return by === WATCHDESK
    ? {
        rule: 'linked_by_match',
        sentence: `${report}: ${scoreText(score)}${reasonsText(reasons)}.`,
      }
    : { rule: 'linked_by_person', sentence: `${by} says that ${report}${reasonsText(reasons)}.` };
}

function tellAgents(draft: DecisionDraft, { linking, parent, child }: Told): void {
  const { by, score, reasons } = linking;
  const grounds = escapeHtml(
    by === WATCHDESK ? `${scoreText(score)}${reasonsText(reasons)}` : `${by} says so${reasonsText(reasons)}`,
  );
  const count = parent.childCount === 1 ? 'One ticket is' : `${parent.childCount} tickets are`;
  const at = draft.now.getTime();
  draft.command(
    linkNote(child.id, `linked:${parent.id}:${at}`, [
      `<strong>Linked.</strong> This ticket reports ${linkedIssue(draft, parent)}: ${grounds}.`,
      'Work on the main ticket: this one is resolved with it, and its reporter is then asked for a confirmation of their own.',
    ]),
  );
  draft.command(
    linkNote(parent.id, `linked_child:${child.id}:${at}`, [
      `<strong>Reported again.</strong> ${linkedIssue(draft, child)} is linked to this ticket: ${grounds}. ${count} linked now.`,
    ]),
  );
}
