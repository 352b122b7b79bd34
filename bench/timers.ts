import type { DatabaseOptions } from '../src/store/database.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { claimDueTimers, type LowWaterMark, markFired } from '../src/store/timers.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { Bench, BenchParts } from './figure.ts';
import { median, shown } from './support/numbers.ts';

const ROUNDS = 5;
const DUE = 300;

/** Finding and marking what is due, one timer per transaction as the engine does it, among few and among a million. */
export const timers: Bench = async (parts) => {
  const few = await openWith(parts, await parts.databases.postgresql(), 1_000);
  const many = await openWith(parts, await parts.databases.postgresql(), 1_000_000);
  const rates: Readonly<Record<'few' | 'many', number[]>> = { few: [], many: [] };
  await fireAll(few);
  await fireAll(many);
  for (let turn = 1; turn <= ROUNDS; turn++) {
    rates.few.push(await fireAll(few));
    rates.many.push(await fireAll(many));
  }
  const ratio = median(rates.few.map((rate, index) => rate / (rates.many[index] ?? Number.NaN)));
  return [
    {
      measured: 'due timers claimed and fired among 1,000,000 pending, against 1,000',
      result: `${shown(median(rates.many))}/s and ${shown(median(rates.few))}/s`,
      ratio: shown(ratio),
      wanted: '≤ 1.5',
      holds: ratio <= 1.5,
    },
  ];
};

type Site = Readonly<{ database: Database; mark: LowWaterMark }>;

async function openWith({ scope }: BenchParts, options: DatabaseOptions, pending: number): Promise<Site> {
  const database = await openDatabase(options);
  scope.defer(database.close);
  await database.query(
    `INSERT INTO timer (incident_id, name, why, due_at, try_after)
     SELECT gen_random_uuid(), 'soak', 'Healthy must hold.', due.at, due.at FROM generate_series(1, $1::int) AS n
     CROSS JOIN LATERAL (SELECT now() + interval '1 day' + n * interval '1 s' AS at) AS due`,
    [pending],
  );
  await database.query('ANALYZE timer');
  return { database, mark: {} };
}

/** Timers fired per second. */
async function fireAll({ database, mark }: Site): Promise<number> {
  await database.query(
    `INSERT INTO timer (incident_id, name, why, due_at, try_after)
     SELECT gen_random_uuid(), 'soak', 'Healthy must hold.', now(), now() FROM generate_series(1, $1::int)`,
    [DUE],
  );
  const startedAt = performance.now();
  let fired = 0;
  for (let claimed = -1; claimed !== 0; fired += claimed) {
    claimed = await inTransaction(database, async (tx) => {
      const now = new Date();
      const due = await claimDueTimers(tx, now, 1, mark);
      await markFired(tx, due, now);
      return due.length;
    });
  }
  if (fired !== DUE) throw new Error(`${fired} of ${DUE} due timers were found.`);
  return (fired / (performance.now() - startedAt)) * 1000;
}
