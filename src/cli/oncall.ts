import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { onCallFeedPath } from '../http/on-call-feed.ts';
import { systemClock } from '../model/clock.ts';
import type { Policy } from '../policy/schema.ts';
import { readSettings, type Settings } from '../settings.ts';
import { loadMemo } from '../store/memos.ts';
import { type Answer, withPolicy, wrong } from './explain-ticket.ts';
import { answerOnCall, type OnCallAnswer, type OnCallOptions } from './oncall/oncall-question.ts';
import { onCallText } from './oncall/oncall-text.ts';
import { tryToOpenDatabase } from './open-database.ts';
import { shippedPolicy } from './shipped-policy.ts';

type Options = OnCallOptions & Readonly<{ policy: string; json: boolean; feed: boolean }>;

/** Adds `watchdesk oncall`. `defaultFile` is the policy that the server would use, such as POLICY_FILE. */
export function registerOnCall(program: Command, defaultFile: string = shippedPolicy()): void {
  program
    .command('oncall')
    .description('say who is on call: now, tonight, on the next working day and the next public holiday')
    .option('--at <time>', 'instead of now: 2026-12-25T03:00 by the rotation’s clocks, or with an offset')
    .option('--rotation <key>', 'only this rotation')
    .option('--from <time>', 'list all shifts from then on')
    .option('--to <time>', 'list all shifts until then')
    .option('--days <number>', 'list all shifts of so many days, with the gaps')
    .option('--json', 'the answer as JSON', false)
    .option('--feed', 'the addresses of the calendars to subscribe to; needs the database', false)
    .option('--policy <file>', 'policy file, or folder of *.yaml files', defaultFile)
    .action(async (options: Options) => {
      const { text, isGood } = options.feed
        ? await tellFeeds(options)
        : await tellOnCall(options, systemClock.now());
      (isGood ? process.stdout : process.stderr).write(text.endsWith('\n') ? text : `${text}\n`);
      if (!isGood) process.exitCode = 1;
    });
}

/** What `watchdesk oncall` says. Never throws: what is wrong with the question or the policy is the answer. */
export const tellOnCall = (options: Omit<Options, 'feed'>, now: Date): Promise<Answer> =>
  withPolicy(options.policy, async (policy) => {
    const answer = answerOnCall(policy, options, now);
    return options.json ? `${JSON.stringify(jsonOf(answer, policy), null, 2)}\n` : onCallText(answer, policy);
  });

/** Every instant in UTC; people by key and name. */
function jsonOf(answer: OnCallAnswer, policy: Policy): unknown {
  const nameOf = (person: string) => policy.people[person]?.name ?? person;
  if (answer.kind === 'outlook') {
    const { at, rotations } = answer;
    return {
      at,
      rotations: rotations.map(({ outlooks, ...one }) => ({
        ...one,
        onCall: outlooks.map(({ onCall, ...rest }) => ({
          ...rest,
          ...(onCall ? { ...onCall, name: nameOf(onCall.person) } : { person: null }),
        })),
      })),
    };
  }
  return {
    rotations: answer.rotations.map(({ rows, ...one }) => ({
      ...one,
      shifts: rows.flatMap(({ onCall, ...span }) =>
        onCall ? [{ ...span, ...onCall, name: nameOf(onCall.person) }] : [],
      ),
      gaps: rows.flatMap(({ onCall, ...span }) => (onCall ? [] : [span])),
    })),
  };
}

async function tellFeeds(options: Options): Promise<Answer> {
  const read = readSettings(process.env, (path) => readFileSync(path, 'utf8'));
  if ('faults' in read) return wrong(['The settings have faults.', ...read.faults].join('\n'));
  const { settings } = read;
  const secret = await linkSecretOf(settings);
  if ('reason' in secret) return wrong(secret.reason);
  return withPolicy(options.policy, async (policy) =>
    feedsText(policy, settings.publicUrl, secret.linkSecret),
  );
}

/** The addresses of all calendars, one for each rotation and one for each person in one. */
export function feedsText(policy: Policy, publicUrl: string, linkSecret: string): string {
  const people = Object.entries(policy.people).filter(([key]) => isOnCallAtTimes(policy, key));
  const lines = [
    ...Object.entries(policy.rotations).map(([rotation, { name }]) => [
      name,
      onCallFeedPath(linkSecret, { rotation }),
    ]),
    ...people.map(([person, { name }]) => [name, onCallFeedPath(linkSecret, { person })]),
  ].map(([name, path]) => `${name}\n  ${publicUrl}${path}`);
  return [
    'Whoever has one of these addresses can read that calendar; subscribe to it in a calendar program.',
    ...lines,
  ].join('\n');
}

const isOnCallAtTimes = (policy: Policy, person: string): boolean =>
  Object.values(policy.rotations).some(
    ({ layers, overrides }) =>
      layers.some(({ people }) => people.includes(person)) || overrides.some((one) => one.person === person),
  );

const ELSEWHERE = 'The page On call of the console shows the same addresses.';

async function linkSecretOf(
  settings: Settings,
): Promise<Readonly<{ linkSecret: string }> | Readonly<{ reason: string }>> {
  const { database, ...opened } = await tryToOpenDatabase(settings, 'watchdesk oncall');
  if (!database) {
    const { isInUse = false, reason = '' } = 'reason' in opened ? opened : {};
    return {
      reason: isInUse
        ? `The embedded database is open in the running Watchdesk. ${ELSEWHERE}`
        : `The database cannot be opened: ${reason} ${ELSEWHERE}`,
    };
  }
  try {
    const linkSecret = await loadMemo(database.prisma, 'link_secret', z.string().min(32));
    return linkSecret === undefined ? { reason: NEVER_STARTED } : { linkSecret };
  } catch {
    return { reason: NEVER_STARTED };
  } finally {
    await database.close();
  }
}

const NEVER_STARTED =
  'This database has no secret for links that can be read: start Watchdesk once with the same settings, then ask again.';
