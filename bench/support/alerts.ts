import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const RECORDED = new URL('../../test/fixtures/opsview/service-problem-critical.json', import.meta.url);
const macros: Readonly<Record<string, string>> = JSON.parse(readFileSync(RECORDED, 'utf8')).macros;

/**
 * A row of alerts: alert i is about check `i / hosts` of host `i % hosts`, so that the hosts take turns.
 * `run` keeps the names of one row apart from those of another; names repeat after hosts × checks alerts.
 */
export type AlertPlan = Readonly<{
  run: string;
  count: number;
  hosts: number;
  checks: number;
  /** Hosts that share a host group; 1 gives every host its own. */
  hostsPerGroup: number;
  /** Alert of this index is about the check Payments of host `pay01`, which the benchmark's policy makes Urgent. */
  urgentAt?: number;
}>;

export const URGENT_HOST = 'pay01';
export const hostName = (plan: Pick<AlertPlan, 'run'>, host: number): string => `${plan.run}-${host}`;
export const checkName = (check: number): string => `Check ${check}`;

export type AlertObject = Readonly<{ host: string; check: string; hostGroup: string }>;

export function objectOf(plan: AlertPlan, index: number): AlertObject {
  if (index === plan.urgentAt) return { host: URGENT_HOST, check: 'Payments', hostGroup: 'payments' };
  const host = index % plan.hosts;
  return {
    host: hostName(plan, host),
    check: checkName(Math.floor(index / plan.hosts) % plan.checks),
    hostGroup: `${plan.run} group ${Math.floor(host / plan.hostsPerGroup)}`,
  };
}

type Told = Readonly<{ state: 'CRITICAL' | 'OK'; at: Date }>;

/** One delivery as the notification script posts it: a recorded alert, about 1.4 KB, with other names and times. */
export function alertBody(
  { host, check, hostGroup }: AlertObject,
  { state, at }: Told,
): Readonly<{ id: string; macros: Record<string, string>; text: string }> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const id = randomUUID();
  const told = {
    ...macros,
    NAGIOS_NOTIFICATIONTYPE: state === 'OK' ? 'RECOVERY' : 'PROBLEM',
    NAGIOS_HOSTNAME: host,
    NAGIOS_HOSTALIAS: `Server ${host}`,
    NAGIOS_HOSTGROUPNAME: hostGroup,
    NAGIOS_SERVICEDESC: check,
    NAGIOS_SERVICESTATE: state,
    NAGIOS_LASTSERVICECHECK: seconds,
    NAGIOS_LASTSERVICESTATECHANGE: seconds,
    NAGIOS_TIMET: seconds,
  };
  return {
    id,
    macros: told,
    text: JSON.stringify({ version: 1, id, sent_at: at.toISOString(), macros: told }),
  };
}

/** The value of X-Watchdesk-Signature. */
export function signatureOf(body: string, { secret, at }: Readonly<{ secret: string; at: Date }>): string {
  const timestamp = Math.floor(at.getTime() / 1000);
  return `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** The bytes of one signed request. */
export const signedRequest = (body: string, given: Readonly<{ secret: string; at: Date }>): Buffer =>
  Buffer.from(
    `POST /webhooks/opsview HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `X-Watchdesk-Signature: ${signatureOf(body, given)}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
