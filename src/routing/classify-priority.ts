import { type AskedField, DESK_FIELDS } from '../model/desk-field.ts';
import type { Answers } from '../model/desk-state.ts';
import {
  higherLevel,
  type Impact,
  LEVELS,
  type Level,
  type Priority,
  type Urgency,
} from '../model/priority.ts';
import type { Policy } from '../policy/schema.ts';
import type { ClassificationRule } from './classify-rules.ts';
import type { RecognisedService } from './recognise-service.ts';

/** All that moves the priority of an incident that a person reports. `rules` are those that match, in order. */
export type PriorityFacts = Readonly<{
  service?: RecognisedService | undefined;
  rules: readonly ClassificationRule[];
  answers: Answers;
  /** Words of the ticket that say that security or data may be at risk, or that it is urgent. */
  saysSecurity: boolean;
  saysUrgent: boolean;
}>;

export type WeighedPriority = Readonly<{
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
  rule: string;
  why: string;
}>;
export type OpenQuestion = Readonly<{ field: AskedField; ask: string }>;

type Question = Policy['tickets']['classification']['questions'][number];
type Effect = Question['effects'][number];

/**
 * Impact and urgency of an incident: the service and the policy's urgency, replaced by rules, raised by words, moved by
 * answers. What an answer demands at least is lowered by what another allows at most, except where it is about security:
 * that, and words about security that no answer has denied, hold against everything.
 */
export function weighPriority(facts: PriorityFacts, policy: Policy): WeighedPriority {
  const { impact, urgency, reasons, rules } = beforeAnswers(facts, policy);
  const effects = effectsOf(facts.answers, policy);
  const levels = { impact, urgency };
  const moved = apply(levels, effects, isSecurityDenied(facts.answers) ? false : facts.saysSecurity);
  const priority = policy.priority.matrix[moved.impact][moved.urgency];
  const told = effects
    .filter(({ effect }) => changesAny(effect))
    .map(({ question, effect }) => `“${question.ask}” is answered with ${effect.answer}`);
  return {
    ...moved,
    priority,
    rule: rules.length === 0 ? 'priority_matrix' : rules.join(', '),
    why: sentence([...reasons, ...told], { ...moved, priority }),
  };
}

/** Questions without an answer of which at least one answer would change the priority, everything else as it is known. */
export function openQuestionsOf(facts: PriorityFacts, policy: Policy): readonly OpenQuestion[] {
  const { priority } = weighPriority(facts, policy);
  return policy.tickets.classification.questions
    .filter(({ field }) => !hasAnswer(facts.answers[field]))
    .filter(({ field, effects }) =>
      answersTo(field, effects).some(
        (answer) =>
          weighPriority({ ...facts, answers: { ...facts.answers, [field]: answer } }, policy).priority !==
          priority,
      ),
    )
    .map(({ field, ask }) => ({ field, ask }));
}

/** What answers do to levels that were found in another way, as for an alert's incident. */
export const movedByAnswers = (levels: Levels, answers: Answers, policy: Policy): Levels =>
  apply(levels, effectsOf(answers, policy), false);

const hasAnswer = (answer: string | boolean | undefined): boolean =>
  typeof answer === 'string' ? answer.trim() !== '' : answer !== undefined;

function answersTo(field: AskedField, effects: readonly Effect[]): readonly string[] {
  const spec = DESK_FIELDS[field];
  const choices: readonly string[] = 'choices' in spec ? spec.choices : [];
  return [...new Set([...choices, ...effects.map(({ answer }) => answer)])];
}

type Before = Readonly<{
  impact: Impact;
  urgency: Urgency;
  reasons: readonly string[];
  rules: readonly string[];
}>;

function beforeAnswers(
  { service, rules, saysSecurity, saysUrgent, answers }: PriorityFacts,
  policy: Policy,
): Before {
  const known = service === undefined ? undefined : policy.services[service.id];
  const forImpact = rules.find(({ impact }) => impact !== undefined);
  const forUrgency = rules.find(({ urgency }) => urgency !== undefined);
  const usual = policy.tickets.classification.urgency;
  const isRaised = saysUrgent && forUrgency === undefined && usual !== 'high';
  const reasons = [
    known
      ? `it is about ${known.name}, whose criticality is ${known.criticality}`
      : 'it names no service of the policy',
    ...[...new Set([forImpact, forUrgency])].flatMap((rule) => (rule ? [`rule “${rule.name}” matches`] : [])),
    ...(isRaised ? ['its words are urgent'] : []),
    ...(saysSecurity && !isSecurityDenied(answers)
      ? ['its words say that security or data may be at risk']
      : []),
  ];
  return {
    impact: forImpact?.impact ?? known?.criticality ?? policy.defaults.impact,
    urgency: forUrgency?.urgency ?? (isRaised ? oneHigher(usual) : usual),
    reasons,
    rules: [...new Set([forImpact, forUrgency].flatMap((rule) => (rule ? [rule.name] : [])))],
  };
}

const oneHigher = (level: Level): Level => LEVELS[LEVELS.indexOf(level) + 1] ?? 'high';
const lowerLevel = (a: Level, b: Level): Level => (LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b);

type Answered = Readonly<{ question: Question; effect: Effect }>;

const effectsOf = (answers: Answers, policy: Policy): readonly Answered[] =>
  policy.tickets.classification.questions.flatMap((question) =>
    question.effects
      .filter(({ answer }) => isSame(answers[question.field], answer))
      .map((effect) => ({ question, effect })),
  );

/** A ticked box is Yes. */
const isSame = (given: string | boolean | undefined, answer: string): boolean =>
  (given === true ? 'yes' : given === false ? 'no' : (given ?? '').trim().toLowerCase()) ===
  answer.toLowerCase();

const isSecurityDenied = (answers: Answers): boolean => isSame(answers.security, 'No');

const changesAny = ({ impact, urgency, impact_at_most, urgency_at_most }: Effect): boolean =>
  [impact, urgency, impact_at_most, urgency_at_most].some((one) => one !== undefined);

function apply(
  levels: Readonly<{ impact: Impact; urgency: Urgency }>,
  answered: readonly Answered[],
  saysSecurity: boolean,
): Readonly<{ impact: Impact; urgency: Urgency }> {
  const aboutSecurity = answered.filter(({ question }) => question.field === 'security');
  const others = answered.filter(({ question }) => question.field !== 'security');
  const raised = others.reduce(atLeast, levels);
  const lowered = answered.reduce(atMost, raised);
  const safe = aboutSecurity.reduce(atLeast, lowered);
  return saysSecurity ? { ...safe, urgency: 'high' } : safe;
}

export type Levels = Readonly<{ impact: Impact; urgency: Urgency }>;
const atLeast = ({ impact, urgency }: Levels, { effect }: Answered): Levels => ({
  impact: higherLevel(impact, effect.impact ?? impact),
  urgency: higherLevel(urgency, effect.urgency ?? urgency),
});
const atMost = ({ impact, urgency }: Levels, { effect }: Answered): Levels => ({
  impact: lowerLevel(impact, effect.impact_at_most ?? impact),
  urgency: lowerLevel(urgency, effect.urgency_at_most ?? urgency),
});

function sentence(
  reasons: readonly string[],
  { impact, urgency, priority }: Readonly<{ impact: Impact; urgency: Urgency; priority: Priority }>,
): string {
  const all = reasons.length === 1 ? reasons[0] : `${reasons.slice(0, -1).join(', ')} and ${reasons.at(-1)}`;
  return `Since ${all}, impact is ${impact} and urgency ${urgency}, so priority ${priority}.`;
}
