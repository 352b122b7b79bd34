import type { AskedField } from '../model/desk-field.ts';
import type { Answers } from '../model/desk-state.ts';
import type { Impact, Priority, TicketType, Urgency } from '../model/priority.ts';
import type { TicketSource } from '../model/ticket-event.ts';
import type { Policy } from '../policy/schema.ts';
import { classifyCategory } from './classify-category.ts';
import { openQuestionsOf, weighPriority } from './classify-priority.ts';
import { type ClassificationRule, hasWord, matchingRules } from './classify-rules.ts';
import { readTicketText, type TicketText } from './classify-text.ts';
import { saysUnnegated, weighType } from './classify-type.ts';
import { recogniseCustomer } from './recognise-customer.ts';
import { recogniseService } from './recognise-service.ts';

/**
 * What is known of a ticket that somebody raised in Freshdesk.
 *
 * Shape:  plain text, untrusted.
 * Units:  `createdAt` is UTC by Freshdesk's clock.
 * Absent: `chosenType` unless a person chose it in Freshdesk.
 */
export type TicketFacts = Readonly<{
  subject: string;
  text: string;
  tags: readonly string[];
  source: TicketSource;
  requesterEmail?: string;
  companyName?: string;
  createdAt: Date;
  answers: Answers;
  chosenType?: TicketType;
}>;

/**
 * What a ticket is, by policy.
 *
 * Shape:  `type` is the best guess also when `isSure` is false: then a person has to be asked before it is set.
 *         `typeRule` is `chosen_by_person`, a rule's name, `words` or `no_words`; `rule` is about the priority: the names
 *         of the rules that moved it, `priority_matrix` or `questions_are_low`.
 * Units:  `confidence` 0 to 1.
 * Absent: `customerId`, `serviceId` and the categories where nothing tells. No open questions for what is no incident.
 */
export type Classification = Readonly<{
  type: TicketType;
  typeRule: string;
  typeWhy: string;
  confidence: number;
  isSure: boolean;
  customerId?: string;
  serviceId?: string;
  category?: string;
  subCategory?: string;
  categoryRule?: string;
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
  rule: string;
  why: string;
  openQuestions: readonly Readonly<{ field: AskedField; ask: string }>[];
}>;

/** Pure: type, customer, service, category, impact × urgency → priority of one ticket, each with its reason. */
export function classifyTicket(facts: TicketFacts, policy: Policy): Classification {
  const { classification } = policy.tickets;
  const text = readTicketText(facts);
  const customerId = recogniseCustomer(facts, policy);
  const service = recogniseService(text, customerId, policy);
  const rules = matchingRules({ ...facts, text, customerId, serviceId: service?.id }, policy);
  const type = decideType(facts, text, rules, policy);
  const found = {
    ...type,
    isSure: type.confidence >= classification.ask_below,
    ...(customerId === undefined ? {} : { customerId }),
    ...(service === undefined ? {} : { serviceId: service.id }),
    ...classifyCategory(text, rules, policy),
  };
  if (type.type === 'Question' || type.type === 'Feature Request')
    return { ...found, ...LOW, why: `A ${type.type} is of low priority, always.`, openQuestions: [] };
  const priorityFacts = {
    service,
    rules,
    answers: facts.answers,
    saysSecurity: hasWord(classification.words.security, text),
    saysUrgent: saysUnnegated(classification.words.urgent, text),
  };
  return {
    ...found,
    ...weighPriority(priorityFacts, policy),
    openQuestions: type.type === 'Incident' ? openQuestionsOf(priorityFacts, policy) : [],
  };
}

const LOW = { impact: 'low', urgency: 'low', priority: 'low', rule: 'questions_are_low' } as const;

type DecidedType = Pick<Classification, 'type' | 'typeRule' | 'typeWhy' | 'confidence'>;

function decideType(
  { chosenType }: TicketFacts,
  text: TicketText,
  rules: readonly ClassificationRule[],
  policy: Policy,
): DecidedType {
  if (chosenType !== undefined)
    return {
      type: chosenType,
      typeRule: 'chosen_by_person',
      typeWhy: `A person chose ${chosenType} in Freshdesk.`,
      confidence: 1,
    };
  for (const { name, type, confidence } of rules)
    if (type !== undefined)
      return { type, typeRule: name, typeWhy: `Rule “${name}” makes it of type ${type}.`, confidence };
  const { type, rule, why, confidence } = weighType(text, policy.tickets.classification.words);
  return { type, typeRule: rule, typeWhy: why, confidence };
}
