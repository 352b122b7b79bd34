import type { PolicyRules } from '../policy/schema.ts';
import {
  findsClause,
  findsCondition,
  findsContrast,
  findsDoubt,
  findsInterrogative,
  findsOver,
  isCourtesy,
  isNegated,
} from './classify-grammar.ts';
import type { TicketText } from './classify-text.ts';
import { finderFor, type Sentence, type WordHit } from './recognise-words.ts';

type Words = PolicyRules['tickets']['classification']['words'];

/** What the words of a ticket say about its type. `confidence` 0 to 1. */
export type WeighedType = Readonly<{
  type: 'Incident' | 'Question' | 'Feature Request';
  confidence: number;
  rule: 'words' | 'no_words';
  why: string;
}>;

const KINDS = ['incident', 'question', 'feature_request'] as const;
type Kind = (typeof KINDS)[number];
const TYPES = { incident: 'Incident', question: 'Question', feature_request: 'Feature Request' } as const;

/** `phrase` is undefined for what shows in the form alone: a question mark, capital letters, a bare statement. */
type Evidence = Readonly<{ kind: Kind; weight: number; phrase?: string }>;

/** A phrase says more than a word. */
const WORD_WEIGHT = 1;
const PHRASE_WEIGHT = 1.4;
const SUBJECT_FACTOR = 1.5;
/** A subject that was written for an earlier mail, or for what is over by now. */
const OLD_SUBJECT_FACTOR = 0.4;
const FORWARDED_FACTOR = 0.8;
/** Each further evidence of a kind counts this much of the one before, so that long mails do not win by length. */
const NEXT_FACTOR = 0.7;
/** A missed incident costs more than a question that is looked at too soon. */
const INCIDENT_FACTOR = 1.25;
/** What nobody has thought of. */
const UNKNOWN_WEIGHT = 0.5;
/**
 * With any word of failure or doubt, or a statement that we cannot read, a ticket is a question or a feature request only
 * if a person says so.
 */
const DOUBTED_CONFIDENCE_FACTOR = 0.5;

/** Pure: weighs the words of the policy's lists as they stand in the sentences. */
export function weighType(text: TicketText, words: Words): WeighedType {
  const body = [...text.own, ...text.forwarded];
  const isOver = body.some((sentence) => saysItIsOver(sentence));
  const isSubjectOld = body.length > 0 && (text.isReply || isOver);
  const subjectFactor = isSubjectOld ? OLD_SUBJECT_FACTOR : SUBJECT_FACTOR;
  const read = [
    ...text.subject.map((sentence) =>
      readSentence(sentence, words, { factor: subjectFactor, isSubject: true }),
    ),
    ...text.own.map((sentence) => readSentence(sentence, words, { factor: 1, isSubject: false })),
    ...text.forwarded.map((sentence) =>
      readSentence(sentence, words, { factor: FORWARDED_FACTOR, isSubject: false }),
    ),
  ];
  const evidence = read.flat();
  const sums = {
    incident: INCIDENT_FACTOR * total(evidence, 'incident'),
    question: total(evidence, 'question'),
    feature_request: total(evidence, 'feature_request'),
  };
  const best = KINDS.reduce((a, b) => (sums[b] > sums[a] ? b : a));
  const named = evidence.filter(({ phrase }) => phrase !== undefined);
  const isDoubted =
    evidence.some(({ kind }) => kind === 'incident') || [...text.subject, ...body].some(raisesDoubt);
  const share = sums[best] / (sums.incident + sums.question + sums.feature_request + UNKNOWN_WEIGHT);
  const isNamed = named.some(({ kind }) => kind === best);
  const confidence =
    (best !== 'incident' && isDoubted) || !isNamed ? share * DOUBTED_CONFIDENCE_FACTOR : share;
  return {
    type: TYPES[best],
    confidence: Math.round(confidence * 100) / 100,
    rule: named.length === 0 ? 'no_words' : 'words',
    why: sentenceFor(best, named),
  };
}

const raisesDoubt = (sentence: Sentence): boolean =>
  findsDoubt(sentence).length > 0 ||
  // Words that begin a question too, such as “when”, stand at its beginning there.
  (sentence.isQuestion && findsClause(sentence).some(({ from }) => from >= 2));

/** Falling weights, the strongest first. */
const total = (evidence: readonly Evidence[], kind: Kind): number =>
  evidence
    .filter((one) => one.kind === kind)
    .map(({ weight }) => weight)
    .sort((a, b) => b - a)
    .reduce((sum, weight, index) => sum + weight * NEXT_FACTOR ** index, 0);

const saysItIsOver = (sentence: Sentence): boolean =>
  !sentence.isQuestion && findsOver(sentence).length > 0 && findsContrast(sentence).length === 0;

type Found = WordHit & Readonly<{ kind: Kind }>;

function readSentence(
  sentence: Sentence,
  words: Words,
  { factor, isSubject }: Readonly<{ factor: number; isSubject: boolean }>,
): Evidence[] {
  const hits = longest([
    ...found('incident', [...finderFor(words.incident)(sentence), ...finderFor(words.security)(sentence)]),
    ...found('question', finderFor(words.question)(sentence)),
    ...found('feature_request', finderFor(words.feature_request)(sentence)),
  ]);
  const isOver = saysItIsOver(sentence);
  const wishes = hits.some(({ kind }) => kind === 'feature_request');
  const counted = hits.filter(
    (hit) =>
      hit.kind !== 'incident' ||
      (!isOver && (wishes || hit.weight > 1 || !isNegated(sentence.words, hit.from))),
  );
  const evidence = counted.map((hit): Evidence => {
    const weight =
      (hit.weight > 1 ? PHRASE_WEIGHT : WORD_WEIGHT) * factor * inContext(hit, counted, sentence);
    return { kind: hit.kind, weight, phrase: hit.phrase };
  });
  return [...evidence, ...byForm(sentence, evidence, isSubject)];
}

const found = (kind: Kind, hits: readonly WordHit[]): Found[] => hits.map((hit) => ({ ...hit, kind }));

/** Of hits that overlap only the longest one, so that `error codes` is no error and `please add my colleague` no wish. */
function longest(hits: readonly Found[]): Found[] {
  const sorted = [...hits].sort(
    (a, b) => b.weight - a.weight || exactness(b) - exactness(a) || a.from - b.from,
  );
  const kept: Found[] = [];
  for (const hit of sorted) if (!kept.some((one) => hit.from < one.to && one.from < hit.to)) kept.push(hit);
  return kept;
}
const exactness = ({ phrase }: Found): number => (phrase.includes('*') ? 0 : 1);

/** How much of its weight a word keeps beside the others of its sentence. */
function inContext(hit: Found, all: readonly Found[], sentence: Sentence): number {
  const failures = all.filter(({ kind }) => kind === 'incident');
  // “It would be nice if it did not crash”: the wish is a complaint.
  if (hit.kind === 'feature_request') return failures.length > 0 ? 0.35 : 1;
  if (hit.kind === 'question') return 1;
  const isSupposed = sentence.isQuestion && findsCondition(sentence).some(({ from }) => from < hit.from);
  if (isSupposed) return 0.35;
  return all.some(({ kind, from }) => kind === 'question' && from < hit.from) ? 0.5 : 1;
}

/** What a sentence shows beside its words. */
function byForm(sentence: Sentence, evidence: readonly Evidence[], isSubject: boolean): Evidence[] {
  if (sentence.isQuestion) {
    const asks = findsInterrogative(sentence).some(({ from }) => from < 3);
    const isNew = evidence.length === 0;
    return [{ kind: 'question', weight: isNew ? (asks ? 0.7 : 0.35) : asks ? 0.4 : 0.1 }];
  }
  const shouted: Evidence[] = sentence.isShouted ? [{ kind: 'incident', weight: 0.5 }] : [];
  const isRead = evidence.some(({ kind, phrase }) => kind === 'incident' || isPhrase(phrase));
  if (isRead || isSubject || isCourtesy(sentence.words)) return shouted;
  // A single word names a topic, and does not tell what is said about it.
  return [...shouted, { kind: 'incident', weight: 0.2 }];
}

const isPhrase = (phrase: string | undefined): boolean => phrase?.includes(' ') ?? false;

const CLAIMS = {
  incident: 'speak for an incident',
  question: 'speak for a question',
  feature_request: 'speak for a feature request',
} as const;

function sentenceFor(best: Kind, named: readonly Evidence[]): string {
  const phrases = (kinds: readonly Kind[]) =>
    [
      ...new Set(
        named
          .filter(({ kind }) => kinds.includes(kind))
          .sort((a, b) => b.weight - a.weight)
          .map(({ phrase }) => `“${phrase}”`),
      ),
    ]
      .slice(0, 3)
      .join(', ');
  const own = phrases([best]);
  const others = phrases(KINDS.filter((kind) => kind !== best));
  if (own === '') return 'No word that the policy knows says what it is.';
  return others === ''
    ? `Words such as ${own} ${CLAIMS[best]}.`
    : `Words such as ${own} ${CLAIMS[best]}, against ${others}.`;
}

/** Whether one of the words stands in the ticket and is not denied there: `urgent`, but not `not urgent`. */
export const saysUnnegated = (phrases: readonly string[], { subject, own, forwarded }: TicketText): boolean =>
  [...subject, ...own, ...forwarded].some((sentence) =>
    finderFor(phrases)(sentence).some(({ from }) => !isNegated(sentence.words, from)),
  );
