import type { Command } from 'commander';
import { wallInstant } from '../escalation/wall-clock.ts';
import { explain } from '../incidents/explain.ts';
import { explainEscalation, explainEscalationJson } from '../incidents/explain-escalation.ts';
import { CHECK_STATES, type CheckState } from '../model/check-event.ts';
import { systemClock } from '../model/clock.ts';
import { wallClock } from '../policy/value-kinds.ts';
import { type Answer, explainTicketFile, withPolicy, wrong } from './explain-ticket.ts';
import { shippedPolicy } from './shipped-policy.ts';

type AlertOptions = Readonly<{
  host: string;
  check?: string;
  state: string;
  hostGroup?: string;
  hashtag: readonly string[];
  policy: string;
  when?: string;
  json?: boolean;
}>;

type Options = Omit<AlertOptions, 'host' | 'state'> &
  Readonly<{ host?: string; state?: string; ticket?: string }>;

/** Adds `watchdesk explain`. `defaultFile` is the policy that the server would use, such as POLICY_FILE. */
export function registerExplain(program: Command, defaultFile: string = shippedPolicy()): void {
  program
    .command('explain')
    .description(
      'say which service, customer and priority an alert or a ticket would get, why, and what would become of it',
    )
    .option('--host <name>', 'Opsview host name')
    .option('--check <name>', 'service check; without it, the host itself')
    .option('--state <state>', CHECK_STATES.join(', '))
    .option('--host-group <name>', 'Opsview host group')
    .option('--hashtag <name>', 'hashtag of the object; may be given several times', collect, [])
    .option(
      '--when <time>',
      'say who would be told of the alert if nobody reacted: begins at 2026-12-25T03:00 by the clocks of defaults.time_zone, or at an instant such as 2026-12-25T02:00Z',
    )
    .option('--json', 'with --when: as JSON')
    .option('--ticket <file>', 'a ticket in JSON or YAML, instead of an alert')
    .option('--policy <file>', 'policy file, or folder of *.yaml files', defaultFile)
    .action(async (options: Options) => {
      const { text, isGood } = await explainQuestion(options, systemClock.now());
      (isGood ? process.stdout : process.stderr).write(`${text}\n`);
      if (!isGood) process.exitCode = 1;
    });
}

const collect = (one: string, before: readonly string[]): string[] => [...before, one];

/** What `watchdesk explain` says. Never throws: what is wrong with the question or the policy is the answer. */
export async function explainQuestion(options: Options, now: Date): Promise<Answer> {
  const { host, state, ticket } = options;
  if (ticket !== undefined && (host !== undefined || options.check !== undefined || state !== undefined))
    return wrong(
      '--ticket asks about a ticket, --host, --check and --state about an alert: give one or the other.',
    );
  if (options.json && options.when === undefined) return wrong('--json goes with --when.');
  if (ticket !== undefined && options.when !== undefined)
    return wrong('--when goes with --host and --state, not with --ticket.');
  if (ticket !== undefined) return explainTicketFile({ ticket, policy: options.policy }, now);
  if (host === undefined || state === undefined)
    return wrong('Give --host and --state for an alert, or --ticket for a ticket.');
  return explainAlert({ ...options, host, state }, now);
}

export async function explainAlert(options: AlertOptions, now: Date): Promise<Answer> {
  const { host, check = '', hostGroup } = options;
  const state = CHECK_STATES.find((one) => one === options.state.toUpperCase());
  if (state === undefined || isOfHost(state) !== (check === '')) {
    const fitting = CHECK_STATES.filter((one) => isOfHost(one) === (check === '')).join(', ');
    return wrong(
      `--state ${options.state} is not a state of a ${check === '' ? 'host' : 'service check'}: give one of ${fitting}.`,
    );
  }
  const question = {
    host,
    check,
    state,
    hashtags: options.hashtag,
    ...(hostGroup === undefined ? {} : { hostGroup }),
  };
  const { when, json } = options;
  if (when === undefined) return withPolicy(options.policy, async (policy) => explain(question, policy, now));
  return withPolicy(options.policy, async (policy) => {
    const at = instantOf(when, policy.defaults.time_zone);
    return (json ? explainEscalationJson : explainEscalation)(question, policy, at);
  });
}

/** Errors: RangeError for what is no time, which is the answer then. */
function instantOf(when: string, timeZone: string): Date {
  const time = when.replace(' ', 'T');
  const isInstant = /(Z|[+-]\d\d:\d\d)$/.test(time);
  const at = new Date(isInstant ? time : isWallClock(time) ? wallInstant(time, timeZone) : Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw new RangeError(`--when ${when} is no time: give one such as 2026-12-25T03:00.`);
  return at;
}

const isWallClock = (time: string): boolean => wallClock.safeParse(time).success;

const isOfHost = (state: CheckState): boolean => ['UP', 'DOWN', 'UNREACHABLE'].includes(state);
