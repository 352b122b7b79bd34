import type { Incident } from '../model/incident.ts';
import { incidentReference } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { CUSTOMER_WORDS, type CustomerWords } from './customer-words.ts';
import type { Draft } from './page-draft.ts';
import type { Fact, PageGiven } from './page-given.ts';

/**
 * To the customer's own contact, in their language: that we know, since when, what they themselves wrote, when they hear
 * next and whom to reach. What is ours alone (what monitoring said, who was told, our links) is not even looked at.
 */
export function customerText({ incident, policy, recipient }: PageGiven): Draft {
  const words = CUSTOMER_WORDS[recipient.language ?? 'en'] ?? CUSTOMER_WORDS.en;
  const reference = incidentReference(incident);
  const service = policy.services[incident.serviceId ?? '']?.name;
  const subject = ownSubject(incident);
  const when = (at: Date) => instantFor(at, words, recipient.timeZone);
  const what =
    service !== undefined
      ? words.service(service)
      : subject !== undefined
        ? words.report(subject)
        : words.something;
  return {
    subject: `${reference}: ${what}`,
    sentence: words.sentence(what),
    facts: [
      { label: words.priority, value: words.priorities[incident.priority] },
      ...(subject === undefined ? [] : [{ label: words.yourReport, value: subject }]),
      { label: words.since, value: when(incident.startedAt) },
      { label: words.state, value: stateOf(incident, words) },
      {
        label: words.nextUpdate,
        value:
          incident.desk.nextUpdateDueAt === undefined
            ? words.noNextUpdate
            : when(incident.desk.nextUpdateDueAt),
      },
      ...contactFacts(incident, policy, words),
    ],
    ask: words.ask(reference),
  };
}

/** What the customer wrote as the ticket's subject; that of an alert's ticket is ours. */
const ownSubject = ({ origin, desk, title }: Incident): string | undefined =>
  origin === 'ticket' ? (desk.subject ?? title) : undefined;

const stateOf = ({ status }: Incident, words: CustomerWords): string => words.states[status];

/** Whom the customer may call: the account manager that the policy names for them. */
function contactFacts({ customerId = '' }: Incident, policy: Policy, words: CustomerWords): readonly Fact[] {
  const key = policy.customers[customerId]?.roles['account-manager'] ?? policy.roles['account-manager'];
  const person = policy.people[key ?? ''];
  if (person === undefined) return [];
  const { name, phone, email } = person;
  return [
    { label: words.contact, value: [name, phone, email].filter((part) => part !== undefined).join(', ') },
  ];
}

const instantFor = (at: Date, { locale }: CustomerWords, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    timeZone,
  }).format(at);
