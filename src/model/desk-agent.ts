/**
 * A Freshdesk agent as far as assignment looks at one.
 *
 * Units:  `openCount` counts open issues that Watchdesk knows of; `lastAssignedAt` is by our clock.
 * Absent: `lastAssignedAt` when Watchdesk never assigned anything to this agent.
 */
export type DeskAgent = Readonly<{
  /** Freshdesk's number. */
  id: number;
  name: string;
  email: string;
  isAvailable: boolean;
  isDeactivated: boolean;
  groupIds: readonly number[];
  openCount: number;
  lastAssignedAt?: Date;
}>;
