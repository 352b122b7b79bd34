import { newWords } from '../../intake/quoted-text.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { linkedChildren } from './family.ts';
import { canBeTold, tellReporter, titleForReporter } from './tell-reporter.ts';

/** As long as an update may be that is passed on; what agents paste may be a whole log. */
const TEXT_LENGTH_MAX = 5_000;

/**
 * An agent wrote publicly on the main ticket: the reporters of the linked ones that are not closed read the same, without
 * the mail that the agent answered, which is between those two.
 */
export function passOnUpdate(
  draft: DecisionDraft,
  parentId: string,
  { messageId, text }: Readonly<{ messageId: number; text: string }>,
): void {
  const update = newWords(text);
  if (!draft.policy.tickets.linking.tell_children || update === '') return;
  const parent = draft.incidentOf(parentId);
  const linked = linkedChildren(draft, parentId).filter(
    (child) => child.status !== 'closed' && canBeTold(draft, child),
  );
  const told = linked.filter((child) => mayRead(child, parent));
  if (told.length < linked.length) tellLeftOut(draft, parent, linked.length - told.length);
  if (told.length === 0) return;
  for (const child of told) passOn(draft, { parent, child, messageId, text: shortened(update) });
  const reporters = told.length === 1 ? 'the reporter of one linked ticket' : `${told.length} linked tickets`;
  const sentence = `An agent’s public reply on ${incidentReference(parent)} is passed on to ${reporters}.`;
  draft.tell(parentId, 'message', { rule: 'update_passed_on', sentence });
}

/**
 * What an agent writes to one customer is not for another. A main ticket that monitoring raised is no customer's: a public
 * reply there is meant for all.
 */
const mayRead = (child: Incident, parent: Incident): boolean =>
  parent.origin === 'alert' ||
  isKnownSame(child.customerId, parent.customerId) ||
  isKnownSame(child.desk.companyName, parent.desk.companyName);

const isKnownSame = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

function tellLeftOut(draft: DecisionDraft, parent: Incident, count: number): void {
  const tickets = count === 1 ? 'One linked ticket is' : `${count} linked tickets are`;
  const sentence = `${tickets} of another customer, so the public reply on ${incidentReference(parent)} is not passed on there; write to them in their own tickets.`;
  draft.tell(parent.id, 'message', { rule: 'update_not_passed_on', sentence });
}

type Passed = Readonly<{ parent: Incident; child: Incident; messageId: number; text: string }>;

function passOn(draft: DecisionDraft, { parent, child, messageId, text }: Passed): void {
  const reference = incidentReference(parent);
  tellReporter(draft, child.id, `passed:${messageId}`, 'update_passed_on', () => ({
    reference,
    title: titleForReporter(draft.policy, parent, child),
    text,
  }));
  const sentence = `The public reply on ${reference} is passed on to this ticket’s reporter.`;
  draft.tell(child.id, 'message', { rule: 'update_passed_on', sentence });
}

function shortened(text: string): string {
  const whole = text.trim().toWellFormed();
  return whole.length <= TEXT_LENGTH_MAX ? whole : `${whole.slice(0, TEXT_LENGTH_MAX).toWellFormed()}…`;
}
