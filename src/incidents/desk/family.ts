import type { ChildLink } from '../../model/child-link.ts';
import type { Incident } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** A reason against a link, for a person; undefined when it may be made. A move of a linked child is allowed. */
export function whyNotLinked(
  draft: DecisionDraft,
  { parentId, childId }: Pick<ChildLink, 'parentId' | 'childId'>,
): string | undefined {
  const [parent, child] = [draft.incidentOf(parentId), draft.incidentOf(childId)];
  const [main, report] = [`WD-${parent.number}`, `WD-${child.number}`];
  if (parentId === childId) return `${main} cannot be linked to itself.`;
  if (child.parentId === parentId) return `${report} is linked to ${main} already.`;
  if (parent.parentId !== undefined) {
    const over = draft.incident(parent.parentId);
    return `${main} is itself linked to WD-${over?.number ?? '?'}: link ${report} to that one.`;
  }
  if (child.childCount > 0) {
    const count = child.childCount === 1 ? 'one ticket' : `${child.childCount} tickets`;
    return `${report} has ${count} linked to it, and links do not chain: move those first.`;
  }
  for (const [issue, name] of [
    [parent, main],
    [child, report],
  ] as const) {
    if (issue.desk.goneWhy !== undefined) return `The ticket of ${name} is gone (${issue.desk.goneWhy}).`;
  }
  if (parent.type !== 'Incident') return notIncident(parent, main);
  if (child.type !== 'Incident' && child.desk.isTypeGuess !== true) return notIncident(child, report);
  return undefined;
}

const notIncident = ({ type }: Incident, name: string): string =>
  `${name} is a ${type}, and only incidents are linked: set its type to Incident in Freshdesk first.`;

/** Whether a rule may link these two: nobody said before that they do not belong together. */
export const isUndecided = (
  draft: DecisionDraft,
  { parentId, childId }: Pick<ChildLink, 'parentId' | 'childId'>,
): boolean => {
  const link = linkOf(draft, { parentId, childId });
  return link === undefined || link.state === 'suggested';
};

export const linkOf = (
  draft: DecisionDraft,
  { parentId, childId }: Pick<ChildLink, 'parentId' | 'childId'>,
): ChildLink | undefined =>
  draft.links(childId).find((link) => link.parentId === parentId && link.childId === childId);

/** The children that are linked now, as far as they were loaded: all of them, when the decision is about one of the family. */
export const linkedChildren = (draft: DecisionDraft, parentId: string): readonly Incident[] =>
  draft
    .links(parentId)
    .filter((link) => link.parentId === parentId && link.state === 'linked')
    .flatMap(({ childId }) => draft.incident(childId) ?? []);

/** With one child more or less; `isOpen` unless that child is closed. */
export const counted = (parent: Incident, by: 1 | -1, isOpen: boolean): Incident => ({
  ...parent,
  childCount: parent.childCount + by,
  openChildCount: parent.openChildCount + (isOpen ? by : 0),
});

/** A child was closed or opened again: the open ones are counted anew where all children are at hand. */
export function recounted(draft: DecisionDraft, parentId: string, child: Incident): Incident {
  const parent = draft.incidentOf(parentId);
  const children = linkedChildren(draft, parentId);
  const wasClosed = draft.records.incident(child.id)?.status === 'closed';
  const isClosed = child.status === 'closed';
  const openChildCount =
    children.length === parent.childCount
      ? children.filter(({ status }) => status !== 'closed').length
      : parent.openChildCount + Number(wasClosed) - Number(isClosed);
  return openChildCount === parent.openChildCount ? parent : draft.putIncident({ ...parent, openChildCount });
}

/** Known by contact or by address: one person may write by both. */
export function countReporters(draft: DecisionDraft, parent: Incident): number {
  const children = linkedChildren(draft, parent.id);
  const ids = new Set<number>();
  const emails = new Set<string>();
  let count = 0;
  for (const { reporter } of [parent, ...children]) {
    if (reporter === undefined) continue;
    const email = reporter.email?.toLowerCase();
    const isKnown = ids.has(reporter.id) || (email !== undefined && emails.has(email));
    ids.add(reporter.id);
    if (email !== undefined) emails.add(email);
    if (!isKnown) count++;
  }
  // A child that was not loaded was reported by somebody.
  return count + Math.max(0, parent.childCount - children.length);
}
