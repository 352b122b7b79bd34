import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { inWords } from './in-words.ts';
import {
  alike,
  isComparable,
  type MatchText,
  matchText,
  type Rarity,
  rarityAmong,
  without,
} from './match-words.ts';
import { finderFor, sentencesOf } from './recognise-words.ts';

/**
 * What a ticket says, for finding the running incident that it reports.
 *
 * Shape:  plain, untrusted text.
 * Units:  `startedAt` is when the ticket was made, by Freshdesk's clock.
 * Absent: `serviceId`, `customerId`, `category` when nobody could tell.
 */
export type Report = Readonly<{
  subject: string;
  text: string;
  serviceId?: string;
  customerId?: string;
  category?: string;
  startedAt: Date;
}>;

/** `score` is 0 to 1; `reasons` are one short sentence each, the strongest first. */
export type IncidentMatch = Readonly<{ incidentId: string; score: number; reasons: readonly string[] }>;

/**
 * How much each sign tells by itself that a ticket reports an incident. Signs are joined as independent ones: what is
 * missing is missing twice. Same service and customer within the hour are enough to link (0.73 with the default policy),
 * since alerts and reports often have no word in common; but the ticket must name the service, or share words. That its
 * customer has no other service says little of what it is about.
 */
const SAME_SERVICE = 0.66;
const SAME_CUSTOMER = 0.2;
const SAME_CATEGORY = 0.1;
const SAME_WORDS = 0.8;
const PER_REPORTER = 0.02;
const REPORTERS_COUNTED_MAX = 5;

/** What remains of a score when the report is about another service, or another category. */
const OTHER_SERVICE = 0.3;
const OTHER_CATEGORY = 0.9;
const ALREADY_RESTORED = 0.85;
/** What remains of the service's weight when both texts are of one language and share nothing. */
const NOTHING_SHARED = 0.4;
const ALIKE_ENOUGH = 0.4;

/** Of the score from which a ticket is linked: for a person to decide. */
const JUST_BELOW = 0.99;

const SHARED_WORDS_SHOWN_MAX = 4;
const MINUTE_MS = 60_000;
/** For so long an incident is as good as new: people write when they notice. */
const FRESH_MS = 30 * MINUTE_MS;
const OLD_AT_LEAST = 0.6;
const LATER_AT_MOST = 0.98;
/** Alerts come minutes after the first call, so what began much later is something else. */
const LATER_PART = 4;

/**
 * The incidents that a ticket probably reports, best first, down to `policy.tickets.match.suggest_at`. Pure.
 * An incident of another customer matches only where policy says that both use its service.
 */
export function matchIncidents(
  report: Report,
  candidates: readonly Incident[],
  policy: Policy,
): readonly IncidentMatch[] {
  const possible = candidates.filter((one) => mayMatch(report, one, policy));
  const texts = possible.map((incident) => incidentText(incident, policy));
  const rarity = rarityAmong(texts);
  const reported = matchText(report.subject, report.text);
  const isServiceNamed = namesItsService(report, policy);
  return possible
    .map((incident, index) => {
      const text = texts[index] ?? matchText(incident.title);
      return { incident, ...weigh({ report, reported, isServiceNamed, incident, text, rarity, policy }) };
    })
    .filter(({ score }) => score > 0 && score >= policy.tickets.match.suggest_at)
    .toSorted((a, b) => b.score - a.score || a.incident.number - b.incident.number)
    .map(({ incident, score, reasons }) => ({ incidentId: incident.id, score, reasons }));
}

function mayMatch(report: Report, incident: Incident, policy: Policy): boolean {
  const ageMs = report.startedAt.getTime() - incident.startedAt.getTime();
  return (
    incident.type === 'Incident' &&
    incident.status !== 'closed' &&
    incident.parentId === undefined &&
    incident.desk.goneWhy === undefined &&
    ageMs <= policy.tickets.match.within &&
    -ageMs <= policy.tickets.match.within / LATER_PART &&
    mayKnow(report.customerId, incident, policy)
  );
}

/** Whether this customer may learn of the incident: its own, one of a service that both use, or one of nobody. */
function mayKnow(customerId: string | undefined, incident: Incident, policy: Policy): boolean {
  if (customerId === undefined || incident.customerId === customerId) return true;
  const users = usersOf(incident.serviceId, policy);
  if (incident.customerId === undefined) return users.length === 0 || users.includes(customerId);
  return users.includes(customerId) && users.includes(incident.customerId);
}

const usersOf = (serviceId: string | undefined, policy: Policy): readonly string[] =>
  (serviceId === undefined ? undefined : policy.services[serviceId])?.customers ?? [];

const serviceText = (serviceId: string | undefined, policy: Policy): MatchText => {
  const service = serviceId === undefined ? undefined : policy.services[serviceId];
  return matchText(service?.name, ...(service?.words ?? []));
};

function incidentText(incident: Incident, policy: Policy): MatchText {
  const { title, cause, desk } = incident;
  const said = matchText(title, cause?.host, cause?.check, desk.subject, desk.text);
  return { ...said, words: new Map([...said.words, ...serviceText(incident.serviceId, policy).words]) };
}

type Pair = Readonly<{
  report: Report;
  reported: MatchText;
  /** Else the service is only known as the customer's one: that alone says little of what the ticket is about. */
  isServiceNamed: boolean;
  incident: Incident;
  text: MatchText;
  rarity: Rarity;
  policy: Policy;
}>;

function weigh({ report, reported, isServiceNamed, incident, text, rarity, policy }: Pair): {
  score: number;
  reasons: readonly string[];
} {
  const reasons: string[] = [];
  const isSameService = report.serviceId !== undefined && report.serviceId === incident.serviceId;
  // The words by which the service was recognised were counted as the service already.
  const recognised = serviceText(isSameService ? incident.serviceId : undefined, policy);
  const [ours, theirs] = [without(reported, recognised), without(text, recognised)];
  const { likeness, shared } = alike(ours, theirs, rarity);
  if (!isSameService && likeness === 0) return { score: 0, reasons };

  const signs = [likeness * SAME_WORDS];
  if (isSameService) {
    const speaksAgainst = isComparable(ours, theirs) && likeness < ALIKE_ENOUGH;
    const trust = speaksAgainst ? NOTHING_SHARED + (1 - NOTHING_SHARED) * (likeness / ALIKE_ENOUGH) : 1;
    signs.push(SAME_SERVICE * trust);
    reasons.push(`same service ${policy.services[report.serviceId ?? '']?.name ?? report.serviceId}`);
  }
  if (shared.length > 0) reasons.push(sharesSentence(shared));
  const customer = customerSign(report, incident, policy);
  if (customer !== undefined) {
    signs.push(SAME_CUSTOMER);
    reasons.push(customer);
  }
  const sameCategory = isSame(report.category, incident.category);
  if (sameCategory) {
    signs.push(SAME_CATEGORY);
    reasons.push(`same category ${report.category}`);
  }
  if (incident.childCount > 0) {
    signs.push(Math.min(incident.childCount, REPORTERS_COUNTED_MAX) * PER_REPORTER);
    reasons.push(
      incident.childCount === 1
        ? 'another ticket reports it'
        : `${incident.childCount} other tickets report it`,
    );
  }

  const time = timeFactor(report, incident, policy.tickets.match.within);
  const factors = [time.factor];
  reasons.push(time.reason);
  if (report.serviceId !== undefined && incident.serviceId !== undefined && !isSameService) {
    factors.push(OTHER_SERVICE);
    reasons.push('another service');
  }
  if (sameCategory === false) factors.push(OTHER_CATEGORY);
  if (incident.status === 'resolved') {
    factors.push(ALREADY_RESTORED);
    reasons.push('restored already');
  }
  const together = 1 - signs.reduce((doubt, sign) => doubt * (1 - sign), 1);
  const score = rounded(factors.reduce((so, factor) => so * factor, together));
  if (!isSameService || isServiceNamed || likeness >= ALIKE_ENOUGH) return { score, reasons };
  reasons.push('the ticket does not name the service');
  return { score: Math.min(score, JUST_BELOW * policy.tickets.match.link_at), reasons };
}

/** Whether the ticket says a name or word of the service that it is held to be about. */
function namesItsService({ serviceId, subject, text }: Report, policy: Policy): boolean {
  const service = serviceId === undefined ? undefined : policy.services[serviceId];
  if (service === undefined) return false;
  const find = finderFor([service.name, ...service.words]);
  return sentencesOf(`${subject}\n${text}`).some((sentence) => find(sentence).length > 0);
}

function sharesSentence(shared: readonly string[]): string {
  const words = shared.slice(0, SHARED_WORDS_SHOWN_MAX).map((word) => `“${word}”`);
  return `shares the ${words.length === 1 ? 'word' : 'words'} ${words.join(', ')}`;
}

function customerSign(report: Report, incident: Incident, policy: Policy): string | undefined {
  if (report.customerId === undefined) return undefined;
  const name = policy.customers[report.customerId]?.name ?? report.customerId;
  if (report.customerId === incident.customerId) return `same customer ${name}`;
  return usersOf(incident.serviceId, policy).includes(report.customerId)
    ? `${name} uses the service too`
    : undefined;
}

/** Undefined when either is not known. */
const isSame = (a: string | undefined, b: string | undefined): boolean | undefined =>
  a === undefined || b === undefined ? undefined : a.toLowerCase() === b.toLowerCase();

/** Falls with the distance in time; what joined last keeps an incident fresh, and one that began later counts less. */
function timeFactor(
  { startedAt }: Report,
  incident: Incident,
  withinMs: number,
): { factor: number; reason: string } {
  const ageMs = startedAt.getTime() - incident.startedAt.getTime();
  if (ageMs < 0)
    return {
      factor: LATER_AT_MOST * faded(-ageMs, withinMs / 24),
      reason: `began ${roughly(-ageMs)} after the ticket`,
    };
  const quietMs = Math.max(0, startedAt.getTime() - incident.lastJoinedAt.getTime());
  const reason = `began ${roughly(ageMs)} before the ticket`;
  if (ageMs <= FRESH_MS || quietMs >= ageMs) return { factor: faded(ageMs, withinMs / 8), reason };
  return {
    factor: Math.max(faded(ageMs, withinMs / 8), faded(quietMs, withinMs / 8) * LATER_AT_MOST),
    reason: `${reason}, and was heard of ${roughly(quietMs)} before it`,
  };
}

const faded = (ms: number, scaleMs: number): number =>
  OLD_AT_LEAST + (1 - OLD_AT_LEAST) * Math.exp(-Math.max(0, ms - FRESH_MS) / scaleMs);

/** `4 min`, `7 h`, `2 d`: whole units, so that people can read it. */
function roughly(ms: number): string {
  const unitMs =
    [1_440, 60, 1].map((minutes) => minutes * MINUTE_MS).find((size) => ms >= 2 * size) ?? MINUTE_MS;
  return inWords(Math.max(unitMs, Math.round(ms / unitMs) * unitMs));
}

/** To three digits, so that scores read well; rounding keeps their order. */
const rounded = (score: number): number => Math.round(score * 1_000) / 1_000;
