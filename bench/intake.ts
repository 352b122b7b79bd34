import { randomUUID } from 'node:crypto';
import type { Bench, Figure } from './figure.ts';
import type { CpuReport, IntakeServerGiven } from './servers/intake-server.ts';
import { type Child, startChild } from './support/child.ts';
import { type LoadReport, startLoad } from './support/load.ts';
import { median, shown } from './support/numbers.ts';

const SECRET = 'the-secret-of-the-benchmark';
const ROUNDS = 5;

type Server = Child<{ port: number }, object, CpuReport>;
type Round = LoadReport & Readonly<{ cpuUs: number }>;
type Contender = Readonly<{ server: Server; connections: number; count: number; rounds: Round[] }>;

/** Durable intake against an Express that does nothing, and against one INSERT for each request. */
export const intake: Bench = async ({ databases, scope, say }) => {
  const load = await startLoad(scope);
  const start = async (script: string, given: object): Promise<Server> => {
    const server: Server = await startChild(new URL(`servers/${script}`, import.meta.url), given);
    scope.defer(server.stop);
    return server;
  };
  const watchdesk = (given: Omit<IntakeServerGiven, 'secret'>) =>
    start('intake-server.ts', { ...given, secret: SECRET });
  const bare = await start('bare-express.ts', { does: 'receive' });
  const ignoring = await start('bare-express.ts', { does: 'ignore' });
  const grouped = await watchdesk({ database: await databases.postgresql(), keep: 'grouped' });
  const single = await watchdesk({ database: await databases.postgresql(), keep: 'single' });
  const embedded = await watchdesk({ database: databases.embedded(), keep: 'grouped' });

  const contend = (server: Server, connections: number, count: number): Contender => ({
    server,
    connections,
    count,
    rounds: [],
  });
  const at64 = {
    ignoring: contend(ignoring, 64, 20_000),
    bare: contend(bare, 64, 20_000),
    grouped: contend(grouped, 64, 12_000),
    embedded: contend(embedded, 64, 4_000),
  };
  const at16 = { single: contend(single, 16, 3_000), grouped: contend(grouped, 16, 6_000) };
  const all = [...Object.values(at64), ...Object.values(at16)];

  async function round({ server, connections, count, rounds }: Contender, share = 1): Promise<void> {
    const plan = {
      run: randomUUID().slice(0, 8),
      count: count * share,
      hosts: 1_000,
      checks: 1_000,
      hostsPerGroup: 10,
    };
    const before = await server.ask({});
    const report = await load({ port: server.ready.port, secret: SECRET, connections, plan });
    const after = await server.ask({});
    rounds.push({ ...report, cpuUs: (after.user + after.system - before.user - before.system) / plan.count });
  }
  say('warming up');
  for (const contender of all) await round(contender, 0.3);
  for (const { rounds } of all) rounds.length = 0;
  for (let turn = 1; turn <= ROUNDS; turn++) {
    for (const contender of all) await round(contender);
    say(
      `round ${turn} of ${ROUNDS}: ${all.map(({ rounds }) => shown(rounds.at(-1)?.perSecond ?? 0)).join(', ')}/s`,
    );
  }
  return figuresOf(at64, at16);
};

type At64 = Readonly<Record<'ignoring' | 'bare' | 'grouped' | 'embedded', Contender>>;
type At16 = Readonly<Record<'single' | 'grouped', Contender>>;

function figuresOf(at64: At64, at16: At16): readonly Figure[] {
  const ratioOf = (one: Contender, other: Contender): number =>
    median(
      one.rounds.map(({ perSecond }, index) => perSecond / (other.rounds[index]?.perSecond ?? Number.NaN)),
    );
  const of = ({ rounds }: Contender, field: 'perSecond' | 'cpuUs' | 'p50' | 'p99') =>
    median(rounds.map((round) => round[field]));
  const rate = (one: Contender) => `${shown(of(one, 'perSecond'))}/s, ${shown(of(one, 'cpuUs'))} µs CPU each`;
  const against = (ratio: number, atLeast: number) => ({
    ratio: shown(ratio),
    wanted: `≥ ${atLeast}`,
    holds: ratio >= atLeast,
  });
  const p99Ratio = median(at64.grouped.rounds.map(({ p99, p50 }) => p99 / p50));
  return [
    {
      measured: 'bare Express 5: reads the body, answers 202 in JSON; 64 connections',
      result: rate(at64.bare),
    },
    {
      measured: 'signed alert committed on PostgreSQL, then 202; 64 connections, against bare',
      result: rate(at64.grouped),
      ...against(ratioOf(at64.grouped, at64.bare), 0.6),
    },
    {
      measured: 'the same against an Express that does not even read the body',
      result: rate(at64.ignoring),
      ratio: shown(ratioOf(at64.grouped, at64.ignoring)),
    },
    {
      measured: 'its slowest hundredth, p99 against p50',
      result: `${shown(of(at64.grouped, 'p50'))} and ${shown(of(at64.grouped, 'p99'))} ms`,
      ratio: shown(p99Ratio),
      wanted: '≤ 3',
      holds: p99Ratio <= 3,
    },
    {
      measured: 'a signed alert on the embedded database, against bare',
      result: rate(at64.embedded),
      ...against(ratioOf(at64.embedded, at64.bare), 0.2),
    },
    { measured: 'the same webhook with one INSERT per request; 16 connections', result: rate(at16.single) },
    {
      measured: 'grouped commits at 16 connections, against one INSERT per request',
      result: rate(at16.grouped),
      ...against(ratioOf(at16.grouped, at16.single), 2),
    },
  ];
}
