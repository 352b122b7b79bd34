import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A small state kept in one JSON file, so that a restart finds it again.
 *
 * `save` is synchronous and replaces the file by a rename: a reader sees the old or the new state, never half of one.
 * Without a path nothing is kept and both functions do nothing.
 */
export type JsonFile<T> = Readonly<{ load(): T | undefined; save(value: T): void }>;

/** Throws when the file exists but is not JSON; the message names it and says how to start afresh. */
export function jsonFile<T>(path: string | undefined): JsonFile<T> {
  if (path === undefined) return { load: () => undefined, save: () => undefined };
  mkdirSync(dirname(path), { recursive: true });
  return {
    load() {
      if (!existsSync(path)) return undefined;
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as T;
      } catch (error) {
        throw new Error(`The sandbox state in ${path} cannot be read. Delete the file to start afresh.`, {
          cause: error,
        });
      }
    },
    save(value) {
      const next = `${path}.next`;
      writeFileSync(next, JSON.stringify(value));
      renameSync(next, path);
    },
  };
}
