import { isOwnMessage } from '../policy/own-message.ts';
import type { Policy } from '../policy/schema.ts';
import { newWords, signatureOf } from './quoted-text.ts';
import {
  AUTOMATIC,
  BAD,
  FAULTS,
  FILLERS,
  HEDGES,
  LEADING_HEDGES,
  NEGATORS,
  PERSISTING,
  QUESTION_STARTS,
  RECURRING,
} from './reply-grammar.ts';
import { type Found, findPhrases, type PhraseIndex, phrasesOf } from './reply-phrases.ts';
import { phraseWords, readSentences, type Sentence, type Token } from './reply-tokens.ts';

export type ReplyMeaning = 'yes' | 'no' | 'thanks' | 'unclear';

/**
 * What a reporter's reply says about whether it works again.
 *
 * Shape: `words` are the reporter's own new words, quoted text and signature removed, at most REPLY_LENGTH_MAX long,
 *        untrusted; `why` is one plain sentence.
 */
export type UnderstoodReply = Readonly<{ meaning: ReplyMeaning; words: string; why: string }>;

export const REPLY_LENGTH_MAX = 1_000;

type Indexed = Token & Readonly<{ index: number }>;
type Signs = {
  yes: Found[];
  no: string[];
  thanks: string[];
  doubts: string[];
  subject: number;
  names: number;
  others: number;
};

/** How far from a phrase “not” turns it around. */
const NEGATION_BEFORE_MAX = 3;
const NEGATION_AFTER_MAX = 2;
/**
 * How much may be said in words of which nothing is known before a person should read it: before a yes, where it tells
 * what works (“the printer of Maria”), and beside thanks. Nothing after a yes: “it works upstairs” is none.
 */
const SUBJECT_WORDS_MAX = 4;
const WORDS_WITH_THANKS_MAX = 2;
/** A person reads what is longer: new words, and the whole message with all that it quotes. */
const READ_LENGTH_MAX = 10_000;
const TEXT_LENGTH_MAX = 100_000;

/**
 * Pure, and never throws. A yes needs a clear yes and no sign against it, since a wrong one closes a ticket; what is
 * neither clearly yes, no nor thanks is unclear, for a person to read.
 */
export function understandReply(text: string, policy: Policy): UnderstoodReply {
  const isOwn = (line: string) => isOwnMessage(line, policy);
  const whole = newWords(text.slice(0, TEXT_LENGTH_MAX), isOwn);
  const words = cut(whole);
  const unclear = (why: string): UnderstoodReply => ({ meaning: 'unclear', words, why });
  if (whole === '') return unclear('The reply has no words of its own.');
  if (text.length > TEXT_LENGTH_MAX || whole.length > READ_LENGTH_MAX)
    return unclear('The reply is too long to be understood by its phrases.');
  // A link of ours in it means that our question was quoted in a way that was not recognised.
  if (/\/confirm\//.test(whole))
    return unclear('The reply repeats our question, so whose words are whose is not clear.');
  const sentences = readSentences(whole);
  if (sentences.every(({ tokens }) => tokens.length === 0)) return unclear('The reply has no words.');
  const spoken = ` ${sentences.map(({ tokens }) => tokens.map(({ word }) => word).join(' ')).join(' ')} `;
  const automatic = AUTOMATIC_FOLDED.find((one) => spoken.includes(` ${one} `));
  if (automatic !== undefined) return unclear(`The reply was sent by a program (“${automatic}”).`);

  const phrases = phrasesOf(policy);
  const signs: Signs = { yes: [], no: [], thanks: [], doubts: [], subject: 0, names: 0, others: 0 };
  sentences.forEach((sentence, index) => {
    readSentence(sentence, index === sentences.length - 1 && index > 0, phrases, signs);
  });
  // Something after the signature is rarely the reporter's, but a no there is enough to ask a person.
  const below = readSentences(signatureOf(text, isOwn).slice(0, READ_LENGTH_MAX)).some(({ tokens }) =>
    findPhrases(tokens, phrases).some(({ kind, words: { length } }) => kind === 'no' && length > 1),
  );
  if (below) signs.doubts.push('something below the signature');
  return { ...judge(signs), words };
}

const AUTOMATIC_FOLDED = AUTOMATIC.map((one) => phraseWords(one).join(' '));
const QUESTION_STARTS_FOLDED = QUESTION_STARTS.map((one) => `${phraseWords(one).join(' ')} `);

function judge({ yes, no, thanks, doubts, subject, names, others }: Signs): Omit<UnderstoodReply, 'words'> {
  const quoted = (text: string | undefined) => `“${text}”`;
  if (no.length > 0 && yes.length > 0)
    return { meaning: 'unclear', why: `It says both ${quoted(yes[0]?.text)} and ${quoted(no[0])}.` };
  if (no.length > 0) return { meaning: 'no', why: `It says ${quoted(no[0])}.` };
  if (doubts.length > 0) {
    const but = yes.length > 0 ? `It says ${quoted(yes[0]?.text)}, but also` : 'It says';
    return { meaning: 'unclear', why: `${but} ${quoted(doubts[0])}.` };
  }
  // One word alone, such as “yes”, is an answer only when it is the whole answer.
  const isWhole = others + subject + names === 0;
  const isClear = yes.some(({ words }) => words.length > 1) && others === 0;
  if (yes.length > 0 && (isWhole || (isClear && subject <= SUBJECT_WORDS_MAX)))
    return { meaning: 'yes', why: `It says ${quoted(yes[0]?.text)}.` };
  if (yes.length === 0 && thanks.length > 0 && others + subject + names <= WORDS_WITH_THANKS_MAX)
    return { meaning: 'thanks', why: `It says only ${quoted(thanks[0])}.` };
  return { meaning: 'unclear', why: 'It says more, or other things, than the phrases of the policy tell.' };
}

function readSentence(sentence: Sentence, isLast: boolean, phrases: PhraseIndex, signs: Signs): void {
  const { tokens } = sentence;
  const found = findPhrases(tokens, phrases).filter((one, _, all) => counts(one, tokens, all));
  const isFree = (index: number) => !found.some(({ at, end }) => index >= at && index < end);
  const free = tokens.map((token, index) => ({ ...token, index })).filter(({ index }) => isFree(index));
  const spoken = `${tokens.map(({ word }) => word).join(' ')} `;
  const isQuestion = sentence.isQuestion || QUESTION_STARTS_FOLDED.some((one) => spoken.startsWith(one));
  const hedge = free.find((one) => isHedge(one, tokens))?.word;
  if (isQuestion) signs.doubts.push(tokens.length === 0 ? '?' : `${textOf(tokens)}?`);
  if (hedge !== undefined) signs.doubts.push(hedge);

  const isStated = !isQuestion && hedge === undefined;
  const turned = new Set<number>();
  for (const one of found) {
    if (one.kind === 'thanks') signs.thanks.push(one.text);
    else if (one.kind === 'no') {
      if (!isQuestion && !isConditional(free, one.at)) signs.no.push(one.text);
    } else if (!isQuestion && !found.some((other) => isTurnedBy(other, one, tokens))) {
      const not = free.find((token) => NEGATORS.has(token.word) && turnsAround(token, one, tokens));
      if (not === undefined) signs.yes.push(one);
      else {
        turned.add(not.index);
        if (isStated) signs.no.push(`${not.word} ${one.text}`);
        else signs.doubts.push(`${not.word} ${one.text}`);
      }
    }
  }
  const said = goesOn(free, found, tokens);
  if (said !== undefined && !isQuestion && !isConditional(free, said.at)) signs.no.push(said.text);

  const isName = isLast && tokens.length <= 3 && found.length === 0 && tokens.every((token) => token.isName);
  for (const token of free) {
    if (BAD.has(token.word) || (NEGATORS.has(token.word) && !turned.has(token.index)))
      signs.doubts.push(token.word);
    else if (FAULTS.has(token.word)) {
      const isToldSolved = found.some(
        ({ kind, at }) => kind === 'yes' && tokens[at]?.clause === token.clause,
      );
      if (!isToldSolved) signs.doubts.push(token.word);
    } else if (!FILLERS.has(token.word) && !isName) signs[roleOf(token, tokens, found)]++;
  }
}

const GREETINGS = new Set(
  'hi hello hey dear hallo hoi guten lieber liebe bonjour hola buenos buongiorno ciao beste'.split(' '),
);

/** “At home it works” is no yes: what follows them limits what is said. */
const PLACES = new Set(
  'in on at over via from within im auf bei mit von uber dans sur chez avec en con desde su nel nella bij met op via'.split(
    ' ',
  ),
);

/** What a word beside the phrases is: somebody’s name or what thanks are for, what it is about, or anything else. */
function roleOf(
  token: Indexed,
  tokens: readonly Token[],
  found: readonly Found[],
): 'names' | 'subject' | 'others' {
  const start = tokens.find(({ clause }) => clause === token.clause);
  const isThanked = found.some(({ kind, at }) => kind === 'thanks' && tokens[at]?.clause === token.clause);
  if (isThanked || (token.isName && GREETINGS.has(start?.word ?? ''))) return 'names';
  const isLimit = PLACES.has(tokens[token.index - 1]?.word ?? '');
  return !isLimit && found.some(({ kind, at }) => kind === 'yes' && at > token.index) ? 'subject' : 'others';
}

const isHedge = ({ word, index }: Indexed, tokens: readonly Token[]): boolean =>
  HEDGES.has(word) ||
  (LEADING_HEDGES.has(word) && (index === 0 || tokens[index - 1]?.clause !== tokens[index]?.clause));

const CONDITIONS = new Set(
  'if unless when once until should whether wenn falls sobald bis ob sollte si quand lorsque se quando cuando hasta als wanneer zodra'.split(
    ' ',
  ),
);
/** Whether a condition stands before it: “if it still fails, I will call”, not “it still fails if I click”. */
const isConditional = (free: readonly Indexed[], at: number): boolean =>
  free.some(({ word, index }) => index < at && CONDITIONS.has(word));

/** One word is an answer only at the beginning of a sentence, after what says nothing or the same: “Hi Tom, yes”. */
function counts(phrase: Found, tokens: readonly Token[], all: readonly Found[]): boolean {
  if (phrase.words.length > 1 || phrase.kind === 'thanks') return true;
  const alike = all.filter(({ kind }) => kind === phrase.kind || kind === 'thanks');
  const saysNothing = tokens
    .slice(0, phrase.at)
    .every(({ word }, index) => FILLERS.has(word) || alike.some(({ at, end }) => index >= at && index < end));
  return saysNothing && !goesOnAsNoun(phrase, tokens);
}

/** “No access”, “kein Zugriff”: a negator with its noun, and no answer. */
const goesOnAsNoun = (phrase: Found, tokens: readonly Token[]): boolean =>
  phrase.kind === 'no' &&
  tokens[phrase.end] !== undefined &&
  tokens[phrase.end]?.clause === tokens[phrase.at]?.clause &&
  !FILLERS.has(tokens[phrase.end]?.word ?? '') &&
  !PERSISTING.has(tokens[phrase.end]?.word ?? '');

function turnsAround(not: Indexed, phrase: Found, tokens: readonly Token[]): boolean {
  if (not.clause !== tokens[phrase.at]?.clause) return false;
  const before = phrase.at - not.index;
  const after = not.index - phrase.end + 1;
  return before > 0 ? before <= NEGATION_BEFORE_MAX : after <= NEGATION_AFTER_MAX;
}

/** “Works … still not”: a no of several words that denies the yes beside it, and does not contradict it. */
function isTurnedBy(other: Found, phrase: Found, tokens: readonly Token[]): boolean {
  if (other.kind !== 'no' || !other.words.some((word) => NEGATORS.has(word))) return false;
  if (tokens[other.at]?.clause !== tokens[phrase.at]?.clause) return false;
  return other.at >= phrase.end
    ? other.at - phrase.end < NEGATION_AFTER_MAX
    : phrase.at - other.end < NEGATION_BEFORE_MAX;
}

/** “Still no access”, “error again”: what goes on or comes back, said in words of which no phrase was made. */
function goesOn(
  free: readonly Indexed[],
  found: readonly Found[],
  tokens: readonly Token[],
): { at: number; text: string } | undefined {
  for (const clause of new Set(free.map((one) => one.clause))) {
    if (found.some(({ kind, at }) => kind === 'yes' && tokens[at]?.clause === clause)) continue;
    const here = free.filter((one) => one.clause === clause);
    const persists = here.find(({ word }) => PERSISTING.has(word));
    const recurs = here.find(({ word }) => RECURRING.has(word));
    const wrong = here.find(({ word }) => FAULTS.has(word) || BAD.has(word));
    const not = here.find(({ word }) => NEGATORS.has(word));
    const [sign, of] = persists && (wrong ?? not) ? [persists, wrong ?? not] : [recurs, wrong];
    if (sign && of) return { at: sign.index, text: `${sign.word} … ${of.word}` };
  }
  return undefined;
}

const textOf = (tokens: readonly Token[]): string =>
  tokens
    .slice(0, 6)
    .map(({ word }) => word)
    .join(' ');

function cut(text: string): string {
  if (text.length <= REPLY_LENGTH_MAX) return text;
  const part = text.slice(0, REPLY_LENGTH_MAX - 1);
  return `${part.isWellFormed() ? part : part.slice(0, -1)}…`;
}
