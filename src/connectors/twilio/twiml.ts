import type { Page } from '../../model/page.ts';
import { cut } from '../message-text.ts';

/** What Twilio takes as the `Twiml` of a call, in characters. */
export const TWIML_CHARS_MAX = 4_000;

// XML 1.0 knows none of these, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that XML does not know
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Any text as the content of an element or attribute. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(NOT_XML, ' ')
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

const say = (text: string): string =>
  `<Say voice="Polly.Amy" language="en-GB"><prosody rate="slow">${xmlText(text)}</prosody></Say>`;

const document = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`;

/** `WD-42` is spelled, so that nobody hears a word. */
const spoken = (text: string): string =>
  text
    .replaceAll(/\bWD-(\d+)\b/g, 'W D $1')
    .replaceAll(/\s+/g, ' ')
    .trim();

export type Spoken = Readonly<{ subject: string; sentence: string }>;
export const spokenOf = (pages: readonly Page[]): readonly Spoken[] => pages.map(({ content }) => content);

/** Heard once; who listens at night keeps no more than three things. */
const SPOKEN_MAX = 3;

function words(pages: readonly Spoken[], charsMax: number): string {
  const said = pages
    .slice(0, SPOKEN_MAX)
    .map(({ subject, sentence }) => `${cut(spoken(subject), charsMax)}. ${cut(spoken(sentence), charsMax)}`);
  const left = pages.length - said.length;
  return [...said, ...(left > 0 ? [`And ${left} more.`] : [])].join(' ');
}

export type CallText = Readonly<{
  pages: readonly Spoken[];
  /** Called with the key that was pressed. Absent: nothing in the call can be taken. */
  answerUrl?: string;
  mayBeRepeat?: boolean;
  /** Said before everything else. */
  notice?: string;
}>;

/** The texts slowly, twice; then a key is waited for: 1 takes all that was said, 2 says it again. */
export function callTwiml({ pages, answerUrl, mayBeRepeat = false, notice }: CallText): string {
  const compose = (charsMax: number): string => {
    const text = words(pages, charsMax);
    const opening = mayBeRepeat
      ? 'Watchdesk calling. You may have had this call already.'
      : 'Watchdesk calling.';
    const first = notice === undefined ? '' : say(notice);
    const twice = `${say(`${opening} ${text}`)}<Pause length="1"/>${say(`Again. ${text}`)}`;
    if (answerUrl === undefined) return document(`${first}${twice}${say('Goodbye.')}`);
    const keys = say('Press 1 to take it, 2 to hear it again.');
    return document(
      `<Gather numDigits="1" timeout="10" method="POST" action="${xmlText(answerUrl)}">${first}${keys}${twice}<Pause length="1"/>${keys}</Gather>` +
        say('No key was pressed. Nobody has it yet. Goodbye.'),
    );
  };
  let charsMax = 300;
  let twiml = compose(charsMax);
  while (twiml.length > TWIML_CHARS_MAX && charsMax > 10) {
    charsMax = Math.floor(charsMax * 0.7);
    twiml = compose(charsMax);
  }
  return twiml;
}

/** A sentence, and the end of the call. */
export const sayAndHangUp = (text: string): string => document(`${say(spoken(text))}<Hangup/>`);

/** An answer to a text message; none for an empty text. */
export const messageTwiml = (text: string): string =>
  document(text === '' ? '' : `<Message>${xmlText(text)}</Message>`);
