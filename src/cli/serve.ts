import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createLogger } from '../logging.ts';
import { startWatchdesk, type Watchdesk } from '../main.ts';
import { systemClock } from '../model/clock.ts';
import { readSettings, secretsOf } from '../settings.ts';

/** `watchdesk serve`: reads the settings, serves, reloads the policy on SIGHUP, stops on SIGTERM and SIGINT. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('serve until stopped; settings come from the environment (docs/settings.md)')
    .action(serve);
}

async function serve(): Promise<void> {
  const read = readSettings(process.env, (path) => readFileSync(path, 'utf8'));
  if ('faults' in read) return fail(['Watchdesk does not start: the settings have faults.', ...read.faults]);
  const { settings } = read;
  const log = createLogger({
    level: settings.logLevel,
    clock: systemClock,
    secrets: secretsOf(settings),
    isPretty: process.stdout.isTTY === true,
    stream: process.stdout,
  });
  try {
    const watchdesk = await startWatchdesk({ settings, clock: systemClock, log });
    obeySignals(watchdesk);
    if (settings.mode === 'sandbox') greet(watchdesk.url);
  } catch (error) {
    fail([error instanceof Error ? error.message : String(error)]);
  }
}

function fail(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
}

function obeySignals(watchdesk: Watchdesk): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    watchdesk.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => void watchdesk.reloadPolicy());
}

function greet(url: string): void {
  process.stdout.write(`
Watchdesk runs in its sandbox: Freshdesk and Opsview are stand-ins on this machine, nothing leaves it.

Four things to try:
  1. Break a check:        ${url}/sandbox/opsview/    press CRITICAL on web01 HTTP,
                           and see its ticket, its priority and why: ${url}/
  2. Be a customer:        ${url}/sandbox/freshdesk/  raise a ticket about the shop; it is understood,
                           and joins the incident of web01 while that is open
  3. Heal and close:       press OK, or close a ticket by hand: it closes on proof only, and says what is missing
  4. React to nothing:     ${url}/sandbox/messages/   shows who is told about a broken web01 HTTP, within four
                           minutes up to the Director, and the buttons that they would press

To use real systems: README.md, "Ten minutes to real Opsview and Freshdesk". Stop with Ctrl+C.
`);
}
