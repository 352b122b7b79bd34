import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const Owner = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process began, in the system's own words; the same pid with another start is another process. */
  started: z.string(),
});
type Owner = z.infer<typeof Owner>;

/** Another process uses the directory; the message names both and says what to do. */
export class DirectoryInUseError extends Error {
  constructor(directory: string, lockFile: string, owner: Owner) {
    super(
      `${directory} is in use by process ${owner.pid} on ${owner.host}. Two processes on one embedded database ` +
        `would damage it: stop that process, or give this one a directory of its own, or set DATABASE_URL to a ` +
        `PostgreSQL that both can share. If you are sure that no such process runs, delete ${lockFile}.`,
    );
    this.name = 'DirectoryInUseError';
  }
}

/** When the process began: Linux tells, elsewhere the empty text makes the pid alone decide. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${afterName[19] ?? ''}`; // field 22 of proc(5): start time in clock ticks since boot
  } catch {
    return '';
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return false; // a container that was replaced: its processes are gone with it
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner.started === startOf(owner.pid);
}

function readOwner(path: string): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/**
 * Takes `<directory>.lock` for this process, or throws DirectoryInUseError. A lock left by a process that is gone is
 * taken over. Returns the release.
 */
export function lockDirectory(directory: string): () => void {
  const lockFile = `${resolve(directory)}.lock`;
  mkdirSync(join(lockFile, '..'), { recursive: true });
  const own = `${lockFile}.${randomUUID()}`;
  const me: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  writeFileSync(own, JSON.stringify(me));
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        linkSync(own, lockFile); // appears whole or not at all, and fails when it is there already
        return () => rmSync(lockFile, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = readOwner(lockFile);
      if (owner !== undefined && isAlive(owner)) throw new DirectoryInUseError(directory, lockFile, owner);
      takeAway(lockFile, owner);
    }
    throw new Error(`${lockFile} keeps changing hands: another process is starting on the same directory.`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a dead owner's lock, but puts back the lock of a living one who came between. */
function takeAway(lockFile: string, dead: Owner | undefined): void {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readOwner(aside);
  if (taken !== undefined && JSON.stringify(taken) !== JSON.stringify(dead)) linkSync(aside, lockFile);
  rmSync(aside, { force: true });
}
