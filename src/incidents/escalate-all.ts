import type { DecisionDraft } from './decision-draft.ts';
import { escalated } from './escalated.ts';

type Concerned = Readonly<{ ids: Iterable<string>; due: ReadonlySet<string> }>;

/** Brings the ladders of incidents up to date; `due` are those whose ladders' timer fired, so that it has to be set anew. */
export function escalateAll(draft: DecisionDraft, { ids, due }: Concerned): void {
  for (const id of new Set(ids)) {
    const incident = draft.changed(id) ?? draft.records.incident(id);
    const after = incident && escalated(draft, incident);
    if (incident === undefined || after === undefined) continue;
    if (after.incident !== incident) draft.putIncident(after.incident);
    for (const why of after.timeline) draft.tell(id, 'escalation', why);
    for (const { intent, sentence, details } of after.notes)
      draft.note(id, `escalation:${intent}`, 'note_information', {
        sentence,
        ...(details.length === 0 ? {} : { details }),
      });
    for (const page of after.pages) draft.page(page);
    setTimer(draft, { id, dueAt: after.incident.escalation?.lookAt, isDue: due.has(id) });
  }
}

/** Touched only when that helps. */
function setTimer(
  draft: DecisionDraft,
  { id, dueAt, isDue }: Readonly<{ id: string; dueAt: Date | undefined; isDue: boolean }>,
): void {
  const before = draft.records.incident(id)?.escalation?.lookAt;
  if (!isDue && before?.getTime() === dueAt?.getTime()) return;
  if (dueAt !== undefined) draft.setTimer(id, 'escalation', dueAt, 'Somebody may have to be told.');
  else if (before !== undefined) draft.cancelTimer(id, 'escalation');
}
