import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { escalationNotes } from '../escalation/escalation-notes.ts';
import { systemClock } from '../model/clock.ts';
import { faultLine } from '../policy/fault.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import type { PolicyNote } from '../policy/policy-notes.ts';
import type { Policy } from '../policy/schema.ts';
import { readPolicyFiles } from '../store/policy-files.ts';

/** The policy that comes with Watchdesk, as seen from where the command runs. */
const shippedPolicy = () =>
  relative(process.cwd(), fileURLToPath(new URL('../../policy/default.yaml', import.meta.url)));

/** Adds `watchdesk check [file]`. `defaultFile` is what the server would use, such as POLICY_FILE. */
export function registerCheck(program: Command, defaultFile: string = shippedPolicy()): void {
  program
    .command('check')
    .description('check a policy file or folder; exit code 1 and every fault with its place when it has any')
    .argument('[file]', 'policy file, or folder of *.yaml files', defaultFile)
    .action(async (file: string) => {
      const { text, isGood } = await checkPolicy(file);
      (isGood ? process.stdout : process.stderr).write(`${text}\n`);
      if (!isGood) process.exitCode = 1;
    });
}

/**
 * What `watchdesk check` says about a file, shifts and holidays as they are at `now`. Never throws: a file that cannot be
 * read is a fault too.
 */
export async function checkPolicy(
  file: string,
  now: Date = systemClock.now(),
): Promise<{ text: string; isGood: boolean }> {
  try {
    const loaded = loadPolicy(await readPolicyFiles(file));
    if ('policy' in loaded) {
      const notes = [...loaded.notes, ...escalationNotes(loaded.policy, now)];
      return { text: summary(loaded.policy, notes), isGood: true };
    }
    return { text: loaded.faults.map(faultLine).join('\n'), isGood: false };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), isGood: false };
  }
}

function summary(policy: Policy, notes: readonly PolicyNote[]): string {
  const sections = ['people', 'teams', 'customers', 'services', 'ladders'] as const;
  const counts = sections.map((section) => `${section} ${Object.keys(policy[section]).length}`);
  return [
    `${policy.source}: good, version ${policy.hash}`,
    `${counts.join(', ')}, priority rules ${policy.priority.rules.length}`,
    ...notes.map(({ path, message }) => `note: ${path}: ${message}`),
  ].join('\n');
}
