import { inspect } from 'node:util';

/** Everything that a log, a page or a debugger could show of a thrown value. */
export function everythingIn(thrown: unknown): string {
  const own = thrown instanceof Error ? JSON.stringify(thrown, Object.getOwnPropertyNames(thrown)) : '';
  return [
    inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    JSON.stringify(thrown),
    own,
    String(thrown),
    thrown instanceof Error ? (thrown.stack ?? '') : '',
  ].join('\n');
}
