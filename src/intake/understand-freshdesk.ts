import type { Why } from '../model/decision.ts';
import type { TicketHint } from '../model/ticket-event.ts';
import { storableText } from './opsview-text.ts';
import type { Understood } from './understood.ts';

/** `event` is a word of the automation rule, not a sentence; what is longer is cut. */
const EVENT_LENGTH_MAX = 200;

/** What `watchdesk doctor` sends to see whether the webhook can be reached. */
export const PROBE_EVENT = 'doctor';

/**
 * A webhook's body, reduced to what is worth storing: no subject, name or comment that a rule may have added.
 *
 * `stored` is the body for the inbox; `hint` names a ticket to read; `parked` was authentic, but names none.
 */
export type FreshdeskHook =
  | Readonly<{ kind: 'hint'; stored: string }>
  | Readonly<{ kind: 'probe' }>
  | Readonly<{ kind: 'parked'; stored: string; why: Why }>
  | Readonly<{ kind: 'malformed'; detail: string }>;

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A ticket's number as Freshdesk tells it: a number, or digits as text. */
function ticketNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const digits = String(value).trim();
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number > 0 ? number : undefined;
}

/** Rules with “simple” content wrap what they tell. */
const unwrapped = (json: Fields): Fields =>
  isObject(json.freshdesk_webhook) ? json.freshdesk_webhook : json;

/**
 * Freshdesk pastes placeholders into the body without escaping them, so a subject with a quotation mark breaks it. The
 * number is then looked for by its name; a customer could have written that name too, so only one number is believed.
 */
function numbersIn(text: string): readonly number[] {
  const found = [...text.matchAll(/"ticket_id"\s{0,20}:\s{0,20}"?\s{0,20}(\d{1,15})(?!\d)/g)];
  const numbers = found.map(([, digits]) => ticketNumber(digits)).filter((number) => number !== undefined);
  return [...new Set(numbers)];
}

function readBroken(text: string): FreshdeskHook {
  const [only, ...more] = numbersIn(text);
  if (only !== undefined && more.length === 0) {
    return { kind: 'hint', stored: JSON.stringify({ ticket_id: only }) };
  }
  const stored = JSON.stringify({ unreadable: true });
  const remedy = 'let the rule’s template hold {{ticket.id}} and no other placeholder';
  return only === undefined
    ? {
        kind: 'parked',
        stored,
        why: {
          rule: 'hook_unreadable',
          sentence: `A webhook was no JSON and named no ticket_id; ${remedy}.`,
        },
      }
    : {
        kind: 'parked',
        stored,
        why: {
          rule: 'ticket_id_ambiguous',
          sentence: `A webhook was no JSON and named more than one ticket_id; ${remedy}.`,
        },
      };
}

const noTicket: Why = {
  rule: 'ticket_id_missing',
  sentence:
    'A webhook names no ticket_id, a number above 0; let the rule’s template hold "ticket_id": "{{ticket.id}}".',
};

/** Reads what an automation rule of Freshdesk sent. Never throws, whatever the text is. */
export function readFreshdeskHook(text: string): FreshdeskHook {
  if (text.trim() === '') return { kind: 'malformed', detail: 'The body is empty.' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return readBroken(text);
  }
  if (!isObject(json)) return { kind: 'malformed', detail: 'The body must be a JSON object.' };
  const told = unwrapped(json);
  const event =
    typeof told.event === 'string' ? storableText(told.event.slice(0, EVENT_LENGTH_MAX)) : undefined;
  if (told.ticket_id === undefined && event === PROBE_EVENT) return { kind: 'probe' };
  const number = ticketNumber(told.ticket_id);
  const stored = JSON.stringify({ ticket_id: number, event });
  return number === undefined ? { kind: 'parked', stored, why: noTicket } : { kind: 'hint', stored };
}

/** What was stored of a webhook → the ticket that is worth reading. */
export function understandFreshdesk(body: unknown): Understood<TicketHint> {
  const ticketId = isObject(body) ? ticketNumber(unwrapped(body).ticket_id) : undefined;
  return ticketId === undefined ? { parked: noTicket } : { event: { kind: 'ticket_hint', ticketId } };
}
