import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { faultLine } from '../policy/fault.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import type { Policy } from '../policy/schema.ts';
import { readPolicyFiles } from '../store/policy-files.ts';
import { measureAccuracy, showAccuracy } from './accuracy-figures.ts';
import { shippedPolicy } from './shipped-policy.ts';
import { factsOf, readTicketList, type TicketFile } from './ticket-file.ts';

/** Adds `watchdesk accuracy`. */
export function registerAccuracy(program: Command, defaultFile: string = shippedPolicy()): void {
  program
    .command('accuracy')
    .description('classify labelled tickets and say how often the policy is right, per type and list by list')
    .argument(
      '<paths...>',
      'files of labelled tickets, or folders of such files; each folder is a set of its own',
    )
    .option('--policy <file>', 'policy file, or folder of *.yaml files', defaultFile)
    .action(async (paths: readonly string[], options: Readonly<{ policy: string }>) => {
      try {
        const loaded = loadPolicy(await readPolicyFiles(options.policy));
        if (!('policy' in loaded)) throw new Error(loaded.faults.map(faultLine).join('\n'));
        for (const path of paths)
          process.stdout.write(`${await accuracyOf(path, loaded.policy, systemClock.now())}\n\n`);
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
      }
    });
}

const accuracyOf = async (path: string, policy: Policy, now: Date): Promise<string> =>
  showAccuracy(
    path,
    measureAccuracy(await labelledTickets(path), (ticket) => factsOf(ticket, now), policy),
  );

/** The tickets of one file, or of every file right in a folder. */
export async function labelledTickets(path: string): Promise<readonly TicketFile[]> {
  const found = await stat(path).catch(() => {
    throw new Error(`There are no tickets at ${path}: check the path.`);
  });
  if (!found.isDirectory()) return readTicketList(path);
  const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (names.length === 0) throw new Error(`The folder ${path} has no *.yaml or *.json file with tickets.`);
  return (await Promise.all(names.map((name) => readTicketList(join(path, name))))).flat();
}
