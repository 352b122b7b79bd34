import type { TimelineKind } from '../model/decision.ts';
import type { IncidentStatus, Proof } from '../model/incident.ts';
import type { Priority } from '../model/priority.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { FailedMessage, IncidentLine, IncidentPage, NextTimer } from './console-view.ts';

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

export const PRIORITY_NAMES: Readonly<Record<Priority, string>> = {
  urgent: 'Urgent',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

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
  return ['acknowledged', 'unacknowledged'].includes(kind) ? 'person' : 'record';
}

export const kindName = (kind: string): string => {
  const text = kind.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const MESSAGE_NAMES: Readonly<Record<string, string>> = {
  private_note: 'Private note on the ticket',
  acknowledge_alert: 'Acknowledgement in Opsview',
  read_proof: 'Reading Opsview for proof',
};
export const messageName = (kind: string): string => MESSAGE_NAMES[kind] ?? kindName(kind);

const WORK: Readonly<Record<NextTimer['name'], string>> = {
  soak: 'Asks Opsview again',
  digest: 'Tells the ticket which alerts joined',
  confirm: 'Looks whether the reporter has answered',
  repeat: 'Looks whether this happens too often',
  overdue: 'Looks whether the Problem is solved',
};

/** `Asks Opsview again at 09:25 UTC: healthy must hold for 10 min`. */
export function timerSentence(timer: NextTimer, now: Date): string {
  const when =
    timer.dueAt > now ? `at ${atTime(timer.dueAt, now)}` : `now, due since ${atTime(timer.dueAt, now)}`;
  return `${WORK[timer.name]} ${when}: ${timer.why}`;
}

/** What happens next to an incident, also when no timer runs. */
export function nextStep(line: IncidentLine, now: Date): string {
  if (line.ticket?.stuck !== undefined) return `A person must look at the ticket: ${line.ticket.stuck}`;
  if (line.nextTimer) return timerSentence(line.nextTimer, now);
  if (line.status === 'resolved') return 'Waits for Opsview to be read back as proof';
  if (line.status === 'closed') return 'Nothing: it is closed';
  return line.status === 'new' ? 'Waits for someone to take it, or for recovery' : 'Waits for recovery';
}

/** What proved that the incident is over, or what is missing for it to close (promise P3). */
export function proofState(page: IncidentPage, now: Date): Readonly<{ proven: boolean; sentence: string }> {
  const { line, proof, soakMs } = page;
  if (proof && proof.kind !== 'monitoring') return { proven: true, sentence: proofSentence(proof, now) };
  if (proof) {
    const objects = plural(proof.objects.length, 'object was', 'objects were');
    const sentence = `${objects} read back from Opsview as healthy at ${atTime(proof.readAt, now)}, having held for at least ${duration(proof.soakMs)}.`;
    return { proven: true, sentence };
  }
  if (line.status === 'closed') return { proven: false, sentence: 'It was closed and no proof is recorded.' };
  const hold = `healthy must be read back from Opsview and have held for ${duration(soakMs)}`;
  if (line.badAlertCount > 0) {
    const bad = `${line.badAlertCount} of ${plural(line.alertCount, 'alert')} ${line.badAlertCount === 1 ? 'is' : 'are'} still bad`;
    return { proven: false, sentence: `Missing: ${bad}. After recovery, ${hold}.` };
  }
  return { proven: false, sentence: `Missing: ${hold}.` };
}

/** What people said, in one sentence. */
function proofSentence(proof: Exclude<Proof, { kind: 'monitoring' }>, now: Date): string {
  switch (proof.kind) {
    case 'reporter_link':
      return `${proof.who} confirmed by the link at ${atTime(proof.at, now)} that it works again.`;
    case 'reporter_reply':
      return `${proof.who} replied at ${atTime(proof.at, now)} that it works again.`;
    case 'agent_record':
      return `${proof.who} confirmed (${proof.how}), as ${proof.by} recorded at ${atTime(proof.at, now)}.`;
    case 'silence':
      return `The reporter was asked at ${atTime(proof.askedAt, now)}, reminded ${plural(proof.reminders, 'time')}, and did not answer.`;
    case 'withdrawn':
      return `Nothing was left to prove: ${proof.why}`;
  }
}

/** What a person can do about a message that was given up, told from how its error begins. */
export function remedy({ kind, lastError }: Pick<FailedMessage, 'kind' | 'lastError'>): string {
  const other = kind === 'private_note' ? 'Freshdesk' : 'Opsview';
  const credentials = other === 'Freshdesk' ? 'FRESHDESK_API_KEY' : 'OPSVIEW_USERNAME and OPSVIEW_PASSWORD';
  if (/unauthorised|401|403/i.test(lastError))
    return `Check ${credentials} and its rights in ${other}, restart, then try again.`;
  if (/not_found|404/i.test(lastError))
    return `${other} does not have it any more. Look there; try again only if it came back.`;
  if (/rejected|400|409|422/i.test(lastError))
    return `${other} refused the content. Change what it complains about there, then try again.`;
  return `Check that ${other} answers, then try again. It is looked up first, so it cannot arrive twice.`;
}

const FIELD_NAMES: readonly (readonly [keyof TicketFields, string])[] = [
  ['subject', 'Subject'],
  ['status', 'Status'],
  ['priority', 'Priority'],
  ['type', 'Type'],
  ['groupId', 'Group'],
  ['tags', 'Tags'],
];

const fieldText = (value: TicketFields[keyof TicketFields]): string =>
  value === undefined ? '–' : Array.isArray(value) ? value.join(', ') || '–' : String(value);

/** Wanted beside seen, field by field; `differs` only where we wish something and have seen something else. */
export function compareTicket(ticket: NonNullable<IncidentPage['ticket']>) {
  return FIELD_NAMES.map(([field, name]) => {
    const wanted = fieldText(ticket.wanted[field]);
    const seen = ticket.seen ? fieldText(ticket.seen[field]) : '–';
    const owned = ticket.peopleOwn.includes(field);
    return {
      name,
      wanted,
      seen,
      owned,
      differs: !owned && !!ticket.seen && wanted !== '–' && wanted !== seen,
    };
  });
}
