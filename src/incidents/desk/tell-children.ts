import { type Incident, incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { linkedChildren } from './family.ts';
import { reopenAlone, resolveAlone } from './issue-status.ts';
import { linkedIssue, linkNote } from './link-notes.ts';

/**
 * What happened to the main incident is done to, or told to, the linked ones, however many:
 * - `resolved`: those still open are resolved, and each reporter is asked; not one whose own alerts are still bad
 * - `reopened`: those resolved are open again; one that its reporter confirmed and that is closed stays closed
 * - `closed`: those not closed learn that they wait for their own reporter alone
 */
export function tellChildren(
  draft: DecisionDraft,
  parentId: string,
  what: 'resolved' | 'reopened' | 'closed',
  sentence: string,
): void {
  const parent = draft.incidentOf(parentId);
  for (const child of linkedChildren(draft, parentId)) {
    if (what === 'resolved') resolveWith(draft, { parent, child, sentence });
    else if (what === 'reopened') reopenWith(draft, { parent, child, sentence });
    else if (child.status !== 'closed') noteClosed(draft, { parent, child, sentence });
  }
}

type Told = Readonly<{ parent: Incident; child: Incident; sentence: string }>;

function resolveWith(draft: DecisionDraft, { parent, child, sentence }: Told): void {
  if (child.status === 'resolved' || child.status === 'closed' || child.badAlertCount > 0) return;
  const why = `${incidentReference(parent)}, which ${incidentReference(child)} reports, is resolved. ${sentence}`;
  resolveAlone(draft, child.id, { rule: 'main_resolved', sentence: why });
}

function reopenWith(draft: DecisionDraft, { parent, child, sentence }: Told): void {
  if (child.status !== 'resolved') return;
  const why = `${incidentReference(parent)}, which ${incidentReference(child)} reports, is open again. ${sentence}`;
  reopenAlone(draft, child.id, { rule: 'main_reopened', sentence: why });
  draft.command(
    linkNote(child.id, `main_reopened:${parent.id}:${child.reopenCount}`, [
      `<strong>Reopened with the main ticket:</strong> ${linkedIssue(draft, parent)}. ${escapeHtml(sentence)}`,
    ]),
  );
}

function noteClosed(draft: DecisionDraft, { parent, child, sentence }: Told): void {
  const waits =
    child.status === 'resolved'
      ? 'This ticket closes when its own reporter confirms.'
      : 'This ticket is still open: resolve it, and its own reporter is asked.';
  draft.tell(child.id, 'linked', {
    rule: 'main_closed',
    sentence: `${incidentReference(parent)} is closed. ${sentence} ${waits}`,
  });
  draft.command(
    linkNote(child.id, `main_closed:${parent.id}:${parent.reopenCount}`, [
      `<strong>The main ticket is closed:</strong> ${linkedIssue(draft, parent)}. ${escapeHtml(sentence)}`,
      waits,
    ]),
  );
}
