import type { Options, Store } from 'express-rate-limit';
import type { Clock } from '../model/clock.ts';

type Window = { hits: number; endsAt: number };

/**
 * Counts attempts per key in a fixed window, by our clock so that a test can move it, and holds at most `keysMax` keys:
 * the oldest window is dropped first, so a stranger with many addresses costs bounded memory (the limit over all
 * addresses still holds).
 */
export class AttemptStore implements Store {
  readonly localKeys = true;
  readonly #windows = new Map<string, Window>();
  readonly #clock: Clock;
  readonly #keysMax: number;
  #windowMs = 0;

  constructor(clock: Clock, keysMax = 10_000) {
    this.#clock = clock;
    this.#keysMax = keysMax;
  }

  init(options: Options): void {
    this.#windowMs = options.windowMs;
  }

  /** Without its end: the limiter would compare that with the machine's clock and not take a right password back. */
  increment(key: string): { totalHits: number; resetTime: undefined } {
    const now = this.#clock.now().getTime();
    const held = this.#windows.get(key);
    const window = held && held.endsAt > now ? held : { hits: 0, endsAt: now + this.#windowMs };
    window.hits += 1;
    if (window !== held) this.#keep(key, window);
    return { totalHits: window.hits, resetTime: undefined };
  }

  decrement(key: string): void {
    const window = this.#windows.get(key);
    if (window && window.hits > 0) window.hits -= 1;
  }

  resetKey(key: string): void {
    this.#windows.delete(key);
  }

  get size(): number {
    return this.#windows.size;
  }

  /** A map keeps insertion order and all windows are equally long: the first is the oldest. */
  #keep(key: string, window: Window): void {
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > this.#keysMax) {
      const oldest = this.#windows.keys().next();
      if (!oldest.done) this.#windows.delete(oldest.value);
    }
  }
}
