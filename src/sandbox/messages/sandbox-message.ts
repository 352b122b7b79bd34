import type { Router } from 'express';
import type { ChannelName } from '../../model/escalation.ts';

/**
 * A button as the person who got the message sees it; `press` does what a press does, over the stand-in's real way to us.
 * Absent: `url` unless the button opens a page of ours in a browser.
 */
export type SandboxButton = Readonly<{ label: string; url?: string; press(by?: string): Promise<void> }>;

/**
 * What somebody got, in the same shape for every channel.
 *
 * `text` is plain: what a reader sees, without the channel's markup. `to` is the address as the channel knows it.
 * `isUpdated`: the message was changed after it had been sent.
 */
export type SandboxMessage = Readonly<{
  id: string;
  channel: ChannelName;
  to: string;
  at: Date;
  text: string;
  buttons: readonly SandboxButton[];
  isUpdated: boolean;
}>;

/** A stand-in for one way of telling people: the other side's interface, and what people got through it. */
export type SandboxMessages = Readonly<{
  name: ChannelName;
  /** The other side's interface, to be mounted where the channel's API address points. */
  router: Router;
  /** Oldest first. */
  messages(): readonly SandboxMessage[];
}>;
