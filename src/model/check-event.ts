/** Opsview's words for the state of a host or of a service check. */
export const CHECK_STATES = ['UP', 'DOWN', 'UNREACHABLE', 'OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export type StateType = 'SOFT' | 'HARD';

/** One monitored object. `check` is the empty text for the host itself. */
export type ObjectKey = Readonly<{ host: string; check: string }>;

/** What Opsview wanted to tell with one notification, or that we read the state ourselves. */
export type CheckHappening =
  | 'problem'
  | 'recovery'
  | 'acknowledged'
  | 'flapping_started'
  | 'flapping_stopped'
  | 'downtime_started'
  | 'downtime_ended'
  | 'custom'
  | 'read_back';

/**
 * What Opsview said about one host or one service check, understood and made uniform.
 *
 * Shape:   plain data, never mutated after `understand` made it.
 * Units:   `occurredAt` is UTC by Opsview's clock, not ours; `checkAttempt` counts from 1.
 * Absent:  an undefined field was not told; `inDowntime`, `isFlapping` and `isAcknowledged` are undefined when
 *          this event does not say (a notification never proves that an acknowledgement is absent).
 * Errors:  none here; a delivery that cannot become one is parked by `understand`.
 * Source:  Opsview notification variables, recorded in test/fixtures/opsview/, or a REST status read.
 */
export type CheckEvent = Readonly<{
  kind: 'check';
  happening: CheckHappening;
  host: string;
  /** Empty for an event about the host itself. */
  check: string;
  state: CheckState;
  stateType: StateType;
  checkAttempt?: number;
  notificationNumber?: number;
  inDowntime?: boolean;
  isFlapping?: boolean;
  isAcknowledged?: boolean;
  /** Who acknowledged, set the downtime or sent the custom notification. */
  author?: string;
  comment?: string;
  /** First line of plugin output, untrusted text. */
  output: string;
  /** Further lines, decoded to real line feeds, untrusted text. */
  longOutput: string;
  hostAlias?: string;
  hostAddress?: string;
  hostGroup?: string;
  hashtags: readonly string[];
  /** When the state began, by Opsview's clock. */
  stateSince?: Date;
  occurredAt: Date;
}>;

/**
 * States that we read from Opsview ourselves.
 *
 * `purpose: 'proof'` belongs to one incident and decides whether it may close; `'sweep'` is the periodic look at
 * everything. `missing` lists objects asked for that Opsview does not know (any more).
 */
export type ReadBackEvent = Readonly<{
  kind: 'read_back';
  purpose: 'proof' | 'sweep';
  incidentId?: string;
  readAt: Date;
  objects: readonly CheckEvent[];
  missing: readonly ObjectKey[];
}>;

const HEALTHY: ReadonlySet<CheckState> = new Set(['UP', 'OK']);

/** Healthy means UP or OK; WARNING is not healthy. */
export const isHealthy = (state: CheckState): boolean => HEALTHY.has(state);

/** How bad a state is, for "worse than": 0 healthy, 1 WARNING, 2 UNKNOWN or UNREACHABLE, 3 CRITICAL or DOWN. */
export function badness(state: CheckState): 0 | 1 | 2 | 3 {
  if (isHealthy(state)) return 0;
  if (state === 'WARNING') return 1;
  return state === 'UNKNOWN' || state === 'UNREACHABLE' ? 2 : 3;
}

/** One text per object, for maps and unique columns. `::` cannot occur in an Opsview host name. */
export const objectKeyText = ({ host, check }: ObjectKey): string => `${host}::${check}`;

/** For people: `web01 HTTP`, or `host web01`. */
export const objectName = ({ host, check }: ObjectKey): string =>
  check === '' ? `host ${host}` : `${host} ${check}`;
