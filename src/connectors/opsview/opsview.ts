import type { CheckEvent, ObjectKey } from '../../model/check-event.ts';
import type { Clock } from '../../model/clock.ts';
import { acknowledge } from './acknowledge.ts';
import { createOpsviewHttp, type OpsviewAccess, type OpsviewHttp } from './opsview-http.ts';
import { type OpsviewInfo, readInfo } from './read-info.ts';
import { type ObjectStates, readObjects } from './read-objects.ts';
import { readUnhealthy } from './read-unhealthy.ts';

export type { ObjectStates, OpsviewInfo };

/**
 * One Opsview server. Every function throws ConnectorError and nothing else of its own. Logs in when first needed and
 * again when the token has expired; retries only database deadlocks, a few times.
 */
export type Opsview = Readonly<{
  readObjects(keys: readonly ObjectKey[]): Promise<ObjectStates>;
  readUnhealthy(): Promise<readonly CheckEvent[]>;
  acknowledge(object: ObjectKey, comment: string): Promise<void>;
  readInfo(): Promise<OpsviewInfo>;
  /** How far Opsview's clock is ahead of ours, ms, as its last answer told; 0 before the first. */
  aheadMs(): number;
}>;

/** What each call gets. `clock` is Opsview's: what is read is dated by it. */
export type OpsviewCall = Readonly<{ ask: OpsviewHttp; clock: Clock }>;

export function createOpsview(access: OpsviewAccess): Opsview {
  const { ask, opsviewClock } = createOpsviewHttp(access);
  const call: OpsviewCall = { ask, clock: opsviewClock };
  return {
    readObjects: (keys) => readObjects(call, keys),
    readUnhealthy: () => readUnhealthy(call),
    acknowledge: (object, comment) => acknowledge(call, { object, comment }),
    readInfo: () => readInfo(call),
    aheadMs: () => opsviewClock.now().getTime() - access.clock.now().getTime(),
  };
}
