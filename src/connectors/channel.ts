import type { ChannelName } from '../model/escalation.ts';
import type { Page } from '../model/page.ts';

/**
 * What leaves at once: one page, or several to the same recipient that came within a minute (quiet bundling). The most
 * urgent comes first.
 */
export type Message = Readonly<{
  /** Ours, a UUID; the same when a message whose outcome is unknown is looked for or sent again. */
  id: string;
  address: string;
  recipientName: string;
  timeZone: string;
  pages: readonly [Page, ...Page[]];
  /** An earlier try may have arrived: the text says so. */
  mayBeRepeat: boolean;
  /** Of the newest message to this address about the same incident, where there is one: to thread with, or to update. */
  earlier?: string;
  /** When it left first: what is looked for is no older. */
  sentAt: Date;
}>;

/**
 * `accepted`: the other side took it and `check` will tell whether it arrived. `externalId` is what the other side calls it,
 * all that `check` and `update` need.
 */
export type Sent = Readonly<{ externalId: string; state: 'accepted' | 'delivered' }>;
export type Arrival =
  | Readonly<{ state: 'accepted' | 'delivered' }>
  | Readonly<{ state: 'failed'; why: string }>;

/**
 * One way to tell people; each is one small file that knows one interface.
 *
 * Errors: every function throws ConnectorError alone; its kind decides: `rate_limited` and `not_sent` are tried again,
 *         `outcome_unknown` is looked for with `find` first, everything else is a recorded failure and the next channel
 *         is tried.
 */
export type Channel = Readonly<{
  name: ChannelName;
  send(message: Message): Promise<Sent>;
  /** What became of a message that was only accepted. */
  check?(externalId: string): Promise<Arrival>;
  /**
   * A message whose outcome is unknown; undefined when it is not there, or when the other side takes it only once however
   * often it is sent. Absent where the other side cannot be asked.
   */
  find?(message: Message): Promise<Sent | undefined>;
  /** Brings an earlier message up to date without disturbing anybody: who has it, that it is resolved. */
  update?(externalId: string, message: Message): Promise<void>;
  /** For `doctor`: whether key and address are good, told without sending anything. One plain sentence. */
  probe?(): Promise<string>;
}>;

/** Those that the settings make possible. */
export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>;
