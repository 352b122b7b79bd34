import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxOpsview } from '../../src/sandbox/opsview/sandbox-opsview.ts';
import { type DatabaseOptions, openDatabase } from '../../src/store/database.ts';
import { type AlertObject, type AlertPlan, objectOf } from './alerts.ts';

export const objectsOf = (plan: AlertPlan): readonly AlertObject[] =>
  Array.from({ length: plan.count }, (_, index) => objectOf(plan, index));

/** Until the reading that Watchdesk makes when it starts is over: the storm shall come by the webhook alone. */
export async function readingDone(opsview: SandboxOpsview): Promise<void> {
  for (let before = -1; before !== opsview.state.calls.length || before === 0; await wait(300)) {
    before = opsview.state.calls.length;
  }
}

/** In the stand-in too, or the next reading would find all healthy again. Its own notifications are not sent. */
export function becomeCritical(opsview: SandboxOpsview, objects: readonly AlertObject[]): void {
  for (const { host, check } of objects)
    opsview.checks.setState(host, check, 'CRITICAL', undefined, { mode: 'silent' });
}

export async function incidentCount(options: DatabaseOptions): Promise<number> {
  const database = await openDatabase(options);
  const [row] = await database.query('SELECT count(*)::int AS n FROM incident').finally(database.close);
  return Number(row?.n);
}
