import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { openChannels } from '../channels.ts';
import { ConnectorError } from '../connectors/connector-error.ts';
import { recentChats } from '../engine/recent-telegram-chats.ts';
import { type Recipient, recipientOf } from '../escalation/recipient.ts';
import { testContent } from '../escalation/test-text.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { CHANNELS, type ChannelName } from '../model/escalation.ts';
import { uncounted } from '../model/metrics.ts';
import { faultLine } from '../policy/fault.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readPolicyFiles } from '../store/policy-files.ts';
import { tryToOpenDatabase } from './open-database.ts';

type Options = Readonly<{ test?: string; channel?: string; telegramChats: boolean }>;

/** Adds `watchdesk notify`. */
export function registerNotify(program: Command): void {
  program
    .command('notify')
    .description('try whether people are reached: sends a test message by each of their channels')
    .option('--test <who>', 'key from people, or room:<key>')
    .option('--channel <channel>', 'only this one')
    .option('--telegram-chats', 'list who wrote to the Telegram bot, for people.<who>.telegram', false)
    .action(async (options: Options) => {
      const lines = await notify(options, {
        env: process.env,
        readFile: (path) => readFileSync(path, 'utf8'),
        clock: systemClock,
      });
      for (const { text } of lines) process.stdout.write(`${text}\n`);
      if (lines.some(({ isFault }) => isFault)) process.exitCode = 1;
    });
}

export type NotifyParts = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  clock: Clock;
}>;
type Line = Readonly<{ text: string; isFault: boolean }>;

const said = (text: string): Line => ({ text, isFault: false });
const fault = (text: string): Line => ({ text, isFault: true });

/** What the command prints. Sends at most one message by each channel; writes nothing to the database. */
export async function notify(options: Options, parts: NotifyParts): Promise<readonly Line[]> {
  const read = readSettings(parts.env, parts.readFile);
  if ('faults' in read) return read.faults.map(fault);
  const { settings } = read;
  if (options.telegramChats) return await telegramChats(settings, parts.clock);
  if (options.test === undefined) return [fault('Say whom: watchdesk notify --test dana')];
  return await sendTests(settings, { who: options.test, only: options.channel, clock: parts.clock });
}

async function sendTests(
  settings: Settings,
  { who, only, clock }: Readonly<{ who: string; only: string | undefined; clock: Clock }>,
): Promise<readonly Line[]> {
  const loaded = loadPolicy(await readPolicyFiles(settings.policyFile));
  if ('faults' in loaded) return loaded.faults.map((one) => fault(faultLine(one)));
  if (only !== undefined && !CHANNELS.some((name) => name === only))
    return [fault(`${only} is no channel; there are ${CHANNELS.join(', ')}.`)];
  const recipient = recipientOf(loaded.policy, who);
  if (recipient === undefined) {
    const known = [
      ...Object.keys(loaded.policy.people),
      ...Object.keys(loaded.policy.rooms).map((room) => `room:${room}`),
    ];
    return [
      fault(`${who} is not in ${settings.policyFile}; there are ${known.join(', ') || 'no people yet'}.`),
    ];
  }
  const names = (Object.keys(recipient.addresses) as ChannelName[]).filter(
    (name) => only === undefined || name === only,
  );
  if (names.length === 0)
    return [
      fault(`${recipient.name} has no address for ${only ?? 'any channel'} in ${settings.policyFile}.`),
    ];
  const opened = openChannels(settings.channels, {
    clock,
    metrics: uncounted,
    timeoutMs: settings.callTimeoutMs,
    publicUrl: settings.publicUrl,
  });
  try {
    const lines: Line[] = [];
    for (const name of names) lines.push(await sendTest(opened.channels, { name, recipient, clock }));
    return lines;
  } finally {
    opened.close();
  }
}

async function sendTest(
  channels: ReturnType<typeof openChannels>['channels'],
  { name, recipient, clock }: Readonly<{ name: ChannelName; recipient: Recipient; clock: Clock }>,
): Promise<Line> {
  const channel = channels[name];
  const address = recipient.addresses[name] ?? '';
  if (channel === undefined)
    return fault(`${name}: not set up, so ${recipient.name} is never told by it; docs/messages.md says how.`);
  const now = clock.now();
  try {
    const sent = await channel.send({
      id: randomUUID(),
      address,
      recipientName: recipient.name,
      timeZone: recipient.timeZone,
      pages: [
        {
          intent: `test:${now.toISOString()}`,
          kind: 'test',
          recipient: recipient.recipient,
          recipientName: recipient.name,
          channel: name,
          address,
          timeZone: recipient.timeZone,
          priority: 'low',
          content: testContent(recipient, name, now),
        },
      ],
      mayBeRepeat: false,
      sentAt: now,
    });
    const what = sent.state === 'delivered' ? 'delivered' : 'taken; look at the telephone whether it arrived';
    return said(`${name}: ${what} (${recipient.name}, ${address}).`);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return fault(`${name}: ${error.message}`);
  }
}

async function telegramChats(settings: Settings, clock: Clock): Promise<readonly Line[]> {
  const opened = openChannels(settings.channels, {
    clock,
    metrics: uncounted,
    timeoutMs: settings.callTimeoutMs,
    publicUrl: settings.publicUrl,
  });
  const { telegramBot: bot } = opened;
  if (!bot) return [fault('TELEGRAM_BOT_TOKEN is not set; docs/messages.md says how to make a bot.')];
  const { database } = await tryToOpenDatabase(settings, 'watchdesk notify');
  try {
    const chats = await recentChats({ bot, ...(database && { database }), now: clock.now() });
    if (chats.length === 0)
      return [said('Nobody wrote to the bot lately. Let people send it any message, then ask again.')];
    return chats.map(({ id, name }) => said(`${String(id).padStart(14)}  ${name}`));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return [fault(error.message)];
  } finally {
    opened.close();
    await database?.close();
  }
}
