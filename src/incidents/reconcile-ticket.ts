import type { DeskField, DeskFieldValue } from '../model/desk-field.ts';
import { isDone, type TicketFields } from '../model/ticket.ts';
import type { OwnedField, TakenOver } from '../model/ticket-event.ts';

/**
 * What is compared, field by field.
 *
 * `wanted` is the newest wish, `written` what we last wrote (or accepted), `seen` what Freshdesk shows now.
 * `attempted` is what each update carried whose answer was lost: it may be ours although `written` does not say so.
 * `peopleOwn` holds the fields that people took over, and since when; `ownedUntil` is when such a field is free again.
 * `isFirstSight` is true until the ticket was read once after its creation: Freshdesk's own creation rules set group, type
 * or status about a second after it. `assertsStatus` when a status is to be set that was not set yet.
 */
export type TicketComparison = Readonly<{
  wanted: TicketFields;
  written: TicketFields;
  seen: TicketFields;
  peopleOwn: Readonly<Record<string, Date>>;
  now: Date;
  /** How long people own a field, ms; undefined: always. */
  keepForMs?: number;
  /** The incident was reopened: what people took over before is free again. */
  isReleased?: boolean;
  attempted?: readonly Partial<TicketFields>[];
  isFirstSight?: boolean;
  assertsStatus?: 'yes' | 'set_back' | 'no';
  /** The rule that decided a field. */
  rules?: Readonly<Record<string, string>>;
}>;

/** What to send, to be stored as `written` and `peopleOwn` once it was sent, and what people newly took over. */
export type Reconciliation = Readonly<{
  send: Partial<TicketFields>;
  written: TicketFields;
  peopleOwn: Readonly<Record<string, Date>>;
  takenOver: readonly TakenOver[];
}>;

type Field = 'subject' | 'priority' | 'type' | 'groupId' | 'responderId';
const FIELDS: readonly Field[] = ['subject', 'priority', 'type', 'groupId', 'responderId'];

/**
 * Three-way comparison of a ticket's fields: a field that is neither as we wrote it nor as we want it was changed by a
 * person, and is theirs from then on (promise P5). Tags are added, once each. A status is no lasting wish: it is sent when
 * it is asserted and Freshdesk shows another, and left alone otherwise.
 */
export function reconcileTicket(comparison: TicketComparison): Reconciliation {
  const { wanted, written, seen, now, isFirstSight, rules = {} } = comparison;
  const peopleOwn = stillOwned(comparison);
  const takenOver: TakenOver[] = [];
  let send: Partial<TicketFields> = {};
  let accepted: TicketFields = written;

  const compare = (one: Comparable): 'accept' | 'send' | 'leave' => {
    if (isNoWish(one.wanted) || peopleOwn[one.field] !== undefined) return 'leave';
    if (isSame(one.seen, one.wanted)) return 'accept';
    const isFree = comparison.peopleOwn[one.field] !== undefined; // once theirs, and no longer
    if (isFree || isSame(one.seen, one.written) || one.attempted.some((sent) => isSame(one.seen, sent)))
      return 'send';
    peopleOwn[one.field] = now;
    if (!isFirstSight) {
      const rule = rules[one.field] ?? 'watchdesk';
      takenOver.push({ field: one.field, rule, wanted: textOf(one.wanted), chosen: textOf(one.seen) });
    }
    return 'leave';
  };

  for (const field of FIELDS) {
    const outcome = compare({
      field,
      wanted: wanted[field],
      written: written[field],
      seen: seen[field],
      attempted: attemptsOf(comparison, (sent) => (field in sent ? [sent[field]] : [])),
    });
    if (outcome === 'accept') accepted = { ...accepted, [field]: wanted[field] };
    if (outcome === 'send') send = { ...send, [field]: wanted[field] };
  }

  const custom = reconcileCustom(comparison, compare);
  if (Object.keys(custom.send).length > 0) send = { ...send, custom: custom.send };
  if (sendsStatus(comparison)) send = { ...send, status: wanted.status };
  // One that was written and is gone was taken away, by a person or a rule: it is not put back. Rules that run on creation
  // only meant to set theirs.
  const wasWritten = (tag: string): boolean => !isFirstSight && written.tags.includes(tag);
  const tags = wanted.tags.filter((tag) => !seen.tags.includes(tag) && !wasWritten(tag));
  if (tags.length > 0) send = { ...send, tags: [...seen.tags, ...tags] };
  const hasCustom = Object.keys(custom.written).length > 0;
  return {
    send,
    written: { ...accepted, ...send, ...(hasCustom ? { custom: custom.written } : {}) },
    peopleOwn,
    takenOver,
  };
}

type Comparable = Readonly<{
  field: OwnedField;
  wanted: unknown;
  written: unknown;
  seen: unknown;
  attempted: readonly unknown[];
}>;

function reconcileCustom(
  comparison: TicketComparison,
  compare: (one: Comparable) => 'accept' | 'send' | 'leave',
): Readonly<{ send: Record<string, DeskFieldValue>; written: Record<string, DeskFieldValue> }> {
  const { wanted, written, seen } = comparison;
  const send: Record<string, DeskFieldValue> = {};
  const after: Record<string, DeskFieldValue> = { ...written.custom };
  for (const [key, value] of Object.entries(wanted.custom ?? {})) {
    const field = key as DeskField;
    const outcome = compare({
      field: `custom.${field}`,
      wanted: emptyAsNull(value),
      written: emptyAsNull(written.custom?.[field]),
      seen: emptyAsNull(seen.custom?.[field]),
      attempted: attemptsOf(comparison, ({ custom }) =>
        custom && field in custom ? [emptyAsNull(custom[field])] : [],
      ),
    });
    if (outcome === 'send') send[field] = value;
    if (outcome !== 'leave') after[field] = value;
  }
  return { send, written: after };
}

const attemptsOf = (
  { attempted }: TicketComparison,
  sentIn: (sent: Partial<TicketFields>) => readonly unknown[],
): readonly unknown[] => attempted?.flatMap(sentIn) ?? [];

/** Null is a wish: that a field of ours is empty. */
const isNoWish = (value: unknown): boolean => value === undefined || value === '';

function stillOwned({ peopleOwn, keepForMs, isReleased, now }: TicketComparison): Record<string, Date> {
  if (isReleased) return {};
  const isStill = ([, since]: [string, Date]): boolean =>
    keepForMs === undefined || now.getTime() - since.getTime() < keepForMs;
  return Object.fromEntries(Object.entries(peopleOwn).filter(isStill));
}

/**
 * A ticket that a person closed leaves that status only when it is set back, or fails again: what merely became resolved
 * meanwhile has its gate decide, with the reason told.
 */
function sendsStatus({ wanted, seen, assertsStatus }: TicketComparison): boolean {
  if (assertsStatus === undefined || assertsStatus === 'no') return false;
  if (wanted.status === seen.status || (!isDone(wanted.status) && !isDone(seen.status))) return false;
  return seen.status !== 'closed' || wanted.status !== 'resolved' || assertsStatus === 'set_back';
}

/**
 * What counts as seen after an update: the ticket as it was read, with what was sent as the answer shows it. Whatever else
 * the answer shows, people did between the two, and the next reading has to find it new.
 */
export function seenSince(
  read: TicketFields,
  { after, sent }: Readonly<{ after: TicketFields; sent: Partial<TicketFields> }>,
): TicketFields {
  const isSent = ([field]: [string, unknown]): boolean => field in sent && field !== 'custom';
  const ours = Object.fromEntries(Object.entries(after).filter(isSent));
  if (sent.custom === undefined) return { ...read, ...ours };
  const custom = Object.entries(after.custom ?? {}).filter(([key]) => key in (sent.custom ?? {}));
  return { ...read, ...ours, custom: { ...read.custom, ...Object.fromEntries(custom) } };
}

/** Whether a ticket still is as it was seen, in every field that Watchdesk looks at; the order of tags is nothing. */
export const isSameTicket = (a: TicketFields, b: TicketFields): boolean =>
  FIELDS.every((field) => isSame(a[field], b[field])) &&
  a.status === b.status &&
  a.tags.toSorted().join('\n') === b.tags.toSorted().join('\n') &&
  isSameCustom(a, b);

const isSameCustom = ({ custom: a = {} }: TicketFields, { custom: b = {} }: TicketFields): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) =>
    isSame(emptyAsNull(a[key as DeskField]), emptyAsNull(b[key as DeskField])),
  );

/** Freshdesk shows a field that nobody filled in as null, as an empty text or as no. */
const emptyAsNull = (value: DeskFieldValue | undefined): DeskFieldValue =>
  value === undefined || value === '' || value === false ? null : value;

const isSame = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a.trim() === b.trim() : a === b;

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
