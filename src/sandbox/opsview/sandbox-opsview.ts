import { Router } from 'express';
import type { CheckState, ObjectKey } from '../../model/check-event.ts';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { jsonFile } from '../json-file.ts';
import { opsviewPages } from '../pages/opsview-routes.ts';
import { acknowledge, unacknowledge } from './acknowledge.ts';
import { type ResultMode, startFlapping, stopFlapping, takeResult } from './checks.ts';
import { cancelDowntimes, scheduleDowntime } from './downtime.ts';
import { type HostPlan, INVENTORY } from './inventory.ts';
import { type NotificationType, notify } from './notifications.ts';
import { type LoggedCall, opsviewRest } from './rest.ts';
import { Sessions } from './sessions.ts';
import { type Data, freshData, type Monitored } from './state.ts';
import { runDueTasks } from './tasks.ts';
import {
  findObject,
  type Macros,
  nowOf,
  type OpsviewSettings,
  objectNamed,
  saveChanges,
  type World,
} from './world.ts';

export type SandboxOpsviewOptions = Readonly<{
  clock: Clock;
  username: string;
  password: string;
  persistPath?: string;
  /** Default: a small provider, see inventory.ts. */
  inventory?: readonly HostPlan[];
  settings?: Partial<OpsviewSettings>;
  /** Takes what a notification script would find in its environment, once per contact. Like Opsview it is called once only. */
  send(macros: Macros): void | Promise<void>;
}>;

/** What people and networks do to the monitored objects. All throw for an object that is not in the inventory. */
export type SandboxChecks = Readonly<{
  /** `check` empty for the host itself. Without `output` a plain text is made up; `mode` see ResultMode. */
  setState(
    host: string,
    check: string,
    state: CheckState,
    output?: string,
    more?: Readonly<{ mode?: ResultMode; longOutput?: string }>,
  ): void;
  startFlapping(host: string, check: string): void;
  stopFlapping(host: string, check: string): void;
  /** Starts now and ends after `durationMs`, by the clock. */
  startDowntime(
    key: ObjectKey,
    plan: Readonly<{ durationMs: number; author?: string; comment?: string }>,
  ): void;
  cancelDowntime(host: string, check: string): void;
  /** As a person would in Opsview's own pages, at once. */
  acknowledge(key: ObjectKey, by: Readonly<{ author: string; comment: string; notify?: boolean }>): void;
  unacknowledge(host: string, check: string): void;
  /** Sends any notification by hand, whatever the rules say. */
  notify(key: ObjectKey, type: NotificationType, by?: Readonly<{ author: string; comment: string }>): void;
}>;

export type SandboxOpsview = Readonly<{
  /** Mount at `/sandbox/opsview`: then the base URL is `http://host/sandbox/opsview`, the API below `/rest`. */
  router: Router;
  state: Readonly<{
    data: Data;
    /** Every call of the REST API, oldest first, the last 5000. */
    calls: readonly LoggedCall[];
    object(host: string, check: string): Monitored | undefined;
  }>;
  checks: SandboxChecks;
  settings: OpsviewSettings;
  faults: Faults;
  /** As if every token had run out. */
  expireTokens(): void;
  /** Runs what is due by the clock. */
  tick(): void;
  close(): void;
}>;

const DEFAULTS: OpsviewSettings = {
  acknowledgeDelayMs: 1000,
  retryIntervalMs: 5000,
  flapIntervalMs: 5000,
  checkIntervalMs: 5000,
  renotifyIntervalMs: 15 * 60_000,
  contacts: ['watchdesk/01default', 'watchdesk/02nights'],
};

/** A stand-in for an Opsview over HTTP that monitors a made-up inventory. */
export function createSandboxOpsview(options: SandboxOpsviewOptions): SandboxOpsview {
  const { clock, username, password } = options;
  const file = jsonFile<Data>(options.persistPath);
  const startedAt = Math.floor(clock.now().getTime() / 1000);
  const world: World = {
    clock,
    settings: { ...DEFAULTS, ...options.settings },
    data: file.load() ?? freshData(options.inventory ?? INVENTORY, startedAt),
    file,
    // A notification that does not get through is lost, as with Opsview's own scripts: the sender answers for itself.
    send: (macros) => void Promise.resolve(options.send(macros)).catch(() => undefined),
    unsaved: true,
  };
  const sessions = new Sessions({ clock, username, password });
  const faults = createFaults();
  const calls: LoggedCall[] = [];
  const router = Router();
  router.use('/rest', faults.middleware, opsviewRest(world, sessions, calls));
  const checks = checksOf(world);
  router.use(opsviewPages(world, checks));
  saveChanges(world);

  return {
    router,
    state: { data: world.data, calls, object: (host, check) => findObject(world, { host, check }) },
    checks,
    settings: world.settings,
    faults,
    expireTokens: () => sessions.expireAll(),
    tick() {
      runDueTasks(world);
      saveChanges(world);
    },
    close: () => saveChanges(world),
  };
}

function checksOf(world: World): SandboxChecks {
  const doing = (change: () => void): void => {
    runDueTasks(world);
    change();
    world.unsaved = true;
    saveChanges(world);
  };
  return {
    setState: (host, check, state, output, more) =>
      doing(() =>
        takeResult(world, { host, check }, { state, ...(output === undefined ? {} : { output }), ...more }),
      ),
    startFlapping: (host, check) => doing(() => startFlapping(world, { host, check })),
    stopFlapping: (host, check) => doing(() => stopFlapping(world, { host, check })),
    startDowntime: ({ host, check }, { durationMs, author = 'jane.doe', comment = 'Planned work' }) =>
      doing(() => {
        const start = nowOf(world);
        scheduleDowntime(world, {
          host,
          check,
          author,
          comment,
          start,
          end: start + Math.round(durationMs / 1000),
        });
      }),
    cancelDowntime: (host, check) => doing(() => void cancelDowntimes(world, { host, check })),
    acknowledge: (key, { author, comment, notify: tell = true }) =>
      doing(() => acknowledge(world, key, { author, comment, sticky: true }, tell)),
    unacknowledge: (host, check) => doing(() => unacknowledge(world, { host, check })),
    notify: (key, type, by) => doing(() => notify(world, objectNamed(world, key).object, type, by)),
  };
}
