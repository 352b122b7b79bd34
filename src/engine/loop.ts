import type { Logger } from '../model/logger.ts';

/** `more` when another turn would find work at once, `idle` when everything due is done. */
export type TurnOutcome = 'more' | 'idle';

/** A piece of work that never overlaps itself: woken, it turns until idle, then sleeps until woken again. */
export type Loop = Readonly<{
  name: string;
  /** Asks for a turn soon. Cheap; asking often costs no more than asking once. */
  wake(): void;
  /** Takes turns until idle, for tests and start-up. Must not be mixed with a started loop. */
  drain(): Promise<void>;
  start(): void;
  /** No further turn begins; resolves when the one under way has ended. */
  stop(): Promise<void>;
}>;

/** After a turn that failed the loop rests this long, doubling, so that a lost database is not hammered. */
const REST_MS = 100;
const REST_MS_MAX = 5_000;

/**
 * Errors: a failing turn is logged with the loop's name and tried again after a rest; the loop itself never ends by
 * error, since a process without loops would look alive and do nothing.
 */
export function createLoop(name: string, turn: () => Promise<TurnOutcome>, log: Pick<Logger, 'error'>): Loop {
  let isStarted = false;
  let isWanted = false;
  let failures = 0;
  let running: Promise<void> | undefined;
  let cancelRest = (): void => {};

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(REST_MS * 2 ** failures, REST_MS_MAX));
      cancelRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run(): Promise<void> {
    while (isStarted && isWanted) {
      isWanted = false;
      try {
        if ((await turn()) === 'more') isWanted = true;
        failures = 0;
      } catch (error) {
        log.error(`The ${name} loop failed and will try again`, { error: String(error), failures });
        isWanted = true;
        await rest();
        failures += 1;
      }
    }
  }

  function wake(): void {
    isWanted = true;
    if (!isStarted || running) return;
    running = run().finally(() => {
      running = undefined;
      if (isStarted && isWanted) wake(); // woken between the last look and this line
    });
  }

  return {
    name,
    wake,
    async drain() {
      while ((await turn()) === 'more');
    },
    start() {
      isStarted = true;
      wake();
    },
    async stop() {
      isStarted = false;
      cancelRest();
      await running;
    },
  };
}
