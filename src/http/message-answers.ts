import type { ChannelName } from '../model/escalation.ts';

/** A page that somebody answers in a chat, by text message or by key. Absent: `ladder` when the incident is meant. */
export type AnsweredPage = Readonly<{
  incidentId: string;
  /** `WD-42`. */
  reference: string;
  ladder?: string;
  /** See Told in model/escalation.ts. */
  recipient: string;
  recipientName: string;
  /** The id in Message under which it left; a bundle has one for all its pages. */
  messageId: string;
  /** What it said, for a voice that says it again. */
  subject: string;
  sentence: string;
  /** Who has it already. */
  taken?: Readonly<{ by: string; at: Date }>;
  /** The incident is resolved or closed. */
  isOver?: boolean;
}>;

/** What answers to messages look up; provided by main. */
export type MessageAnswers = Readonly<{
  /** Of one message of ours (the id in Message), in the order in which it names them; empty when there is none. */
  pagesOfMessage(messageId: string): Promise<readonly AnsweredPage[]>;
  /** Sent to this address by this channel since then and not answered yet, the newest first, each incident once. */
  pagesToAddress(
    asked: Readonly<{ channel: ChannelName; address: string; since: Date }>,
  ): Promise<readonly AnsweredPage[]>;
}>;
