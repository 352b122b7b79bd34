import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Database, type DatabaseOptions, openDatabase } from '../src/store/database.ts';
import type { Bench, BenchParts, Figure } from './figure.ts';
import type { DeciderGiven, DeciderReport } from './servers/decider.ts';
import { type Child, startChild } from './support/child.ts';
import { fillHistory } from './support/history.ts';
import { median, shown } from './support/numbers.ts';
import { policyWith } from './support/policy.ts';
import { preload } from './support/preload.ts';

const ROUNDS = 3;
const STORED = { few: 1_000, many: 1_000_000 };

type Decider = Child<object, object, DeciderReport>;
type Site = Readonly<{ database: Database; deciders: readonly Decider[] }>;

/** From deliveries that wait to committed decisions: how many per second, with two processes, and over a long history. */
export const decisions: Bench = async (parts) => {
  const { databases, say } = parts;
  const policyFile = join(databases.folder, 'decisions.yaml');
  // Without storm mode, which would put all into one incident: here every host gets its own.
  writeFileSync(policyFile, stringify(policyWith({ alerts: { storm: { alerts: 100_000 } } })));
  const few = await openSite(parts, await databases.postgresql(), policyFile);
  await fillHistory(few.database, STORED.few);
  const many = await openSite(parts, await databases.postgresql(), policyFile);
  const startedAt = performance.now();
  await fillHistory(many.database, STORED.many);
  say(`a million incidents were made in ${shown((performance.now() - startedAt) / 1000)} s`);

  await round(few, 1, 100);
  await round(many, 1, 100);
  const one: number[] = [];
  const two: number[] = [];
  const large: number[] = [];
  const cpu: number[] = [];
  for (let turn = 1; turn <= ROUNDS; turn++) {
    const alone = await round(few, 1, 500);
    one.push(alone.perSecond);
    cpu.push(alone.cpuUs);
    large.push((await round(many, 1, 500)).perSecond);
    two.push((await round(few, 2, 500)).perSecond);
    say(
      `round ${turn} of ${ROUNDS}: ${[one, large, two].map((rates) => shown(rates.at(-1) ?? 0)).join(', ')}/s`,
    );
  }
  const twoToOne = median(two.map((rate, index) => rate / (one[index] ?? Number.NaN)));
  const growth = median(large.map((rate, index) => (one[index] ?? Number.NaN) / rate));
  return [
    {
      measured: 'events decided by one process, 250 hosts with 2 checks each, bad and healthy again',
      result: `${shown(median(one))}/s, ${shown(median(cpu))} µs CPU each`,
      wanted: '≥ 500/s',
      holds: median(one) >= 500,
    },
    {
      measured: 'two processes on one database, against one',
      result: `${shown(median(two))}/s`,
      ratio: shown(twoToOne),
      wanted: '≥ 1.5 with the cores',
      holds: twoToOne >= 1.5,
    },
    {
      measured: 'cost of an event with 1,000,000 stored incidents, against 1,000',
      result: `${shown(median(large))}/s`,
      ratio: shown(growth),
      wanted: '≤ 1.3',
      holds: growth <= 1.3,
    },
  ] satisfies Figure[];
};

async function openSite({ scope }: BenchParts, options: DatabaseOptions, policyFile: string): Promise<Site> {
  const database = await openDatabase(options);
  scope.defer(database.close);
  const deciders: Decider[] = [];
  for (let index = 0; index < 2; index++) {
    const given: DeciderGiven = { database: options, policyFile };
    const decider: Decider = await startChild(new URL('servers/decider.ts', import.meta.url), given);
    scope.defer(decider.stop);
    deciders.push(decider);
  }
  return { database, deciders };
}

/** New names each time, so that every round does the same work. */
async function round({ database, deciders }: Site, processes: number, objects: number) {
  const plan = {
    run: randomUUID().slice(0, 8),
    count: objects,
    hosts: objects / 2,
    checks: 2,
    hostsPerGroup: 1,
  };
  const count = await preload(database, plan);
  const startedAt = performance.now();
  const reports = await Promise.all(deciders.slice(0, processes).map((decider) => decider.ask({})));
  const tookMs = performance.now() - startedAt;
  const cpuUs = reports.reduce((sum, report) => sum + report.cpuUs, 0) / count;
  return { perSecond: (count / tookMs) * 1000, cpuUs };
}
