import type { Host, Monitored } from './state.ts';
import { findHost, inDowntime, type Macros, nowOf, type World } from './world.ts';

export type NotificationType =
  | 'PROBLEM'
  | 'RECOVERY'
  | 'ACKNOWLEDGEMENT'
  | 'FLAPPINGSTART'
  | 'FLAPPINGSTOP'
  | 'DOWNTIMESTART'
  | 'DOWNTIMEEND'
  | 'DOWNTIMECANCELLED'
  | 'CUSTOM';

type By = Readonly<{ author: string; comment: string }>;

/**
 * Starts the notification script once per contact, as Opsview does. It does not ask whether it should; that is
 * `notifyOfState`. Source of the variables: recorded alerts and opsview reference 1.3.
 */
export function notify(world: World, object: Monitored, type: NotificationType, by?: By): void {
  const host = findHost(world, object.host);
  if (!host) return;
  const macros = macrosOf(world, host, object, type, by);
  for (const contact of world.settings.contacts) world.send({ ...macros, NAGIOS_CONTACTNAME: contact });
}

/** Whether anybody may be told about a state of this object now. */
export function mayNotify(world: World, object: Monitored): boolean {
  if (object.isFlapping || inDowntime(world, object)) return false;
  return object.check === '' || findHost(world, object.host)?.self.hardState === 'UP';
}

/** PROBLEM or RECOVERY after a hard change, if the rules let it out. A recovery that is held back is lost for good. */
export function notifyOfState(world: World, object: Monitored): void {
  const isWell = object.hardState === 'OK' || object.hardState === 'UP';
  const allowed = mayNotify(world, object);
  if (isWell) {
    if (allowed && object.notificationNumber > 0) {
      object.notificationNumber += 1;
      notify(world, object, 'RECOVERY');
    }
    object.notificationNumber = 0;
  } else if (allowed && !object.acknowledgement) {
    object.notificationNumber += 1;
    object.lastNotification = nowOf(world);
    notify(world, object, 'PROBLEM');
  }
}

function macrosOf(world: World, host: Host, object: Monitored, type: NotificationType, by?: By): Macros {
  const now = nowOf(world);
  const at = new Date(now * 1000);
  const isHost = object.check === '';
  const number = ['PROBLEM', 'RECOVERY', 'ACKNOWLEDGEMENT'].includes(type) ? object.notificationNumber : 0;
  const acknowledged = type === 'ACKNOWLEDGEMENT' ? by : undefined;
  const place = isHost ? 'HOST' : 'SERVICE';
  const given: Record<string, string> = {
    NOTIFICATIONTYPE: type,
    NOTIFICATIONNUMBER: String(number),
    NOTIFICATIONAUTHOR: by?.author ?? '',
    NOTIFICATIONCOMMENT: by?.comment ?? '',
    HOSTNAME: host.name,
    HOSTALIAS: host.alias,
    HOSTADDRESS: host.ip,
    HOSTGROUPNAME: host.hostGroup,
    HOSTDOWNTIME: depth(world, host.self, type),
    HOSTNOTIFICATIONNUMBER: String(isHost ? number : 0),
    LASTHOSTUP: String(host.self.lastIn.UP ?? 0),
    LASTHOSTDOWN: String(host.self.lastIn.DOWN ?? 0),
    LASTHOSTUNREACHABLE: String(host.self.lastIn.UNREACHABLE ?? 0),
    ...stateMacros('HOST', host.self, now),
    SERVICEDESC: object.check,
    ...(isHost
      ? {}
      : {
          ...stateMacros('SERVICE', object, now),
          SERVICEDOWNTIME: depth(world, object, type),
          SERVICENOTIFICATIONNUMBER: String(number),
          LASTSERVICEOK: String(object.lastIn.OK ?? 0),
          LASTSERVICEWARNING: String(object.lastIn.WARNING ?? 0),
          LASTSERVICECRITICAL: String(object.lastIn.CRITICAL ?? 0),
        }),
    [`${place}ACKAUTHOR`]: acknowledged?.author ?? '',
    [`${place}ACKCOMMENT`]: acknowledged?.comment ?? '',
    TIMET: String(now),
    SHORTDATETIME: at.toISOString().slice(0, 19).replace('T', ' '),
    LONGDATETIME: longDateTime(at),
    CONTACTEMAIL: 'watchdesk@example.com',
    CONTACTPAGER: '+441234567890',
    CONTACTGROUPLIST: [
      ...host.hashtags.map((hashtag, index) => `k${index + 7}_${hashtag}`),
      `hostgroup${host.hostGroupId}_servicegroup2`,
    ].join(','),
  };
  // An empty variable is left out, as in the recordings; only the empty SERVICEDESC says something: a host alert.
  const kept = Object.entries(given).filter(([name, value]) => value !== '' || name === 'SERVICEDESC');
  return Object.fromEntries(kept.map(([name, value]) => [`NAGIOS_${name}`, value]));
}

function stateMacros(place: 'HOST' | 'SERVICE', object: Monitored, now: number): Record<string, string> {
  return {
    [`${place}STATE`]: object.state,
    [`${place}STATETYPE`]: object.stateType,
    [`${place}ATTEMPT`]: String(object.attempt),
    [`${place}OUTPUT`]: object.output.replaceAll(';', ':'),
    [`LONG${place}OUTPUT`]: escapeLongOutput(object.longOutput),
    [`${place}DURATION`]: duration(now - object.lastStateChange),
    [`LAST${place}STATE`]: object.lastState,
    [`LAST${place}CHECK`]: String(object.lastCheck),
    [`LAST${place}STATECHANGE`]: String(object.lastStateChange),
  };
}

/** A DOWNTIMESTART still says 0, as recorded. */
const depth = (world: World, object: Monitored, type: NotificationType): string =>
  type !== 'DOWNTIMESTART' && inDowntime(world, object) ? '1' : '0';

/** Nagios doubles backslashes and writes line feeds as two characters in long output only. */
const escapeLongOutput = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(';', ':');

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  return `${days}d ${hours}h ${Math.floor((seconds % 3600) / 60)}m ${seconds % 60}s`;
}

/** `Fri Nov 20 17:38:01 UTC 2026` */
function longDateTime(at: Date): string {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
