import type { LinkStrategy } from '../model/child-link.ts';
import { DESK_FIELDS } from '../model/desk-field.ts';
import type { IncidentLine, IncidentPage } from './console-view.ts';
import type { ChildLine } from './desk-view.ts';
import { atTime, STATUS_NAMES } from './format.ts';

/** How somebody can have confirmed it, as the ticket's own field offers. */
export const CONFIRMED_HOW: readonly string[] = DESK_FIELDS.confirmed_how.choices;

/** Only an incident waits for proof; anything else that is resolved is just that. */
export const statusName = ({ status, type }: Pick<IncidentLine, 'status' | 'type'>): string =>
  status === 'resolved' && type !== 'Incident' ? 'Resolved' : STATUS_NAMES[status];

/** Who told of it first. */
export function originText({ origin, reporter }: IncidentLine): string {
  if (origin === 'alert') return 'from monitoring';
  if (origin === 'watchdesk') return 'opened by Watchdesk';
  return `reported by ${reporter ?? 'somebody'}`;
}

/** `Incident, 62% sure, a guess`, and the rule that said so. */
export function typeText({ line, desk }: IncidentPage): string {
  const { typeRule, typeConfidence, isTypeGuess } = desk;
  const sure = typeConfidence === undefined ? '' : `, ${Math.round(typeConfidence * 100)}% sure`;
  const guess = isTypeGuess ? ', a guess: an agent is asked' : '';
  return `${line.type}${sure}${guess}${typeRule === undefined ? '' : ` (rule ${typeRule})`}`;
}

/** Whether the child's reporter was asked, and what came of it. */
export function childAnswer({ said, isProven, askedAt }: ChildLine, now: Date): string {
  if (said === 'yes') return 'yes, it works again';
  if (said === 'no') return 'no, it does not work';
  if (isProven) return 'proven';
  return askedAt ? `asked ${atTime(askedAt, now)}, no answer yet` : 'not asked yet';
}

const SHOWN: Readonly<Record<LinkStrategy, string>> = {
  parent_child: 'parent and child',
  tracker: 'tracker and related',
  note_only: 'notes on both',
};

/** How Freshdesk shows the link, and why not otherwise. */
export function shownText({ shownAs, shownWhy }: ChildLine): string {
  const how = shownAs ? SHOWN[shownAs] : 'not shown yet';
  return shownWhy ? `${how}: ${shownWhy}` : how;
}
