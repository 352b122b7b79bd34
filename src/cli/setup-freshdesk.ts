import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Clock, systemClock } from '../model/clock.ts';
import { readSettings, type Settings } from '../settings.ts';
import { type SetupOptions, setupFreshdesk } from './setup/setup-freshdesk.ts';

/** Adds `watchdesk setup freshdesk`. */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('prepare the systems that Watchdesk works with')
    .command('freshdesk')
    .description(
      'make the ticket fields and webhook rules that Watchdesk uses in Freshdesk; shows what it would do and asks first',
    )
    .option('--dry-run', 'only show what would be done', false)
    .option('--yes', 'do it without asking', false)
    .option('--undo', 'delete the automation rules that this command made', false)
    .option(
      '--fields',
      'with --undo: delete the ticket fields too, and with them what tickets hold in them',
      false,
    )
    .action(async (options: SetupOptions) => {
      const read = readSettings(process.env, (path) => readFileSync(path, 'utf8'));
      if ('faults' in read) {
        process.stderr.write(`${['The settings have faults.', ...read.faults].join('\n')}\n`);
        process.exitCode = 1;
        return;
      }
      process.exitCode = await runInTerminal(read.settings, options, systemClock);
    });
}

async function runInTerminal(settings: Settings, options: SetupOptions, clock: Clock): Promise<number> {
  const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return setupFreshdesk({
    settings,
    options,
    clock,
    pause: pauseFor,
    tell: (line) => void process.stdout.write(`${line}\n`),
    ...(isInteractive ? { confirm: askInTerminal } : {}),
  });
}

async function askInTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
