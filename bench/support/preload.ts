import { opsviewEventKey } from '../../src/intake/event-key.ts';
import type { Database } from '../../src/store/database.ts';
import { createKeeper } from '../../src/store/keeper.ts';
import { type AlertPlan, alertBody, objectOf } from './alerts.ts';

/**
 * Fills the inbox with one story for each object of the plan: it goes bad, and every object recovers ten minutes later.
 * Twice `plan.count` deliveries.
 */
export async function preload(database: Database, plan: AlertPlan): Promise<number> {
  const { keep } = createKeeper(database);
  const now = Date.now();
  for (const [state, agoMs] of [
    ['CRITICAL', 660_000],
    ['OK', 60_000],
  ] as const) {
    const at = new Date(now - agoMs);
    const kept = Array.from({ length: plan.count }, (_, index) => {
      const { id, text, macros } = alertBody(objectOf(plan, index), { state, at });
      const eventKey = opsviewEventKey(macros);
      return keep({
        source: 'opsview',
        deliveryId: id,
        body: text,
        receivedAt: new Date(now),
        ...(eventKey !== undefined && { eventKey }),
      });
    });
    if ((await Promise.all(kept)).includes('duplicate'))
      throw new Error('Alerts of the benchmark share a key.');
  }
  return 2 * plan.count;
}
