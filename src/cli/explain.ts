import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { explain } from '../incidents/explain.ts';
import { CHECK_STATES, type CheckState } from '../model/check-event.ts';
import { systemClock } from '../model/clock.ts';
import { faultLine } from '../policy/fault.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { readPolicyFiles } from '../store/policy-files.ts';

type Options = Readonly<{
  host: string;
  check?: string;
  state: string;
  hostGroup?: string;
  hashtag: readonly string[];
  policy: string;
}>;

const shippedPolicy = () => fileURLToPath(new URL('../../policy/default.yaml', import.meta.url));

/** Adds `watchdesk explain`. `defaultFile` is the policy that the server would use, such as POLICY_FILE. */
export function registerExplain(program: Command, defaultFile: string = shippedPolicy()): void {
  program
    .command('explain')
    .description(
      'say which service, customer and priority an alert would get, why, and what its ticket would say',
    )
    .requiredOption('--host <name>', 'Opsview host name')
    .option('--check <name>', 'service check; without it, the host itself')
    .requiredOption('--state <state>', CHECK_STATES.join(', '))
    .option('--host-group <name>', 'Opsview host group')
    .option('--hashtag <name>', 'hashtag of the object; may be given several times', collect, [])
    .option('--policy <file>', 'policy file, or folder of *.yaml files', defaultFile)
    .action(async (options: Options) => {
      const { text, isGood } = await explainAlert(options, systemClock.now());
      (isGood ? process.stdout : process.stderr).write(`${text}\n`);
      if (!isGood) process.exitCode = 1;
    });
}

const collect = (one: string, before: readonly string[]): string[] => [...before, one];

/** What `watchdesk explain` says. Never throws: what is wrong with the question or the policy is the answer. */
export async function explainAlert(options: Options, now: Date): Promise<{ text: string; isGood: boolean }> {
  const wrong = (text: string) => ({ text, isGood: false });
  const { host, check = '', hostGroup } = options;
  const state = CHECK_STATES.find((one) => one === options.state.toUpperCase());
  if (state === undefined || isOfHost(state) !== (check === '')) {
    const fitting = CHECK_STATES.filter((one) => isOfHost(one) === (check === '')).join(', ');
    return wrong(
      `--state ${options.state} is not a state of a ${check === '' ? 'host' : 'service check'}: give one of ${fitting}.`,
    );
  }
  try {
    const loaded = loadPolicy(await readPolicyFiles(options.policy));
    if (!('policy' in loaded)) return wrong(loaded.faults.map(faultLine).join('\n'));
    const question = {
      host,
      check,
      state,
      hashtags: options.hashtag,
      ...(hostGroup === undefined ? {} : { hostGroup }),
    };
    return { text: explain(question, loaded.policy, now), isGood: true };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

const isOfHost = (state: CheckState): boolean => ['UP', 'DOWN', 'UNREACHABLE'].includes(state);
