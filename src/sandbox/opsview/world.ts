import type { ObjectKey } from '../../model/check-event.ts';
import type { Clock } from '../../model/clock.ts';
import type { JsonFile } from '../json-file.ts';
import { type Data, EVENTS_KEPT, type Host, type LoggedEvent, type Monitored, type Task } from './state.ts';

/** `NAGIOS_*` environment of one call of a notification script. */
export type Macros = Readonly<Record<string, string>>;

/** What may differ between sites; tests and pages may change it while running. */
export type OpsviewSettings = {
  /** How long after an acknowledge call the state shows it. */
  acknowledgeDelayMs: number;
  /** Between the attempts of a soft state. */
  retryIntervalMs: number;
  /** Between the changes of a flapping check. */
  flapIntervalMs: number;
  /** Until an object is checked again after a downtime, flapping or its host's return. */
  checkIntervalMs: number;
  /** Between repeated PROBLEM notifications; 0 for never. */
  renotifyIntervalMs: number;
  /** One notification is sent for each: a user with a notification profile. */
  contacts: string[];
};

/** Everything that endpoints, pages and checks of one stand-in Opsview share. */
export type World = {
  readonly clock: Clock;
  readonly settings: OpsviewSettings;
  readonly data: Data;
  readonly file: JsonFile<Data>;
  readonly send: (macros: Macros) => void;
  unsaved: boolean;
};

/** Whole seconds since 1970, as Opsview counts. */
export const nowOf = (world: World): number => Math.floor(world.clock.now().getTime() / 1000);

export const findHost = (world: World, name: string): Host | undefined =>
  world.data.hosts.find((host) => host.name === name);

export function findObject(world: World, { host, check }: ObjectKey): Monitored | undefined {
  const found = findHost(world, host);
  return check === '' ? found?.self : found?.checks.find((one) => one.check === check);
}

/** Throws for an object that is not in the inventory. */
export function objectNamed(world: World, key: ObjectKey): { host: Host; object: Monitored } {
  const host = findHost(world, key.host);
  const object = findObject(world, key);
  if (!host || !object) throw new Error(`The sandbox monitors no ${key.check || 'host'} on "${key.host}".`);
  return { host, object };
}

type WithoutDue<T> = T extends unknown ? Omit<T, 'dueAt'> : never;

export function later(world: World, delayMs: number, task: WithoutDue<Task>): void {
  world.data.tasks.push({ ...task, dueAt: world.clock.now().getTime() + delayMs } as Task);
  world.unsaved = true;
}

/** Forgets the waiting tasks of one kind for one object. */
export function cancelTasks(world: World, kind: Task['kind'], { host, check }: ObjectKey): void {
  world.data.tasks = world.data.tasks.filter(
    (task) => task.kind !== kind || task.object.host !== host || task.object.check !== check,
  );
}

export function logEvent(
  world: World,
  object: Monitored,
  eventtype: LoggedEvent['eventtype'],
  by?: Readonly<{ author: string; comment: string }>,
): void {
  const { host, check, state, stateType, output } = object;
  const eventid = world.data.nextId++;
  const who = by && { author: by.author, comment: by.comment };
  world.data.events.push({
    eventid,
    eventtype,
    host,
    check,
    state,
    stateType,
    time: nowOf(world),
    output,
    ...who,
  });
  if (world.data.events.length > EVENTS_KEPT) world.data.events.shift();
  world.unsaved = true;
}

/** Started downtimes that cover the object: its own, and for a check also its host's. */
export function inDowntime(world: World, { host, check }: ObjectKey): boolean {
  return world.data.downtimes.some(
    (one) => one.started && one.host === host && (one.check === check || one.check === ''),
  );
}

export function saveChanges(world: World): void {
  if (!world.unsaved) return;
  world.file.save(world.data);
  world.unsaved = false;
}
