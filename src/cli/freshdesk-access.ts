import { ConnectorError } from '../connectors/connector-error.ts';
import { createCallBudget } from '../connectors/freshdesk/call-budget.ts';
import { limitsForTotal } from '../connectors/freshdesk/call-limits.ts';
import { createFreshdeskHttp, type FreshdeskHttp } from '../connectors/freshdesk/freshdesk-http.ts';
import { parseRateHeaders } from '../connectors/freshdesk/rate-headers.ts';
import type { Clock } from '../model/clock.ts';
import type { RealSettings } from '../settings.ts';
import { createBudgetStore } from '../store/api-budget.ts';
import type { Database } from '../store/database.ts';
import { aloneBudgetStore } from './alone-budget-store.ts';

/** A Freshdesk account as a command asks it: within the same budget as the server, and patient where that is used up. */
export type FreshdeskAccount = Readonly<{
  ask: FreshdeskHttp;
  /** Freshdesk's host. */
  account: string;
  /** What the answers so far told of the account; undefined where none did. */
  told(): Readonly<{ callsPerMinute: number | undefined; aheadMs: number | undefined }>;
}>;

export type FreshdeskAccountParts = Readonly<{
  settings: RealSettings;
  /** Without it the calls of this command are counted alone. */
  database?: Database | undefined;
  clock: Clock;
  pause(ms: number): Promise<unknown>;
  /** Told before each pause. */
  onPause(ms: number): void;
}>;

const PAUSES_MAX = 20;
const PAUSE_MS_DEFAULT = 60_000;

export function openFreshdeskAccount(parts: FreshdeskAccountParts): FreshdeskAccount {
  const { settings, database, clock, pause, onPause } = parts;
  const { url, apiKey, callsPerMinute } = settings.freshdesk;
  const account = new URL(url).host;
  const told: { callsPerMinute: number | undefined; aheadMs: number | undefined } = {
    callsPerMinute: undefined,
    aheadMs: undefined,
  };
  const budget = createCallBudget({
    store: database ? createBudgetStore(database) : aloneBudgetStore(),
    account,
    ...(callsPerMinute === undefined ? {} : { limits: limitsForTotal(callsPerMinute) }),
    clock,
  });
  const ask = createFreshdeskHttp({
    url,
    apiKey,
    clock,
    timeoutMs: settings.callTimeoutMs,
    budget: {
      ...budget,
      async observe(headers) {
        told.callsPerMinute = parseRateHeaders(headers).total ?? told.callsPerMinute;
        const aheadMs = Date.parse(headers.date ?? '') - clock.now().getTime();
        if (!Number.isNaN(aheadMs)) told.aheadMs = aheadMs;
        await budget.observe(headers);
      },
    },
  });
  return {
    account,
    told: () => ({ ...told }),
    async ask(request) {
      for (let pauses = 0; ; pauses += 1) {
        try {
          return await ask(request);
        } catch (error) {
          const isBusy = error instanceof ConnectorError && error.kind === 'rate_limited';
          if (!isBusy || pauses >= PAUSES_MAX) throw error;
          const ms = error.retryAfterMs ?? PAUSE_MS_DEFAULT;
          onPause(ms);
          await pause(ms);
        }
      }
    },
  };
}
