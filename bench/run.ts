import { setTimeout as wait } from 'node:timers/promises';
import { decisions } from './decisions.ts';
import { desk } from './desk.ts';
import type { Bench, Figure } from './figure.ts';
import { flood } from './flood.ts';
import { intake } from './intake.ts';
import { ladders } from './ladders.ts';
import { latency } from './latency.ts';
import { size } from './size.ts';
import { storm } from './storm.ts';
import { startDatabases } from './support/databases.ts';
import { timers } from './timers.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  intake,
  latency,
  decisions,
  timers,
  ladders,
  storm,
  flood,
  size,
  desk,
};
const ONE_MS_MAX = 90_000;
/** An hour of a help desk takes its time although the clock is moved. */
const LONGER_MS_MAX: Readonly<Record<string, number>> = { desk: 300_000, ladders: 180_000 };

/** `npm run bench [-- name …]`: runs the named benchmarks, or all, one after the other, and prints one table. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  await using scope = new AsyncDisposableStack();
  const databases = await startDatabases(scope);
  const rows: (Figure & Readonly<{ bench: string }>)[] = [];
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const startedAt = performance.now();
    for (const figure of await runOne(name, BENCHES[name] as Bench)) rows.push({ bench: name, ...figure });
    process.stderr.write(`${name}: ${Math.round((performance.now() - startedAt) / 1000)} s\n`);
  }
  process.stdout.write(table(rows));
  if (rows.some(({ holds }) => holds === false)) process.exitCode = 1;

  async function runOne(name: string, bench: Bench): Promise<readonly Figure[]> {
    const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
    const own = new AsyncDisposableStack();
    const late = new AbortController();
    const msMax = LONGER_MS_MAX[name] ?? ONE_MS_MAX;
    try {
      return await Promise.race([
        bench({ databases, scope: own, say }),
        wait(msMax, undefined, { signal: late.signal }).then(() => {
          throw new Error(`not done after ${msMax / 1000} s`);
        }),
      ]);
    } catch (error) {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return [{ measured: 'the whole benchmark', result: `failed: ${String(error)}`, holds: false }];
    } finally {
      late.abort();
      await own.disposeAsync();
    }
  }
}

function table(rows: readonly (Figure & Readonly<{ bench: string }>)[]): string {
  const verdict = (holds: boolean | undefined) =>
    holds === undefined ? '' : holds ? 'holds' : 'does not hold';
  const cells = [
    ['Benchmark', 'What is measured', 'Result', 'Ratio', 'Wanted', 'Verdict'],
    ...rows.map(({ bench, measured, result, ratio, wanted, holds }) => [
      bench,
      measured,
      result,
      ratio ?? '',
      wanted ?? '',
      verdict(holds),
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [
    line(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...body.map(line),
    '',
  ].join('\n');
}

await main(process.argv.slice(2));
