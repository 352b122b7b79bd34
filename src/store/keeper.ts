import type { Keep, NewDelivery } from '../model/delivery.ts';
import type { Database } from './database.ts';
import { DELIVERY_CHANNEL } from './deliveries.ts';

/** Too many deliveries wait to be stored: the sender has to try again later. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}

export type Keeper = Readonly<{
  keep: Keep;
  /** Calls back after each commit that kept something, in this process. */
  onKept(listener: () => void): void;
  /** Resolves when nothing waits to be stored any more. */
  drain(): Promise<void>;
}>;

type Outcome = 'kept' | 'duplicate';
type Waiting = Readonly<{
  delivery: NewDelivery;
  settle: Readonly<{ resolve(outcome: Outcome): void; reject(error: unknown): void }>;
}>;

const WAITING_MAX = 5_000;
const WAITING_CHARS_MAX = 64 * 1024 * 1024;
const ROWS_PER_STATEMENT_MAX = 500;
const CHARS_PER_STATEMENT_MAX = 4 * 1024 * 1024;
const STATEMENTS_IN_FLIGHT_MAX = 2;

/**
 * Stores deliveries durably, those that arrive while a commit is under way together in the next one. Nothing waits for
 * a window of time: alone, a delivery is stored at once; the busier it gets, the more of them share one commit.
 *
 * Errors: `keep` rejects with StoreBusyError when too many wait, and with the database's error when it is away; a
 *         delivery that cannot be stored rejects alone and never takes its neighbours with it.
 */
export function createKeeper(
  database: Database,
  { waitingMax = WAITING_MAX }: Readonly<{ waitingMax?: number }> = {},
): Keeper {
  const inFlightMax = Math.min(STATEMENTS_IN_FLIGHT_MAX, database.parallelStatements);
  const listeners: (() => void)[] = [];
  const announce = createAnnouncer(database);
  let waiting: Waiting[] = [];
  let waitingChars = 0;
  let inFlight = 0;
  let isStartPlanned = false;
  let idle: (() => void)[] = [];

  /**
   * Every request that has arrived by now is read before the statement starts, within this turn of the event loop. Else
   * the first would go alone and the others wait for it; embedded, where a statement holds the loop, all would go alone.
   */
  function planStart(): void {
    if (isStartPlanned) return;
    isStartPlanned = true;
    setImmediate(() => {
      isStartPlanned = false;
      startNext();
    });
  }

  function startNext(): void {
    while (inFlight < inFlightMax && waiting.length > 0) {
      const batch = takeBatch();
      inFlight++;
      void store(database, batch)
        .then((keptAny) => {
          if (!keptAny) return;
          for (const listener of listeners) listener();
          announce();
        })
        .finally(() => {
          inFlight--;
          planStart();
        });
    }
    if (inFlight > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  function takeBatch(): readonly Waiting[] {
    let chars = 0;
    let count = 0;
    while (count < Math.min(waiting.length, ROWS_PER_STATEMENT_MAX)) {
      chars += waiting[count]?.delivery.body.length ?? 0;
      if (count > 0 && chars > CHARS_PER_STATEMENT_MAX) break;
      count++;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const { delivery } of batch) waitingChars -= delivery.body.length;
    return batch;
  }

  return {
    keep: (delivery) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= waitingMax || waitingChars >= WAITING_CHARS_MAX) {
          throw new StoreBusyError(
            `${waiting.length} deliveries wait to be stored: the database is too slow or away. Send again later.`,
          );
        }
        waiting.push({ delivery, settle: { resolve, reject } });
        waitingChars += delivery.body.length;
        planStart();
      }),
    onKept: (listener) => void listeners.push(listener),
    drain: () =>
      inFlight === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => void idle.push(resolve)),
  };
}

/** Stores a batch and tells each caller; never rejects. True when something new was kept. */
async function store(database: Database, batch: readonly Waiting[]): Promise<boolean> {
  // The statement tells what it kept by id, so each id goes in once; a second of the same shares the first's fate.
  const byId = Map.groupBy(batch, ({ delivery }) => idOf(delivery));
  const firsts = [...byId.values()].map(([first]) => (first as Waiting).delivery);
  try {
    const kept = await insert(database, firsts);
    for (const [id, [first, ...repeated]] of byId) {
      first?.settle.resolve(kept.has(id) ? 'kept' : 'duplicate');
      for (const { settle } of repeated) settle.resolve('duplicate');
    }
    return kept.size > 0;
  } catch (error) {
    if (batch.length > 1 && isAboutOneRow(error)) {
      const outcomes = await Promise.all(batch.map((entry) => store(database, [entry])));
      return outcomes.includes(true);
    }
    for (const { settle } of batch) settle.reject(error);
    return false;
  }
}

const idOf = ({ source, deliveryId }: NewDelivery): string => `${source} ${deliveryId}`;

/**
 * Numbered in the order given, and behind all that was answered before; two statements in flight may interleave, since
 * nobody has been told of either. Inserted in the order of their keys: two statements that meet the same keys wait
 * for each other in one direction only.
 */
const INSERT = `
  WITH incoming AS MATERIALIZED (
    SELECT nextval('delivery_seq_seq') AS seq, given.*
    FROM unnest($1::text[], $2::text[], $3::text[], string_to_array($4::text, E'\\x1e'), $5::timestamptz[], $6::text[], $7::text[])
      AS given(source, delivery_id, event_key, body, received_at, rule, sentence)
  )
  INSERT INTO delivery (seq, source, delivery_id, event_key, body, received_at, try_after, status, rule, sentence)
  SELECT seq, source, delivery_id, event_key, body, received_at, received_at,
    CASE WHEN rule IS NULL THEN 'waiting' ELSE 'parked' END, rule, sentence
  FROM incoming ORDER BY coalesce(event_key, delivery_id) COLLATE "C", delivery_id COLLATE "C"
  ON CONFLICT DO NOTHING
  RETURNING source || ' ' || delivery_id AS id`;

/**
 * JSON text never holds this control character as such. The quotes and backslashes of an array of JSON texts would be
 * escaped here and unescaped there, which cost more than everything else about the statement; a body that broke the
 * rule would leave the columns of different length, and be refused for its missing source.
 */
const BETWEEN_BODIES = '\x1e';

async function insert(database: Database, deliveries: readonly NewDelivery[]): Promise<ReadonlySet<unknown>> {
  const rows = await database.query(INSERT, [
    deliveries.map(({ source }) => source),
    deliveries.map(({ deliveryId }) => deliveryId),
    deliveries.map(({ eventKey }) => eventKey ?? null),
    deliveries.map(({ body }) => body).join(BETWEEN_BODIES),
    deliveries.map(({ receivedAt }) => receivedAt.toISOString()),
    deliveries.map(({ parked }) => parked?.rule ?? null),
    deliveries.map(({ parked }) => parked?.sentence ?? null),
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** Classes of SQLSTATE that one row can cause: 22 data, 23 constraint, 54 too large; and 40 to be tried again. */
function isAboutOneRow(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(22|23|40|54)[0-9A-Z]{3}$/.test(code);
}

/** Tells the other processes, at most one statement at a time: whoever is told looks for everything there is. */
function createAnnouncer(database: Database): () => void {
  if (database.kind === 'embedded') return () => undefined;
  let isUnderWay = false;
  let isWanted = false;
  return function announce(): void {
    isWanted = true;
    if (isUnderWay) return;
    isUnderWay = true;
    isWanted = false;
    // A notification that is lost costs the others nothing but waiting for their next look.
    void database
      .notify(DELIVERY_CHANNEL, database.openedAs)
      .catch(() => undefined)
      .finally(() => {
        isUnderWay = false;
        if (isWanted) announce();
      });
  };
}
