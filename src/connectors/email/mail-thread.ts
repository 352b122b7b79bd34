import { createHash } from 'node:crypto';
import type { Message } from '../channel.ts';
import { plainLine } from './plain-line.ts';

/** What makes mail programs show the mails about one incident together. */
export type MailThread = Readonly<{
  messageId: string;
  inReplyTo: string;
  references: readonly string[];
  /** The conversation as Outlook and Exchange know it. */
  topic: string;
  index: string;
}>;

const GUID_BYTES = 16;

/** The sign that a header holds a message id: without it, something else of ours is not taken for one. */
const MESSAGE_ID = /^<[^\s<>@]+@[^\s<>@]+>$/;

/**
 * Pure, and the same whenever it is asked: a message sent again has the same id, so a mailbox that already has it may drop
 * the second copy, and all mails about an incident refer to the same root, which itself is never sent.
 *
 * A bundle belongs to the incident of its first page, the most urgent.
 */
export function threadOf(message: Message, site: string): MailThread {
  const { reference } = message.pages[0];
  const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 80);
  const root = `<${reference === undefined ? `message.${safe(message.id)}` : `incident.${safe(reference)}`}@${site}>`;
  const earlier = MESSAGE_ID.test(message.earlier ?? '') ? message.earlier : undefined;
  return {
    messageId: messageIdOf(safe(message.id), site),
    inReplyTo: earlier ?? root,
    references: earlier === undefined ? [root] : [root, earlier],
    topic:
      reference === undefined ? plainLine(message.pages[0].content.subject) : `[${plainLine(reference)}]`,
    index: threadIndex(root),
  };
}

const messageIdOf = (id: string, site: string): string => `<page.${id}@${site}>`;

/** 22 bytes: a version, a time (none, it would differ from mail to mail) and an id, which is what counts (MS-OXOMSG 2.2.1.3). */
function threadIndex(root: string): string {
  const guid = createHash('sha256').update(root).digest().subarray(0, GUID_BYTES);
  return Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0]), guid]).toString('base64');
}
