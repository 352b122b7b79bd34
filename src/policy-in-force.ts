import type { Clock } from './model/clock.ts';
import type { Logger } from './model/logger.ts';
import { faultLine } from './policy/fault.ts';
import { textsOf } from './policy/holiday-files.ts';
import { loadPolicy } from './policy/load-policy.ts';
import type { Policy } from './policy/schema.ts';
import type { Database } from './store/database.ts';
import { readPolicyFiles } from './store/policy-files.ts';
import { savePolicyVersion } from './store/policy-versions.ts';

/**
 * The policy that decides now. A reload replaces it whole or not at all; every version that was in force is stored, so
 * that a decision's version can be looked up later.
 */
export async function openPolicy(path: string, clock: Clock, log: Logger) {
  type Loaded = Readonly<{ policy: Policy; text: string }> | Readonly<{ faults: readonly string[] }>;
  let database: Database | undefined;

  async function read(): Promise<Loaded> {
    try {
      const sources = await readPolicyFiles(path);
      const loaded = loadPolicy(sources);
      if ('faults' in loaded) return { faults: loaded.faults.map(faultLine) };
      for (const { path: where, message } of loaded.notes) log.warn(`Policy ${where}: ${message}`);
      return { policy: loaded.policy, text: textsOf(sources).join('\n---\n') };
    } catch (error) {
      return { faults: [error instanceof Error ? error.message : String(error)] };
    }
  }

  async function record({ policy, text }: Readonly<{ policy: Policy; text: string }>): Promise<void> {
    if (!database) return;
    const { hash, source } = policy;
    await savePolicyVersion(database.prisma, { hash, source, text, loadedAt: clock.now() });
  }

  const first = await read();
  if ('faults' in first) {
    throw new Error(
      `The policy ${path} has faults; Watchdesk does not start with it.\n${first.faults.join('\n')}`,
    );
  }
  let inForce = first;

  return {
    current: (): Policy => inForce.policy,
    async recordIn(into: Database): Promise<void> {
      database = into;
      await record(inForce);
    },
    async reload(): Promise<readonly string[]> {
      const next = await read();
      if ('faults' in next) {
        log.error('The policy has faults, so the one in force stays', { file: path, faults: next.faults });
        return next.faults;
      }
      try {
        await record(next); // before it decides anything
      } catch (error) {
        const fault = `The policy could not be stored, so the one in force stays; read it again when the database answers`;
        log.error(fault, { file: path, error });
        return [fault];
      }
      inForce = next;
      log.info('The policy was read again and is in force', { file: path, policy: next.policy.hash });
      return [];
    },
  };
}
