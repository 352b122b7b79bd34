import { readFileSync } from 'node:fs';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';

/** Adds `watchdesk doctor`. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at settings, policy, database, Freshdesk, Opsview and the way between; changes nothing',
    )
    .option('--json', 'the findings as JSON', false)
    .action(async ({ json }: Readonly<{ json: boolean }>) => {
      const findings = await examine({
        env: process.env,
        readFile: (path) => readFileSync(path, 'utf8'),
        clock: systemClock,
        pause: pauseFor,
        onPause: (ms) =>
          void process.stderr.write(
            `Waiting ${Math.ceil(ms / 1000)} s for Freshdesk's limit of calls a minute …\n`,
          ),
      });
      process.stdout.write(json ? findingsJson(findings) : findingsText(findings));
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1;
    });
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

/** One line each; the remedy below it, where something has to be done. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, finding, remedy }) => [
    `${MARKS[level]}  ${check.padEnd(width)}  ${finding}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(width + 8)}→ ${remedy}`]),
  ]);
  return `${[...lines, summary(findings)].join('\n')}\n`;
}

export const findingsJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify({ summary: summary(findings), findings }, null, 2)}\n`;

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['level']): number => findings.filter(({ level }) => level === wanted).length;
  const [fails, warns] = [count('fail'), count('warn')];
  if (fails + warns === 0) return 'All is well.';
  return `${fails} failed, ${warns} ${warns === 1 ? 'warning' : 'warnings'}, ${count('ok')} fine.`;
}
