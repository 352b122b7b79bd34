import { newWords } from '../intake/quoted-text.ts';
import { type Sentence, sentencesOf } from './recognise-words.ts';

/**
 * What the requester says in a ticket: without quoted mail, signatures and disclaimers.
 *
 * Shape: `isReply` when the subject was written for an earlier mail; `forwarded` is what somebody else wrote and the
 *        requester passed on, or quoted without a word of their own.
 */
export type TicketText = Readonly<{
  subject: readonly Sentence[];
  isReply: boolean;
  own: readonly Sentence[];
  forwarded: readonly Sentence[];
}>;

/** More is a pasted log or a mail chain; what a ticket is about stands before. */
const TEXT_CHARACTERS_MAX = 20_000;
const SUBJECT_CHARACTERS_MAX = 1_000;

const REPLY = /^\s*(re|aw|sv|antw|rép|rif)(\[\d+\])?\s*:/i;
const FORWARD = /^\s*(fwd?|wg|tr|rv|doorst)\s*:/i;
const PREFIXES = /^(\s*(re|aw|sv|antw|rép|rif|fwd?|wg|tr|rv|doorst)(\[\d+\])?\s*:)+/i;

const FORWARD_HEADER =
  /^[\s>_-]*(forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten|message transf[ée]r[ée]|d[ée]but du message|mensaje reenviado|inicio del mensaje|messaggio inoltrato|inizio messaggio|doorgestuurd bericht|begin doorgestuurd)/i;
const MAIL_HEADER =
  /^[\s>*]*(from|von|de|da|van|sent|gesendet|envoy[ée]|enviado|inviato|verzonden|date|datum|fecha|data|to|an|à|para|a|aan|cc|subject|betreff|objet|asunto|oggetto|onderwerp)\s*\*?\s*:\s*\S/i;

export function readTicketText(ticket: Readonly<{ subject: string; text: string }>): TicketText {
  const subject = ticket.subject.slice(0, SUBJECT_CHARACTERS_MAX);
  const isForward = FORWARD.test(subject);
  const lines = ticket.text.slice(0, TEXT_CHARACTERS_MAX).replaceAll('\r', '').split('\n');
  const forwardFrom = lines.findIndex(
    (line, index) =>
      FORWARD_HEADER.test(line) ||
      (isForward && MAIL_HEADER.test(line) && MAIL_HEADER.test(lines[index + 1] ?? '')),
  );
  const before = forwardFrom < 0 ? lines : lines.slice(0, forwardFrom);
  const own = sentencesOf(newWords(before.join('\n')));
  const passedOn = forwardFrom >= 0 ? lines.slice(forwardFrom + 1) : own.length === 0 ? lines : [];
  return {
    subject: sentencesOf(subject.replace(PREFIXES, '')),
    isReply: REPLY.test(subject),
    own,
    forwarded: sentencesOf(newWords(unmarked(passedOn))),
  };
}

/** Without the marks and headers that mail programs put before what others wrote. */
const unmarked = (lines: readonly string[]): string =>
  lines
    .filter((line) => !MAIL_HEADER.test(line))
    .map((line) => line.replace(/^\s*>+\s?/, ''))
    .join('\n');
