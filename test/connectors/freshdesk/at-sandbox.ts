import { createCallBudget } from '../../../src/connectors/freshdesk/call-budget.ts';
import {
  createFreshdesk,
  type Freshdesk,
  type FreshdeskParts,
} from '../../../src/connectors/freshdesk/freshdesk.ts';
import type { FreshdeskSettings } from '../../../src/sandbox/freshdesk/settings.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { memoryBudgetStore } from '../../fakes/memory-budget-store.ts';
import { manualClock } from '../../support/manual-clock.ts';

const MANY = { all: 1e6, create: 1e6, update: 1e6, list: 1e6 };

/** A connector before a stand-in account whose limits never bite. */
export async function freshdeskAtSandbox(settings: Partial<FreshdeskSettings> = {}) {
  const clock = manualClock();
  const sandbox = await startSandbox({
    clock,
    freshdesk: { settings: { limits: { total: 1e6, create: 1e6, update: 1e6, list: 1e6 }, ...settings } },
  });
  const connect = (parts: Partial<FreshdeskParts> = {}): Freshdesk =>
    createFreshdesk({
      url: sandbox.freshdeskUrl,
      apiKey: sandbox.freshdesk.apiKey,
      clock,
      budget: createCallBudget({ store: memoryBudgetStore(), account: 'a', limits: MANY, reserve: 0, clock }),
      ...parts,
    });
  const account = sandbox.freshdesk;
  return {
    clock,
    account,
    connect,
    freshdesk: connect(),
    close: sandbox.close,
    /** What was called while `run` ran, as `GET /tickets/1`. */
    async callsOf(run: () => Promise<unknown>): Promise<string[]> {
      const before = account.state.calls.length;
      await run();
      return account.state.calls.slice(before).map(({ method, path }) => `${method} ${path}`);
    },
  };
}
