import type { CheckState, ObjectKey, StateType } from '../../model/check-event.ts';
import type { HostPlan } from './inventory.ts';

export type Acknowledgement = Readonly<{ author: string; comment: string; sticky: boolean }>;

/** One host or service check as Opsview sees it; instants in whole seconds since 1970, 0 for never. */
export type Monitored = {
  id: number;
  host: string;
  /** Empty for the host itself. */
  check: string;
  okOutput: string;
  state: CheckState;
  lastState: CheckState;
  stateType: StateType;
  /** The last hard state: notifications follow its changes only. */
  hardState: CheckState;
  attempt: number;
  attemptsMax: number;
  output: string;
  longOutput: string;
  lastCheck: number;
  lastStateChange: number;
  /** When it was last in each state. */
  lastIn: Partial<Record<CheckState, number>>;
  isFlapping: boolean;
  acknowledgement: Acknowledgement | null;
  /** How many PROBLEM notifications the open problem had; 0 when nobody was told. */
  notificationNumber: number;
  lastNotification: number;
  /** Bad only because its host went down, and back with it. */
  felledByHost: boolean;
};

export type Host = {
  name: string;
  alias: string;
  ip: string;
  hostGroup: string;
  hostGroupId: number;
  hashtags: string[];
  self: Monitored;
  checks: Monitored[];
};

export type Downtime = {
  id: number;
  host: string;
  /** Empty covers the host with all its checks. */
  check: string;
  author: string;
  comment: string;
  start: number;
  end: number;
  started: boolean;
};

/** `eventtype` of the event list: 0 state, 1 acknowledgement, 2 and 3 downtime start and stop. */
export type LoggedEvent = Readonly<{
  eventid: number;
  eventtype: 0 | 1 | 2 | 3;
  host: string;
  check: string;
  state: CheckState;
  stateType: StateType;
  time: number;
  output: string;
  author?: string;
  comment?: string;
}>;

/** Work that happens later; `dueAt` in ms since 1970. */
export type Task = Readonly<{ dueAt: number }> &
  (
    | Readonly<{ kind: 'acknowledge'; object: ObjectKey; acknowledgement: Acknowledgement; notify: boolean }>
    | Readonly<{ kind: 'unacknowledge'; object: ObjectKey }>
    | Readonly<{ kind: 'retry'; object: ObjectKey }>
    | Readonly<{ kind: 'flap'; object: ObjectKey }>
    | Readonly<{ kind: 'next_check'; object: ObjectKey }>
  );

export type Data = {
  nextId: number;
  hosts: Host[];
  downtimes: Downtime[];
  events: LoggedEvent[];
  tasks: Task[];
};

export const EVENTS_KEPT = 1000;

/** Everything up and OK since `now` (seconds). */
export function freshData(plan: readonly HostPlan[], now: number): Data {
  const groups = [...new Set(plan.map(({ hostGroup }) => hostGroup))];
  let id = 200;
  const monitored = (host: string, check: string, okOutput: string): Monitored => ({
    id: id++,
    host,
    check,
    okOutput,
    state: check === '' ? 'UP' : 'OK',
    lastState: check === '' ? 'UP' : 'OK',
    stateType: 'HARD',
    hardState: check === '' ? 'UP' : 'OK',
    attempt: 1,
    attemptsMax: 3,
    output: okOutput,
    longOutput: '',
    lastCheck: now,
    lastStateChange: now,
    lastIn: {},
    isFlapping: false,
    acknowledgement: null,
    notificationNumber: 0,
    lastNotification: 0,
    felledByHost: false,
  });
  const hosts = plan.map((host) => ({
    name: host.name,
    alias: host.alias,
    ip: host.ip,
    hostGroup: host.hostGroup,
    hostGroupId: groups.indexOf(host.hostGroup) + 3,
    hashtags: [...host.hashtags],
    self: monitored(host.name, '', 'PING OK - Packet loss = 0%, RTA = 0.31 ms'),
    checks: host.checks.map(({ name, okOutput }) => monitored(host.name, name, okOutput)),
  }));
  return { nextId: 1000, hosts, downtimes: [], events: [], tasks: [] };
}
