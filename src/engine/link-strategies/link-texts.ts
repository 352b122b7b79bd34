import type { AssociationRefusal } from '../../connectors/freshdesk/freshdesk.ts';
import type { LinkStrategy } from '../../model/child-link.ts';
import { escapeHtml } from '../../policy/render-template.ts';

/** `other_role`: the main ticket is something else in Freshdesk already, and a ticket has one role only. */
export type LinkRefusal = AssociationRefusal | 'other_role';
export type Refused = Readonly<{ as: LinkStrategy; refusal: LinkRefusal }>;

const WAYS: Readonly<Record<LinkStrategy, string>> = {
  parent_child: 'parent and child',
  tracker: 'tracker and related tickets',
  note_only: 'notes alone',
};

const REASONS: Readonly<Record<LinkRefusal, (as: LinkStrategy) => string>> = {
  feature_off: (as) => `this Freshdesk account does not have ${WAYS[as]}`,
  limit: (as) =>
    as === 'tracker'
      ? 'the main ticket has as many related tickets as Freshdesk allows'
      : 'the main ticket has as many children as Freshdesk allows',
  not_possible: (as) => `Freshdesk does not take these two tickets as ${WAYS[as]}`,
  other_role: (as) => `the main ticket has another role in Freshdesk already, so not ${WAYS[as]}`,
};

/** Why it is not shown as policy would like best; undefined when it is. */
export const whyNot = (refused: readonly Refused[]): string | undefined =>
  refused.length === 0 ? undefined : refused.map(({ as, refusal }) => REASONS[refusal](as)).join('; ');

type Link = Readonly<{ number: number; url: string }>;
const linkTo = ({ number, url }: Link): string => `<a href="${escapeHtml(url)}">#${number}</a>`;

/** Note on the child: how Freshdesk shows the link, and why not better. */
export function howShown(as: LinkStrategy, main: Link, refused: readonly Refused[]): string {
  const why = whyNot(refused);
  const since = why === undefined ? '' : `: ${why}`;
  const shown = {
    parent_child: `Freshdesk shows this ticket as a child of ${linkTo(main)}${since}.`,
    tracker: `Freshdesk shows this ticket as related to the tracker ${linkTo(main)}${since}.`,
    note_only: `Only notes show that this ticket is linked to ${linkTo(main)}${since}. Watchdesk keeps the link itself.`,
  };
  return `<p>${shown[as]}</p>`;
}

/** Note on the main ticket, once for each way that is ruled out for all its children from now on. */
export const ruledOut = ({ as, refusal }: Refused, shownAs: LinkStrategy): string =>
  `<p>Linked tickets are from now on shown as ${WAYS[shownAs]}: ${REASONS[refusal](as)}. Watchdesk keeps all links itself.</p>`;

/** Note on a child that Freshdesk does not let go. */
export const notTakenAway = (as: LinkStrategy, main: Link): string =>
  `<p>Watchdesk could not take away in Freshdesk that this ticket belongs to ${linkTo(main)} (${WAYS[as]}). Please undo it there; in Watchdesk the two are no longer linked.</p>`;
