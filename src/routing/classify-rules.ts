import { isWorkingTime } from '../escalation/working-time.ts';
import type { TicketSource } from '../model/ticket-event.ts';
import { matchesGlob } from '../policy/match-object.ts';
import type { Policy } from '../policy/schema.ts';
import type { TicketText } from './classify-text.ts';
import { finderFor } from './recognise-words.ts';

export type ClassificationRule = Policy['tickets']['classification']['rules'][number];

/** What the conditions of a rule look at. */
export type RuleFacts = Readonly<{
  subject: string;
  tags: readonly string[];
  source: TicketSource;
  requesterEmail?: string | undefined;
  companyName?: string | undefined;
  createdAt: Date;
  text: TicketText;
  customerId?: string | undefined;
  serviceId?: string | undefined;
}>;

/** The rules whose every condition holds, in the policy's order. */
export const matchingRules = (facts: RuleFacts, policy: Policy): readonly ClassificationRule[] =>
  policy.tickets.classification.rules.filter(({ when }) => holds(when, facts, policy));

function holds(when: ClassificationRule['when'], facts: RuleFacts, policy: Policy): boolean {
  const isVip = facts.customerId !== undefined && policy.customers[facts.customerId]?.vip === true;
  return (
    anyGlob(when.subject, [facts.subject]) &&
    anyGlob(when.requester, listOf(facts.requesterEmail)) &&
    anyGlob(when.company, listOf(facts.companyName)) &&
    anyGlob(when.tag, facts.tags) &&
    isOneOf(when.customer, facts.customerId) &&
    isOneOf(when.service, facts.serviceId) &&
    isOneOf<TicketSource>(when.source, facts.source) &&
    (when.vip === undefined || when.vip === isVip) &&
    (when.words === undefined || hasWord(when.words, facts.text)) &&
    inHours(when, facts.createdAt, policy)
  );
}

const listOf = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

const anyGlob = (globs: readonly string[] | undefined, texts: readonly string[]): boolean =>
  globs === undefined || globs.some((glob) => texts.some((text) => matchesGlob(glob, text)));

const isOneOf = <T>(wanted: readonly T[] | undefined, value: T | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

/** In the subject, or in what the requester wrote or passed on. */
export const hasWord = (words: readonly string[], { subject, own, forwarded }: TicketText): boolean =>
  [...subject, ...own, ...forwarded].some((sentence) => finderFor(words)(sentence).length > 0);

/** `hours` without a calendar, or the other way round, is a fault of the policy and never gets here. */
function inHours({ calendar, hours }: ClassificationRule['when'], createdAt: Date, policy: Policy): boolean {
  const times = calendar === undefined ? undefined : policy.calendars[calendar];
  if (times === undefined || hours === undefined) return true;
  return isWorkingTime(times, createdAt) === (hours === 'within');
}
