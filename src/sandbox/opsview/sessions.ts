import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';

/** Tokens of the REST API: an hour long, each successful use begins the hour anew. A restart forgets them. */
export class Sessions {
  readonly #tokens = new Map<string, number>();
  readonly #parts: Readonly<{ clock: Clock; username: string; password: string }>;

  constructor(parts: Readonly<{ clock: Clock; username: string; password: string }>) {
    this.#parts = parts;
  }

  /** A new token, or undefined when the name or password is wrong. */
  login(username: unknown, password: unknown): string | undefined {
    const { username: wantedName, password: wanted } = this.#parts;
    if (!same(String(username), wantedName) || !same(String(password), wanted)) return undefined;
    const token = randomBytes(20).toString('hex');
    this.#tokens.set(token, this.#now() + TOKEN_LIFE_MS);
    return token;
  }

  /** Extends the token's life when it is still good. */
  use(username: string | undefined, token: string | undefined): boolean {
    const goodUntil = this.#tokens.get(token ?? '');
    if (token === undefined || goodUntil === undefined || username !== this.#parts.username) return false;
    if (goodUntil <= this.#now()) {
      this.#tokens.delete(token);
      return false;
    }
    this.#tokens.set(token, this.#now() + TOKEN_LIFE_MS);
    return true;
  }

  logout(token: string | undefined): void {
    this.#tokens.delete(token ?? '');
  }

  /** For tests: as if every token had run out. */
  expireAll(): void {
    this.#tokens.clear();
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }
}

const TOKEN_LIFE_MS = 3_600_000;

function same(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
