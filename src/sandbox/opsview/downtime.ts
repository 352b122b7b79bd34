import { isHealthy, type ObjectKey } from '../../model/check-event.ts';
import { notify } from './notifications.ts';
import type { Downtime, Monitored } from './state.ts';
import { findHost, inDowntime, later, logEvent, nowOf, objectNamed, type World } from './world.ts';

/** Instants in seconds; starts by itself when its time has come. Throws for an unknown object. */
export function scheduleDowntime(world: World, plan: Omit<Downtime, 'id' | 'started'>): Downtime {
  objectNamed(world, plan);
  const downtime = { ...plan, id: world.data.nextId++, started: false };
  world.data.downtimes.push(downtime);
  runDowntimes(world);
  world.unsaved = true;
  return downtime;
}

/** Starts and ends downtimes by the clock. */
export function runDowntimes(world: World): void {
  const now = nowOf(world);
  for (const downtime of world.data.downtimes) {
    if (downtime.started || downtime.start > now) continue;
    const { object } = objectNamed(world, downtime);
    notify(world, object, 'DOWNTIMESTART', downtime);
    downtime.started = true;
    logEvent(world, object, 2, downtime);
  }
  for (const downtime of world.data.downtimes.filter(({ end }) => end <= now)) {
    remove(world, downtime);
    const { object } = objectNamed(world, downtime);
    notify(world, object, 'DOWNTIMEEND', downtime);
    logEvent(world, object, 3, downtime);
  }
}

/** Deletes every downtime of the object; a started one is told as cancelled. Returns how many there were. */
export function cancelDowntimes(world: World, key: ObjectKey): number {
  const found = world.data.downtimes.filter(({ host, check }) => host === key.host && check === key.check);
  for (const downtime of found) {
    remove(world, downtime);
    const { object } = objectNamed(world, downtime);
    if (downtime.started) notify(world, object, 'DOWNTIMECANCELLED');
    logEvent(world, object, 3, downtime);
  }
  return found.length;
}

/** What is still bad at the end is told at its next check. */
function remove(world: World, downtime: Downtime): void {
  world.data.downtimes = world.data.downtimes.filter((one) => one !== downtime);
  world.unsaved = true;
  const host = findHost(world, downtime.host);
  const covered: Monitored[] = [host?.self, ...(host?.checks ?? [])].filter((one) => one !== undefined);
  for (const object of covered) {
    if (downtime.check !== '' && object.check !== downtime.check) continue;
    if (isHealthy(object.hardState) || inDowntime(world, object)) continue;
    const key = { host: object.host, check: object.check };
    later(world, world.settings.checkIntervalMs, { kind: 'next_check', object: key });
  }
}
