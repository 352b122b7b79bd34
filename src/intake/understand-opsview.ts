import {
  CHECK_STATES,
  type CheckEvent,
  type CheckHappening,
  type CheckState,
  isHealthy,
} from '../model/check-event.ts';
import type { Why } from '../model/decision.ts';
import { type Macros, type OpsviewEnvelope, readOpsviewEnvelope } from './opsview-envelope.ts';
import { NAME_LENGTH_MAX, told, toldCount, toldInstant, toldName } from './opsview-macros.ts';
import { decodeLongOutput, storableText } from './opsview-text.ts';
import type { Understood } from './understood.ts';

/** A time told this far ahead of the arrival is ordinary; beyond it it is not believed. */
export const CLOCK_AHEAD_MS_MAX = 60_000;

const HAPPENINGS: ReadonlyMap<string, CheckHappening> = new Map([
  ['PROBLEM', 'problem'],
  ['RECOVERY', 'recovery'],
  ['ACKNOWLEDGEMENT', 'acknowledged'],
  ['FLAPPINGSTART', 'flapping_started'],
  ['FLAPPINGSTOP', 'flapping_stopped'],
  ['FLAPPINGDISABLED', 'flapping_stopped'],
  ['DOWNTIMESTART', 'downtime_started'],
  ['DOWNTIMEEND', 'downtime_ended'],
  ['DOWNTIMECANCELLED', 'downtime_ended'],
  ['CUSTOM', 'custom'],
]);

const HOST_STATES: ReadonlySet<string> = new Set(['UP', 'DOWN', 'UNREACHABLE']);
const SERVICE_STATES: ReadonlySet<string> = new Set(CHECK_STATES.filter((state) => !HOST_STATES.has(state)));

const parked = (rule: string, sentence: string): Readonly<{ parked: Why }> => ({
  parked: { rule, sentence },
});

/** For a sentence: bounded, on one line, in quotes. */
const quoted = (text: string): string => {
  const line = storableText(text).replace(/\s+/g, ' ');
  return `“${line.length > 80 ? `${line.slice(0, 80)}…` : line}”`;
};

/**
 * When it happened, by Opsview's clock: the time of the call, else of the check, else our own.
 * A time more than a minute ahead of the arrival becomes that: events are ordered by it, so one far in the future would make
 * every later one look old, and the object would be deaf until then.
 */
function occurredAtOf(macros: Macros, about: 'HOST' | 'SERVICE', receivedAt: Date): Date {
  const instant = toldInstant(macros, 'TIMET') ?? toldInstant(macros, `LAST${about}CHECK`) ?? receivedAt;
  return instant.getTime() > receivedAt.getTime() + CLOCK_AHEAD_MS_MAX ? receivedAt : instant;
}

/** Hashtags reach a notification as contact groups named `k<number>_<hashtag>`, comma-separated. */
export function hashtagsOf(contactGroups: string): readonly string[] {
  const tags = contactGroups.split(',').map((group) => /^k\d+_(.+)$/.exec(group.trim())?.[1]);
  return [
    ...new Set(tags.filter((tag): tag is string => tag !== undefined && tag.length <= NAME_LENGTH_MAX)),
  ];
}

/** The state wins over the kind: Opsview's own self-test sends recoveries that are called PROBLEM. */
function happeningOf(kind: CheckHappening, state: CheckState): CheckHappening {
  if (kind === 'problem' && isHealthy(state)) return 'recovery';
  if (kind === 'recovery' && !isHealthy(state)) return 'problem';
  return kind;
}

/**
 * In downtime when the object or its host is; DOWNTIMESTART still tells depth 0, and DOWNTIMEEND comes only when no
 * other downtime is left. Undefined when no depth was told.
 */
function inDowntimeOf(macros: Macros, about: 'HOST' | 'SERVICE', kind: CheckHappening): boolean | undefined {
  if (kind === 'downtime_started') return true;
  if (kind === 'downtime_ended') return false;
  const ofHost = toldCount(macros, 'HOSTDOWNTIME');
  const ofService = about === 'SERVICE' ? toldCount(macros, 'SERVICEDOWNTIME') : undefined;
  return ofHost === undefined && ofService === undefined ? undefined : (ofHost ?? 0) + (ofService ?? 0) > 0;
}

function isFlappingOf(kind: CheckHappening): boolean | undefined {
  if (kind === 'flapping_started') return true;
  return kind === 'flapping_stopped' ? false : undefined;
}

/** Leaves out what was not told, so that an absent field is absent and not present as undefined. */
type Told<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
function onlyTold<T extends object>(fields: T): Told<T> {
  const kept: Told<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value as Exclude<T[keyof T], undefined>;
  }
  return kept;
}

function parkedBusinessService(name: string, macros: Macros): Readonly<{ parked: Why }> {
  const state = macros.OPSVIEW_STATETEXT?.trim() || 'in a state that was not told';
  return parked(
    'business_service_alert',
    `Business service or component ${quoted(name)} is ${quoted(state)}: alerts about business services name no ` +
      'host, check, kind or time; its hosts and checks are alerted and read back on their own.',
  );
}

/** The four facts without which there is no event, or why they cannot be told. */
type Identified = Readonly<{ host: string; check: string; kind: CheckHappening; state: CheckState }>;

function identify(macros: Macros): Readonly<{ identified: Identified } | { parked: Why }> {
  const businessService = macros.OPSVIEW_NAME?.trim();
  if (businessService) return parkedBusinessService(businessService, macros);
  const host = told(macros, 'HOSTNAME')?.trim();
  if (host === undefined) return parked('host_missing', 'The alert does not name a host (NAGIOS_HOSTNAME).');

  const check = told(macros, 'SERVICEDESC')?.trim() ?? '';
  if (check === '' && told(macros, 'SERVICESTATE') !== undefined) {
    return parked(
      'check_missing',
      `An alert about a service check of host ${quoted(host)} does not name it (NAGIOS_SERVICEDESC).`,
    );
  }
  const unfit = [host, check].find((name) => name.length > NAME_LENGTH_MAX || /\p{Cc}/u.test(name));
  if (unfit !== undefined || host.includes('::')) {
    return parked(
      'name_impossible',
      `${quoted(unfit ?? host)} cannot be a name in Opsview: at most ${NAME_LENGTH_MAX} characters, no control ` +
        'characters, and no “::” in a host name.',
    );
  }

  const kindWord = told(macros, 'NOTIFICATIONTYPE')?.trim().toUpperCase();
  const kind = HAPPENINGS.get(kindWord ?? '');
  if (kind === undefined) {
    return parked(
      'kind_unknown',
      kindWord === undefined
        ? 'The alert does not say what kind it is (NAGIOS_NOTIFICATIONTYPE).'
        : `The kind of alert ${quoted(kindWord)} is not known.`,
    );
  }

  const about = check === '' ? 'HOST' : 'SERVICE';
  const stateWord = told(macros, `${about}STATE`)?.trim().toUpperCase();
  if (stateWord === undefined || !(check === '' ? HOST_STATES : SERVICE_STATES).has(stateWord)) {
    return parked(
      'state_unknown',
      stateWord === undefined
        ? `The alert does not tell a state (NAGIOS_${about}STATE).`
        : `${quoted(stateWord)} is not a state of a ${check === '' ? 'host' : 'service check'}.`,
    );
  }
  return { identified: { host, check, kind, state: stateWord as CheckState } };
}

/**
 * Why an alert cannot become an event, undefined when it can. The webhook asks only this: the event itself is made when
 * it is decided, so that taking alerts in stays fast.
 */
export function whyNotUnderstood({ macros }: Pick<OpsviewEnvelope, 'macros'>): Why | undefined {
  const found = identify(macros);
  return 'parked' in found ? found.parked : undefined;
}

/**
 * Understands what one run of the notification script reported.
 *
 * Every variable may be missing except the kind, the host and the state of the object; an empty SERVICEDESC means the
 * host itself; a missing or unknown state type counts as HARD, because only hard states are notified.
 *
 * @param receivedAt when the delivery arrived, UTC by Opsview's clock as far as that is known
 */
export function understandOpsviewAlert(
  { macros }: Pick<OpsviewEnvelope, 'macros'>,
  receivedAt: Date,
): Understood<CheckEvent> {
  const found = identify(macros);
  return 'parked' in found ? found : { event: eventOf({ macros, receivedAt, ...found.identified }) };
}

function eventOf(read: Identified & Readonly<{ macros: Macros; receivedAt: Date }>): CheckEvent {
  const { macros, host, check, kind, state } = read;
  const about = check === '' ? 'HOST' : 'SERVICE';
  const occurredAt = occurredAtOf(macros, about, read.receivedAt);
  const stateSince = toldInstant(macros, `LAST${about}STATECHANGE`);
  const acknowledgement = (field: 'AUTHOR' | 'COMMENT') =>
    kind === 'acknowledged' ? told(macros, `${about}ACK${field}`) : undefined;
  const attempt = toldCount(macros, `${about}ATTEMPT`);

  return {
    kind: 'check',
    happening: happeningOf(kind, state),
    host,
    check,
    state,
    stateType: told(macros, `${about}STATETYPE`)?.trim().toUpperCase() === 'SOFT' ? 'SOFT' : 'HARD',
    output: told(macros, `${about}OUTPUT`) ?? '',
    longOutput: decodeLongOutput(told(macros, `LONG${about}OUTPUT`) ?? ''),
    hashtags: hashtagsOf(told(macros, 'CONTACTGROUPLIST') ?? told(macros, 'CONTACTGROUPNAMES') ?? ''),
    occurredAt,
    ...onlyTold({
      checkAttempt: attempt === 0 ? undefined : attempt,
      notificationNumber: toldCount(macros, 'NOTIFICATIONNUMBER'),
      inDowntime: inDowntimeOf(macros, about, kind),
      isFlapping: isFlappingOf(kind),
      isAcknowledged: kind === 'acknowledged' ? true : undefined,
      author: told(macros, 'NOTIFICATIONAUTHOR') ?? acknowledgement('AUTHOR'),
      comment: told(macros, 'NOTIFICATIONCOMMENT') ?? acknowledgement('COMMENT'),
      hostAlias: told(macros, 'HOSTALIAS'),
      hostAddress: told(macros, 'HOSTADDRESS'),
      hostGroup: toldName(macros, 'HOSTGROUPNAME'),
      stateSince: stateSince && stateSince > occurredAt ? occurredAt : stateSince,
    }),
  };
}

/** The same for a whole body as it was kept; an envelope that cannot be read is parked with its faults. */
export function understandOpsview(body: unknown, receivedAt: Date): Understood<CheckEvent> {
  const read = readOpsviewEnvelope(body);
  if ('faults' in read) return parked('envelope_unreadable', `Not an alert: ${read.faults.join('; ')}.`);
  return understandOpsviewAlert(read.envelope, receivedAt);
}
