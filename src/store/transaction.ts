import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';

/** What runs inside a transaction. */
export type Tx = Prisma.TransactionClient;
/** For single statements that may run inside a transaction or alone. */
export type TxOrClient = Tx | PrismaClient;

const ATTEMPTS_MAX = 5;
const WAIT_FOR_CONNECTION_MS_MAX = 20_000;
const TRANSACTION_MS_MAX = 30_000;

/** Someone else changed the row since it was loaded: load it and decide again. */
export class LostRaceError extends Error {
  override readonly name = 'LostRaceError';
}

/**
 * All that `work` does through `tx` is committed together or not at all (READ COMMITTED).
 *
 * Retry:   `work` runs again, up to five times, after a deadlock, a lost race for a row or a unique key; so it must
 *          load what it decides on inside, and do nothing that cannot be repeated.
 * Careful: embedded, `work` may ask nothing of the database but through `tx`.
 */
export async function inTransaction<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(database, work);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !(error instanceof LostRaceError || isConflict(error))) throw error;
      await wait(2 ** attempt);
    }
  }
}

/** The embedded database has one connection: whoever comes next waits here, where no time limit runs. */
const turns = new WeakMap<Database, Promise<unknown>>();

function runOnce<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const run = () =>
    database.prisma.$transaction(work, { maxWait: WAIT_FOR_CONNECTION_MS_MAX, timeout: TRANSACTION_MS_MAX });
  if (database.kind === 'postgresql') return run();
  const mine = (turns.get(database) ?? Promise.resolve()).then(run);
  turns.set(
    database,
    mine.catch(() => undefined),
  );
  return mine;
}

/**
 * 40001 serialisation failure, 40P01 deadlock; P2034 is Prisma's word for both. 23505 unique violation: someone else was
 * first, such as in opening a customer's storm, and what is loaded anew will show it.
 */
const CONFLICT_CODES = new Set(['P2034', '40001', '40P01', '23505']);

function isConflict(error: unknown): boolean {
  type Fault = Partial<Record<'code' | 'originalCode' | 'cause', unknown>> & {
    meta?: { driverAdapterError?: unknown };
  };
  let fault = error;
  for (let depth = 0; fault instanceof Object && depth < 5; depth++) {
    const { code, originalCode, cause, meta }: Fault = fault;
    if (CONFLICT_CODES.has(String(code)) || CONFLICT_CODES.has(String(originalCode))) return true;
    fault = meta?.driverAdapterError ?? cause;
  }
  return false;
}
