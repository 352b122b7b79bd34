import { newWords } from '../../intake/quoted-text.ts';
import type { Why } from '../../model/decision.ts';
import { incidentReference } from '../../model/incident.ts';
import type { PersonAction } from '../../model/person-event.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import { finderFor, type Sentence, sentencesOf } from '../../routing/recognise-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { reporterName } from './ask-reporter.ts';
import { quotedWords } from './quoted-words.ts';
import { raiseTrigger } from './raise-trigger.ts';
import { answersOf } from './ticket-facts.ts';

/**
 * Who wants somebody higher to look at it: an agent by the field or a tag, the reporter in words. Before `followMessages`,
 * which counts the messages as read.
 */
export function followEscalationWishes(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  if (Object.keys(draft.policy.ladders).length === 0) return;
  wishedByField(draft, incidentId, event);
  wishedByTag(draft, incidentId, event);
  wishedInWords(draft, incidentId, event);
}

/** An unhappy rating. */
export function rated(
  draft: DecisionDraft,
  { incidentId, ratingId, feedback }: Extract<PersonAction, { do: 'rate' }>,
): Why {
  const incident = draft.incidentOf(incidentId);
  const sentence = `${reporterName(incident)} is unhappy with the help for ${incidentReference(incident)}${quotedWords(feedback)}.`;
  raiseTrigger(draft, incidentId, { kind: 'low_rating', id: `rating:${ratingId}`, why: sentence });
  return { rule: 'trigger_low_rating', sentence };
}

/** Counts once in a round; taking the tick away and setting it again is no second wish. */
function wishedByField(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  if (answersOf(event)?.escalate !== true) return;
  const incident = draft.incidentOf(incidentId);
  raiseTrigger(draft, incidentId, {
    kind: 'field',
    id: `field:${incident.reopenCount}`,
    why: `An agent asked in the ticket to escalate ${incidentReference(incident)}.`,
  });
}

function wishedByTag(draft: DecisionDraft, incidentId: string, { fields }: TicketEvent): void {
  const wanted = draft.policy.escalation.tags.map((tag) => tag.toLowerCase());
  const tag = fields.tags.find((one) => wanted.includes(one.toLowerCase()));
  if (tag === undefined) return;
  const incident = draft.incidentOf(incidentId);
  raiseTrigger(draft, incidentId, {
    kind: 'tag',
    id: `tag:${tag.toLowerCase()}:${incident.reopenCount}`,
    why: `The ticket of ${incidentReference(incident)} has the tag “${tag}”.`,
  });
}

function wishedInWords(draft: DecisionDraft, incidentId: string, { messages }: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const { lastMessageId = 0 } = incident.desk;
  const { words } = draft.policy.escalation;
  for (const { id, author, isPrivate, text } of messages) {
    if (id <= lastMessageId || author !== 'requester' || isPrivate) continue;
    // What they quote are other people's words, or their own of before.
    const said = newWords(text);
    if (!sentencesOf(said).some((sentence) => isWished(words, sentence))) continue;
    raiseTrigger(draft, incidentId, {
      kind: 'words',
      id: `message:${id}`,
      why: `${reporterName(incident)} asks for ${incidentReference(incident)} to be escalated${quotedWords(said)}.`,
    });
  }
}

/** “No need to escalate” is no wish. */
const NEGATIONS = new Set(
  'not no never without dont nicht kein keine keinen ohne pas sans jamais no sin nunca non senza mai niet geen zonder'.split(
    ' ',
  ),
);
const NEGATION_REACH = 4;

const isWished = (phrases: readonly string[], sentence: Sentence): boolean =>
  finderFor(phrases)(sentence).some(({ from }) => {
    const before = sentence.words.slice(Math.max(0, from - NEGATION_REACH), from);
    return !before.some((word) => NEGATIONS.has(word.replace(/['’]/g, '')));
  });
