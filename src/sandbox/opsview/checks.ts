import { type CheckState, isHealthy, type ObjectKey } from '../../model/check-event.ts';
import { mayNotify, notify, notifyOfState } from './notifications.ts';
import type { Host, Monitored } from './state.ts';
import { cancelTasks, inDowntime, later, logEvent, nowOf, objectNamed, type World } from './world.ts';

/**
 * How a result is taken:
 * - `hard` (default): as if all attempts had been made
 * - `soft_first`: a bad result starts as SOFT attempt 1; the following attempts come with the clock
 * - `silent`: hard, and the notification gets lost, as happens with flapping and with hosts that were down
 */
export type ResultMode = 'hard' | 'soft_first' | 'silent';

/** One result of a check. Throws when the object is not in the inventory or cannot have this state. */
export function takeResult(
  world: World,
  key: ObjectKey,
  result: Readonly<{ state: CheckState; output?: string; longOutput?: string; mode?: ResultMode }>,
): void {
  const { host, object } = objectNamed(world, key);
  const isHost = object.check === '';
  if (['UP', 'DOWN', 'UNREACHABLE'].includes(result.state) !== isHost) {
    throw new Error(`${isHost ? 'A host' : 'A service check'} cannot be ${result.state}.`);
  }
  cancelTasks(world, 'retry', key);
  const before = object.hardState;
  object.felledByHost = false;
  object.longOutput = result.longOutput ?? '';
  setState(world, object, result.state, result.output ?? defaultOutput(object, result.state));

  const startsSoft = result.mode === 'soft_first' && isHealthy(before) && !isHealthy(result.state);
  if (startsSoft) {
    object.stateType = 'SOFT';
    object.attempt = 1;
    logEvent(world, object, 0);
    later(world, world.settings.retryIntervalMs, { kind: 'retry', object: key });
    return;
  }
  becomeHard(world, host, object, result.mode === 'silent');
}

/** The next attempt of a soft state gives the same result; the last makes it hard. */
export function retryCheck(world: World, key: ObjectKey): void {
  const { host, object } = objectNamed(world, key);
  if (object.stateType !== 'SOFT') return;
  object.attempt += 1;
  object.lastCheck = nowOf(world);
  world.unsaved = true;
  if (object.attempt >= object.attemptsMax) {
    becomeHard(world, host, object, false);
  } else {
    logEvent(world, object, 0);
    later(world, world.settings.retryIntervalMs, { kind: 'retry', object: key });
  }
}

function becomeHard(world: World, host: Host, object: Monitored, silent: boolean): void {
  const before = object.hardState;
  const recoversFromSoft = object.stateType === 'SOFT' && isHealthy(object.state) && isHealthy(before);
  object.stateType = 'HARD';
  object.hardState = object.state;
  object.attempt = isHealthy(object.state) ? 1 : object.attemptsMax;
  if (before === object.state) {
    if (recoversFromSoft) logEvent(world, object, 0);
    return;
  }
  logEvent(world, object, 0);
  if (object.acknowledgement && (isHealthy(object.state) || !object.acknowledgement.sticky)) {
    object.acknowledgement = null;
  }
  if (silent) {
    if (isHealthy(object.state)) object.notificationNumber = 0;
  } else {
    notifyOfState(world, object);
  }
  if (object.check === '') carryToChecks(world, host, isHealthy(object.state));
}

/** With its host down every check fails silently at once; those that fell with it come back with it. */
function carryToChecks(world: World, host: Host, hostIsUp: boolean): void {
  for (const object of host.checks) {
    if (hostIsUp && object.felledByHost) {
      settleQuietly(world, object, 'OK', object.okOutput);
      object.felledByHost = false;
    } else if (hostIsUp && !isHealthy(object.hardState)) {
      later(world, world.settings.checkIntervalMs, {
        kind: 'next_check',
        object: { host: object.host, check: object.check },
      });
    } else if (!hostIsUp && isHealthy(object.hardState)) {
      settleQuietly(world, object, 'CRITICAL', 'CRITICAL - no answer from the host');
      object.felledByHost = true;
    }
  }
}

function settleQuietly(world: World, object: Monitored, state: CheckState, output: string): void {
  setState(world, object, state, output);
  object.stateType = 'HARD';
  object.hardState = state;
  object.attempt = 1;
  logEvent(world, object, 0);
}

function setState(world: World, object: Monitored, state: CheckState, output: string): void {
  const now = nowOf(world);
  object.lastIn[object.state] = now;
  object.lastState = object.state;
  if (object.state !== state) object.lastStateChange = now;
  object.state = state;
  object.lastIn[state] = now;
  object.lastCheck = now;
  object.output = output;
  world.unsaved = true;
}

function defaultOutput(object: Monitored, state: CheckState): string {
  if (isHealthy(state)) return object.okOutput;
  if (object.check === '') return 'PING CRITICAL - Packet loss = 100%';
  return `${state} - set by hand in the sandbox`;
}

/** A check that was kept quiet is looked at again: if it is still bad, somebody is told now. */
export function checkAgain(world: World, key: ObjectKey): void {
  const { object } = objectNamed(world, key);
  object.lastCheck = nowOf(world);
  world.unsaved = true;
  if (object.stateType === 'HARD' && !isHealthy(object.hardState)) notifyOfState(world, object);
}

/** Repeats a PROBLEM that nobody acknowledged, after the interval of the settings. */
export function renotify(world: World): void {
  const intervalS = world.settings.renotifyIntervalMs / 1000;
  if (intervalS <= 0) return;
  const now = nowOf(world);
  for (const object of world.data.hosts.flatMap((host) => [host.self, ...host.checks])) {
    if (object.notificationNumber === 0 || isHealthy(object.hardState) || object.acknowledgement) continue;
    if (now - object.lastNotification >= intervalS && mayNotify(world, object)) {
      notifyOfState(world, object);
      world.unsaved = true;
    }
  }
}

/** From now on the check changes with the clock and nobody is told of it. */
export function startFlapping(world: World, key: ObjectKey): void {
  const { object } = objectNamed(world, key);
  if (object.isFlapping) return;
  if (!inDowntime(world, object)) notify(world, object, 'FLAPPINGSTART');
  object.isFlapping = true;
  later(world, world.settings.flapIntervalMs, { kind: 'flap', object: key });
}

export function flap(world: World, key: ObjectKey): void {
  const { object } = objectNamed(world, key);
  if (!object.isFlapping) return;
  const isHost = object.check === '';
  const next = isHealthy(object.state) ? (isHost ? 'DOWN' : 'CRITICAL') : isHost ? 'UP' : 'OK';
  takeResult(world, key, { state: next });
  later(world, world.settings.flapIntervalMs, { kind: 'flap', object: key });
}

/** The state stays as it is. When it is healthy no RECOVERY ever comes for a problem that was open before. */
export function stopFlapping(world: World, key: ObjectKey): void {
  const { object } = objectNamed(world, key);
  if (!object.isFlapping) return;
  cancelTasks(world, 'flap', key);
  object.isFlapping = false;
  world.unsaved = true;
  if (!inDowntime(world, object)) notify(world, object, 'FLAPPINGSTOP');
  if (isHealthy(object.hardState)) object.notificationNumber = 0;
  else notifyOfState(world, object);
}
