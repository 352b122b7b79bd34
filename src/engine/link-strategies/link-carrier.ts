import type { Associations } from '../../connectors/freshdesk/associations.ts';
import type { Association } from '../../connectors/freshdesk/freshdesk.ts';
import type { LinkStrategy } from '../../model/child-link.ts';

/** The two tickets, by Freshdesk's numbers. */
export type Tie = Readonly<{ mainId: number; childId: number }>;

/**
 * One way in which Freshdesk can show that a ticket reports another.
 *
 * Errors: as any call; `associationRefusal` tells what a refusal means.
 */
export type LinkCarrier = Readonly<{
  as: LinkStrategy;
  /** May be called again: what is so already is success. */
  show(freshdesk: Associations, tie: Tie): Promise<void>;
  hide(freshdesk: Associations, tie: Tie): Promise<void>;
  /** `ofChild`: what the child is tied to now. */
  isShown(ofChild: Association, tie: Tie): boolean;
  /** `ofMain`: whether the main ticket has a role in Freshdesk that rules this way out, whatever the child. */
  isRuledOut(ofMain: Association): boolean;
}>;
