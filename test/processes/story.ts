import { expect } from 'vitest';
import { opsviewEventKey } from '../../src/intake/event-key.ts';
import type { CheckState } from '../../src/model/check-event.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Database } from '../../src/store/database.ts';
import { type Macros, QUICK_POLICY, type Site, until } from '../support/process.ts';

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: () => number, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

/** After three quiet seconds a check that fails again is a problem of its own. */
export const STORY_POLICY = { ...QUICK_POLICY, alerts: { ...QUICK_POLICY.alerts, reopen_within: '3s' } };

export const OBJECTS: readonly (readonly [host: string, check: string])[] = [
  ['web01', 'HTTP'],
  ['web01', 'HTTPS certificate'],
  ['web01', 'Disk: /var/log'],
  ['web02', 'HTTP'],
  ['web02', 'Unix Load Average'],
  ['db01', 'PostgreSQL'],
  ['db01', 'Replication lag'],
  ['db01', 'Backup'],
  ['app01', 'Payroll API'],
  ['app01', 'Job queue'],
  ['app01', 'Java heap'],
  ['mail01', 'SMTP'],
  ['mail01', 'Mail queue'],
  ['gw01', 'BGP sessions'],
  ['gw01', 'Interface: Gi0-1'],
];

/** Problems, worsenings, easings, recoveries and failures again, one every `everyMs`, until stopped. */
export function tellStory(site: Site, random: () => number, everyMs: number) {
  const { checks, state } = site.sandbox.opsview;
  let changes = 0;
  const timer = setInterval(() => {
    const [host, check] = pick(random, OBJECTS);
    const now = state.object(host, check)?.state;
    const states: readonly CheckState[] = ['OK', 'OK', 'OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
    const next = pick(
      random,
      states.filter((one) => one !== now),
    );
    // Some notifications get lost on the way, as with flapping: then only reading back tells.
    const mode = random() < 0.1 ? 'silent' : 'hard';
    checks.setState(host, check, next, `${next} - change ${++changes} <b>"${check}"</b> 100%`, { mode });
  }, everyMs);
  return {
    stop: (): number => {
      clearInterval(timer);
      return changes;
    },
  };
}

const TICKETS = /\/tickets$/;
const NOTES = /\/notes$/;
const TICKET = /\/tickets\/\d+$/;

/** One thing that Freshdesk does wrong with some call to come. */
export function someFault(random: () => number): Fault {
  const match = pick(random, [
    { method: 'POST', pathPattern: TICKETS },
    { method: 'POST', pathPattern: NOTES },
    { method: 'PUT', pathPattern: TICKET },
    { method: 'GET' },
  ]);
  return pick<Fault>(random, [
    { kind: 'cut_after', match },
    { kind: 'cut_after', match },
    { kind: 'cut_before', match },
    { kind: 'html_502', match },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' }, match },
    { kind: 'slow', ms: 200, match },
    { kind: 'slow', ms: 1_500, match }, // longer than Watchdesk waits
  ]);
}

/** All is well, everything closes; then `broken` fail once more, get their tickets and are acknowledged. */
export async function endStory(site: Site, broken: typeof OBJECTS, waitMs: number): Promise<void> {
  const { checks, state } = site.sandbox.opsview;
  site.sandbox.freshdesk.faults.clear();
  for (const [host, check] of OBJECTS) {
    if (state.object(host, check)?.state !== 'OK') checks.setState(host, check, 'OK');
  }
  const unclosed = () =>
    site.sandbox.freshdesk.state.data.tickets.flatMap(({ id, status, subject }) =>
      status === 5 ? [] : [`#${id} ${subject}: ${status}`],
    );
  await until(() => unclosed().length === 0, {
    ms: waitMs,
    everyMs: 100,
    what: 'every ticket is closed once all is well',
  }).catch(async (error: unknown) => {
    const waiting = site.place.options.databaseUrl === undefined ? [] : await site.inDatabase(left);
    throw new Error(`${error}\n${unclosed().join('\n')}\n${JSON.stringify(waiting, null, 1)}`);
  });
  for (const [host, check] of broken)
    checks.setState(host, check, 'CRITICAL', `CRITICAL - ${check} at the end`);
  await until(() => broken.every(([host, check]) => state.object(host, check)?.acknowledgement), {
    ms: waitMs,
    everyMs: 100,
    what: 'what is broken is acknowledged',
  });
}

const count = async (database: Database, from: string): Promise<number> =>
  Number((await database.query(`SELECT count(*)::int AS n FROM ${from}`))[0]?.n);

const jobsLeft = (database: Database) =>
  database.query(
    `SELECT name, state, data, retry_count, start_after, output FROM pgboss.job
     WHERE name IN ('freshdesk', 'opsview') AND state IN ('retry', 'active', 'failed')`,
  );

/** What is not at its end: for a failed test's message. */
const left = async (database: Database) => ({
  jobs: await jobsLeft(database),
  incidents: await database.query(
    `SELECT i.number::int, i.status, t.wanted, t.stuck, (
       SELECT json_agg(json_build_array(name, due_at, try_after)) FROM timer
       WHERE incident_id = i.id AND fired_at IS NULL AND cancelled_at IS NULL
     ) AS timers FROM incident i LEFT JOIN ticket t ON t.incident_id = i.id WHERE i.status <> 'closed'`,
  ),
  alerts: await database.query('SELECT host, "check", state, state_since, bad_since FROM alert'),
});

/** Resolves when nothing waits and no job is left. */
export const atRest = async (database: Database): Promise<boolean> =>
  (await count(database, `delivery WHERE status = 'waiting'`)) === 0 &&
  (await count(
    database,
    `pgboss.job WHERE name IN ('freshdesk', 'opsview') AND state IN ('created', 'retry', 'active')`,
  )) === 0;

/** What waits or is under way, for the log. */
export const workLeft = (database: Database) =>
  database.query(
    `SELECT source AS what, body::text AS about FROM delivery WHERE status = 'waiting'
     UNION ALL
     SELECT name || ' ' || state, data::text FROM pgboss.job
     WHERE name IN ('freshdesk', 'opsview') AND state IN ('created', 'retry', 'active')`,
  );

type Told = Readonly<{ accepted: readonly string[]; macrosOf: ReadonlyMap<string, Macros> }>;

/** What must hold at the end, however often and wherever processes were killed. Returns figures for the log. */
export async function expectAllRight(site: Site, database: Database, told: Told, broken: typeof OBJECTS) {
  const { data } = site.sandbox.freshdesk.state;
  const rows = async (sql: string) => await database.query(sql);

  // One ticket per incident, found by its own tag.
  const incidents = await rows(
    `SELECT i.id, i.number, i.status, i.cause_host, i.cause_check, t.tag, t.freshdesk_id::int AS ticket_id, t.stuck,
       t.wanted FROM incident i LEFT JOIN ticket t ON t.incident_id = i.id ORDER BY number`,
  );
  const own = data.tickets.map(({ id, tags }) => ({
    id,
    own: tags.filter((tag) => incidents.some((one) => one.tag === tag)),
  }));
  expect(own.filter((ticket) => ticket.own.length !== 1)).toEqual([]);
  expect(new Set(own.map((ticket) => ticket.own[0])).size).toBe(data.tickets.length);
  expect(data.tickets.length).toBe(incidents.length);
  expect(incidents.filter(({ ticket_id, stuck }) => ticket_id === null || stuck !== null)).toEqual([]);

  // Every note once, in order, and none missing.
  const notes = await rows(
    `SELECT c.sequence, i.number, t.freshdesk_id::int AS ticket_id, c.intent, c.done_at FROM command c
     JOIN incident i ON i.id = c.incident_id JOIN ticket t ON t.incident_id = i.id
     WHERE c.kind = 'private_note' ORDER BY t.freshdesk_id, c.sequence`,
  );
  const intended = notes.map(({ ticket_id, number, sequence }) => `${ticket_id} [WD-${number}/${sequence}]`);
  const written = data.conversations
    .toSorted((a, b) => a.ticket_id - b.ticket_id || a.id - b.id)
    .map(({ ticket_id, body }) => `${ticket_id} ${/\[WD-\d+\/\d+\]/.exec(body)?.[0]}`);
  expect(written).toEqual(intended);
  // Nobody but Watchdesk touched a ticket, so nothing may have been taken for a person's.
  expect(notes.filter(({ intent }) => String(intent).startsWith('people:'))).toEqual([]);
  expect(await rows(`SELECT tag, people_own FROM ticket WHERE people_own <> '{}'`)).toEqual([]);
  expect(
    await rows(`SELECT kind, intent, last_error FROM command WHERE done_at IS NULL OR dead_at IS NOT NULL`),
  ).toEqual([]);

  // Nothing accepted is lost.
  const kept = await rows('SELECT delivery_id, event_key, status FROM delivery');
  const names = new Set(kept.flatMap(({ delivery_id, event_key }) => [delivery_id, event_key]));
  const isKept = (id: string) => names.has(id) || names.has(opsviewEventKey(told.macrosOf.get(id) ?? {}));
  expect(told.accepted.filter((id) => !isKept(id))).toEqual([]);
  expect(kept.filter(({ status }) => status !== 'decided')).toEqual([]);

  // Every incident in its right final state, here and there.
  const isBroken = (host: unknown, check: unknown) => broken.some(([h, c]) => h === host && c === check);
  const open = incidents.filter(({ status }) => status !== 'closed');
  expect(open.map(({ cause_host, cause_check }) => `${cause_host} ${cause_check}`).sort()).toEqual(
    broken.map(([host, check]) => `${host} ${check}`).sort(),
  );
  for (const { cause_host, cause_check, ticket_id, status } of incidents) {
    const ticket = data.tickets[Number(ticket_id) - 1];
    expect(ticket?.status).toBe(status === 'closed' ? 5 : 2);
    if (!isBroken(cause_host, cause_check) || status === 'closed') continue;
    const object = site.sandbox.opsview.state.object(String(cause_host), String(cause_check));
    expect(object?.acknowledgement?.comment).toContain(`Freshdesk #${ticket_id} `);
  }
  expect(await rows(`SELECT number FROM incident WHERE status = 'closed' AND proofs::text = '[]'`)).toEqual(
    [],
  );

  // No timer early, none twice: what fired asked for one proof, and no two for the same promise.
  expect(await rows('SELECT id FROM timer WHERE fired_at < due_at')).toEqual([]);
  expect(
    await rows(
      `SELECT incident_id, due_at FROM timer WHERE fired_at IS NOT NULL GROUP BY 1, 2, name HAVING count(*) > 1`,
    ),
  ).toEqual([]);
  const soaks = await count(database, `timer WHERE name = 'soak' AND fired_at IS NOT NULL`);
  const proofs = await count(database, `command WHERE kind = 'read_proof'`);
  expect(proofs).toBeLessThanOrEqual(soaks);
  // How often the same happened lately is counted a minute after it began, closed since or not.
  expect(
    await rows(`SELECT id, name FROM timer t WHERE name <> 'repeat' AND fired_at IS NULL AND cancelled_at IS NULL
    AND EXISTS (SELECT 1 FROM incident i WHERE i.id = t.incident_id AND i.status = 'closed')`),
  ).toEqual([]);

  return {
    incidents: incidents.length,
    notes: notes.length,
    deliveries: kept.length,
    soaks,
    proofs,
    calls: site.sandbox.freshdesk.state.calls.length,
  };
}
