import type { Policy } from '../policy/schema.ts';
import type { TicketText } from './classify-text.ts';
import { finderFor, type Sentence } from './recognise-words.ts';

/**
 * The business service that a ticket is about, and by which of its words it was recognised. Undefined `word` when the
 * customer simply has no other.
 */
export type RecognisedService = Readonly<{ id: string; word?: string }>;

/** The name and the words of a service as one list, made once. */
const NAMES = new WeakMap<Policy['services'][string], readonly string[]>();

/**
 * Looks for names and words of services, first in the subject, then in what the requester wrote, then in what they passed
 * on. The service with the most hits wins, the first in the policy among equals. Services of other customers are not
 * looked at, nor those of any customer's when nobody knows whose ticket it is and two would do.
 */
export function recogniseService(
  text: TicketText,
  customerId: string | undefined,
  policy: Policy,
): RecognisedService | undefined {
  const services = Object.entries(policy.services).filter(
    ([, { customers }]) =>
      customerId === undefined || customers.length === 0 || customers.includes(customerId),
  );
  for (const sentences of [text.subject, text.own, text.forwarded]) {
    const found = services
      .map(([id, service]) => ({
        id,
        customers: service.customers,
        hits: hitsIn(sentences, namesOf(service)),
      }))
      .filter(({ hits }) => hits.length > 0)
      .sort((a, b) => b.hits.length - a.hits.length);
    const [best, second] = found;
    if (best === undefined) continue;
    const isTie =
      customerId === undefined &&
      second?.hits.length === best.hits.length &&
      best.customers.length + second.customers.length > 0;
    if (isTie) return undefined;
    return { id: best.id, ...(best.hits[0] === undefined ? {} : { word: best.hits[0] }) };
  }
  if (customerId === undefined) return undefined;
  const own = Object.entries(policy.services).filter(([, { customers }]) => customers.includes(customerId));
  return own.length === 1 && own[0] ? { id: own[0][0] } : undefined;
}

function namesOf(service: Policy['services'][string]): readonly string[] {
  const names = NAMES.get(service) ?? [service.name, ...service.words];
  NAMES.set(service, names);
  return names;
}

const hitsIn = (sentences: readonly Sentence[], names: readonly string[]): string[] =>
  sentences.flatMap((sentence) => finderFor(names)(sentence).map(({ phrase }) => phrase));
