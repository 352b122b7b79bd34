import type { TicketFields, TicketStatus } from '../model/ticket.ts';

/**
 * What is compared, field by field.
 *
 * `wanted` is the newest wish, `written` what we last wrote (or accepted), `seen` what Freshdesk shows now.
 * `attempted` is what each update carried whose answer was lost: it may be ours although `written` does not say so.
 * `peopleOwn` holds the fields that people took over. `isFirstSight` is true until the ticket was read once after its
 * creation: Freshdesk's own creation rules set group, type or status about a second after it.
 */
export type TicketComparison = Readonly<{
  wanted: TicketFields;
  written: TicketFields;
  seen: TicketFields;
  peopleOwn: readonly string[];
  attempted?: readonly Partial<TicketFields>[];
  isFirstSight?: boolean;
}>;

/** What to send, to be stored as `written` and `peopleOwn` once it was sent, and what to tell as private notes. */
export type Reconciliation = Readonly<{
  send: Partial<TicketFields>;
  written: TicketFields;
  peopleOwn: string[];
  /** One plain sentence each: what Watchdesk would have set, and that it stops. */
  notices: string[];
}>;

type Field = 'subject' | 'priority' | 'type' | 'groupId';
const FIELDS: readonly Field[] = ['subject', 'priority', 'type', 'groupId'];
const NAMES: Readonly<Record<Field, string>> = {
  subject: 'subject',
  priority: 'priority',
  type: 'type',
  groupId: 'group',
};

/**
 * Three-way comparison of a ticket's fields: a field that is neither as we wrote it nor as we want it was changed by a
 * person, and is theirs from then on (promise P5). Tags are only ever added. Status has rules of its own, see below.
 */
export function reconcileTicket(comparison: TicketComparison): Reconciliation {
  const { wanted, written, seen, isFirstSight } = comparison;
  const peopleOwn = new Set(comparison.peopleOwn);
  const notices: string[] = [];
  let send: Partial<TicketFields> = {};
  let accepted: TicketFields = written;

  for (const field of FIELDS) {
    const value = wanted[field];
    if (value === undefined || peopleOwn.has(field)) continue;
    if (isSame(seen[field], value)) accepted = { ...accepted, [field]: value };
    else if (isOurs(field, comparison)) send = { ...send, [field]: value };
    else {
      peopleOwn.add(field);
      if (!isFirstSight) notices.push(takenOver(field, value));
    }
  }

  const status = reconcileStatus(comparison);
  if (status.send) send = { ...send, status: wanted.status };
  if (status.isTold) peopleOwn.add('status');
  else peopleOwn.delete('status');
  if (status.notice !== undefined && !isFirstSight) notices.push(status.notice);

  const tags = wanted.tags.filter((tag) => !seen.tags.includes(tag));
  if (tags.length > 0) send = { ...send, tags: [...seen.tags, ...tags] };
  return {
    send,
    written: { ...accepted, ...send, status: wanted.status },
    peopleOwn: [...peopleOwn],
    notices,
  };
}

/** Whether a ticket still is as it was seen, in every field that Watchdesk keeps right; the order of tags is nothing. */
export const isSameTicket = (a: TicketFields, b: TicketFields): boolean =>
  FIELDS.every((field) => isSame(a[field], b[field])) &&
  a.status === b.status &&
  a.tags.toSorted().join('\n') === b.tags.toSorted().join('\n');

const isSame = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a.trim() === b.trim() : a === b;

const isOurs = (field: Field, { written, seen, attempted }: TicketComparison): boolean =>
  isSame(seen[field], written[field]) ||
  (attempted?.some((sent) => field in sent && isSame(seen[field], sent[field])) ?? false);

const takenOver = (field: Field, value: unknown): string =>
  `The ${NAMES[field]} was changed by a person or a Freshdesk rule; Watchdesk would have set ` +
  `${field === 'groupId' ? `group ${value}` : `“${value}”`} and leaves it alone from now on.`;

/** Pending and every waiting status are open: work is not done. */
const DONE: Readonly<Record<TicketStatus, 0 | 1 | 2>> = {
  open: 0,
  pending: 0,
  other: 0,
  resolved: 1,
  closed: 2,
};

type StatusOutcome = Readonly<{ send: boolean; isTold: boolean; notice?: string }>;

/**
 * People move a ticket's status as part of their work, so theirs stands until the incident itself changes.
 *
 * | the incident since we last wrote | we want  | Freshdesk shows   | then                                              |
 * |----------------------------------|----------|-------------------|---------------------------------------------------|
 * | unchanged                        | any      | the same, or both open | nothing                                      |
 * | unchanged                        | open, resolved | closed      | set back once, with what is missing (P3); closed again, it stays (P5) |
 * | unchanged                        | open     | resolved          | stays, told once: closing waits for proof anyway  |
 * | unchanged                        | resolved, closed | less done | stays, told once: a person reopened it            |
 * | became resolved                  | resolved | closed            | stays: the proof is under way and ends there (P5) |
 * | became resolved, closed          |          | less done         | ours is sent                                      |
 * | failed again                     | open     | resolved, closed  | ours is sent: it is news that whoever closed it did not have (P4) |
 */
function reconcileStatus({ wanted, written, seen, peopleOwn, attempted }: TicketComparison): StatusOutcome {
  const wasTold = peopleOwn.includes('status');
  const isNews = wanted.status !== written.status;
  const want = DONE[wanted.status];
  const is = DONE[seen.status];
  if (want === is) return { send: false, isTold: wasTold && !isNews };
  if (isNews) {
    const isAheadOfRecovery = want === 1 && is === 2;
    return { send: !isAheadOfRecovery, isTold: isAheadOfRecovery };
  }
  if (attempted?.some(({ status }) => status === seen.status)) return { send: true, isTold: wasTold };
  if (wasTold) return { send: false, isTold: true };
  return { send: is === 2, isTold: true, notice: statusNotice(wanted.status, seen.status) };
}

function statusNotice(wanted: TicketStatus, seen: TicketStatus): string {
  if (seen === 'closed') {
    const missing =
      wanted === 'open'
        ? 'monitoring still shows it bad'
        : 'monitoring has not shown it healthy for long enough';
    return `The ticket was closed by hand, but ${missing}, so Watchdesk set it back to ${wanted}; if it is closed again, it stays closed.`;
  }
  if (seen === 'resolved') {
    return 'The ticket was resolved by hand while monitoring still shows it bad; Watchdesk would have left it open, and leaves it resolved now.';
  }
  return `The ticket was reopened by hand; Watchdesk would have left it ${wanted}, and leaves it open until the incident itself changes.`;
}
