import { fieldName } from '../incidents/desk/desk-names.ts';
import type { TimelineKind } from '../model/decision.ts';
import type { DeskField } from '../model/desk-field.ts';
import type { IncidentStatus } from '../model/incident.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { FailedMessage, IncidentPage } from './console-view.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `40 s`, `12 min`, `3 h 05 min`, `2 d 4 h`: two units at most, rounded down. */
export function duration(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < MINUTE) return `${Math.floor(rest / 1_000)} s`;
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)} min`;
  if (rest < DAY) {
    const minutes = Math.floor((rest % HOUR) / MINUTE);
    return minutes === 0
      ? `${Math.floor(rest / HOUR)} h`
      : `${Math.floor(rest / HOUR)} h ${String(minutes).padStart(2, '0')} min`;
  }
  const hours = Math.floor((rest % DAY) / HOUR);
  return hours === 0 ? `${Math.floor(rest / DAY)} d` : `${Math.floor(rest / DAY)} d ${hours} h`;
}

/** How long ago, for a running page: nothing finer than ten seconds, so that it does not flicker. */
export function age(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (ms < 10_000) return 'just now';
  return `${duration(ms < MINUTE ? Math.floor(ms / 10_000) * 10_000 : ms)} ago`;
}

/** `2026-11-21 09:25:31 UTC`. */
export const exact = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `09:25 UTC`, with the date when it is not today's. */
export function atTime(at: Date, now: Date): string {
  const iso = at.toISOString();
  const time = `${iso.slice(11, 16)} UTC`;
  if (iso.slice(0, 10) === now.toISOString().slice(0, 10)) return time;
  const day = at.toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return `${day.replace(',', '')}, ${time}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** For the templates, which get this whole module. */
export { PRIORITY_NAMES } from '../model/priority.ts';

export const STATUS_NAMES: Readonly<Record<IncidentStatus, string>> = {
  new: 'New',
  acknowledged: 'Acknowledged',
  resolved: 'Awaiting proof',
  closed: 'Closed',
};

/** How an entry of the timeline feels: it got worse, it got better, a person acted, or it is for the record. */
export function timelineTone(kind: TimelineKind): 'worse' | 'better' | 'person' | 'record' {
  if (['opened', 'joined', 'worsened', 'reopened', 'proof_missing'].includes(kind)) return 'worse';
  if (['improved', 'recovered', 'resolved', 'closed'].includes(kind)) return 'better';
  const byPeople = ['acknowledged', 'unacknowledged', 'people', 'confirmation'];
  return byPeople.includes(kind) ? 'person' : 'record';
}

export const kindName = (kind: string): string => {
  const text = kind.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const MESSAGE_NAMES: Readonly<Record<string, string>> = {
  private_note: 'Private note on the ticket',
  public_reply: 'Reply to the reporter',
  show_link: 'Showing a link in Freshdesk',
  hide_link: 'Taking a link out of Freshdesk',
  search_solutions: 'Looking for known solutions',
  draft_article: 'Draft of a solution article',
  acknowledge_alert: 'Acknowledgement in Opsview',
  read_proof: 'Reading Opsview for proof',
};
export const messageName = (kind: string): string => MESSAGE_NAMES[kind] ?? kindName(kind);

const OPSVIEW_KINDS: ReadonlySet<string> = new Set(['acknowledge_alert', 'read_proof']);

/** What a person can do about a message that was given up, told from how its error begins. */
export function remedy({ kind, lastError }: Pick<FailedMessage, 'kind' | 'lastError'>): string {
  const other = OPSVIEW_KINDS.has(kind) ? 'Opsview' : 'Freshdesk';
  const credentials = other === 'Freshdesk' ? 'FRESHDESK_API_KEY' : 'OPSVIEW_USERNAME and OPSVIEW_PASSWORD';
  if (/unauthorised|401|403/i.test(lastError))
    return `Check ${credentials} and its rights in ${other}, restart, then try again.`;
  if (/not_found|404/i.test(lastError))
    return kind === 'draft_article'
      ? 'Freshdesk does not have the folder for drafts. Set tickets.solutions.folder_id in the policy to one that is there, then try again.'
      : `${other} does not have it any more. Look there; try again only if it came back.`;
  if (/rejected|400|409|422/i.test(lastError))
    return kind === 'show_link' || kind === 'hide_link'
      ? 'Freshdesk refused the link. It holds in Watchdesk all the same; link the tickets by hand there if you want to see it, then try again.'
      : `${other} refused the content. Change what it complains about there, then try again.`;
  return `Check that ${other} answers, then try again. It is looked up first, so it cannot arrive twice.`;
}

const FIELD_NAMES: readonly (readonly [keyof TicketFields, string])[] = [
  ['subject', 'Subject'],
  ['status', 'Status'],
  ['priority', 'Priority'],
  ['type', 'Type'],
  ['groupId', 'Group'],
  ['responderId', 'Agent'],
  ['tags', 'Tags'],
];

type FieldValue = string | boolean | number | readonly string[] | null | undefined;

function fieldText(value: FieldValue): string {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'object' ? value.join(', ') || '–' : String(value);
}

type TicketState = NonNullable<IncidentPage['ticket']>;

/**
 * Wanted beside seen, field by field; `differs` only where we wish something and have seen something else. The status is
 * no wish that lasts, so it never differs: people move it as part of their work. Empty custom fields are left out.
 */
export function compareTicket(ticket: TicketState) {
  const plain = FIELD_NAMES.map(([field, name]) =>
    row(ticket, field, name, [
      plainText(ticket, field, ticket.wanted),
      plainText(ticket, field, ticket.seen),
    ]),
  );
  const custom = Object.entries(ticket.wanted.custom ?? {}).map(([key, wanted]) =>
    row(ticket, `custom.${key}`, fieldName(`custom.${key}`), [
      fieldText(wanted),
      fieldText(ticket.seen?.custom?.[key as DeskField]),
    ]),
  );
  return [...plain, ...custom.filter(({ wanted, seen }) => wanted !== '–' || seen !== '–')];
}

function plainText(
  { names }: TicketState,
  field: (typeof FIELD_NAMES)[number][0],
  fields: TicketFields | undefined,
) {
  const text = fieldText(fields?.[field] as FieldValue);
  const isNumber = field === 'groupId' || field === 'responderId';
  return isNumber && Object.hasOwn(names, text) ? (names[text] ?? text) : text;
}

function row(
  { peopleOwn, seen }: TicketState,
  field: string,
  name: string,
  [wanted, shown]: readonly [string, string],
) {
  const ownedSince = Object.hasOwn(peopleOwn, field) ? peopleOwn[field] : undefined;
  const isKept = ownedSince === undefined && field !== 'status';
  return {
    ...{ name, wanted, seen: shown, ownedSince },
    differs: isKept && !!seen && wanted !== '–' && wanted !== shown,
  };
}
