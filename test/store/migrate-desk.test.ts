import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import * as incidents from '../../src/store/incidents.ts';
import { MigrationError, migrate } from '../../src/store/migrate.ts';
import * as tickets from '../../src/store/tickets.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, openTestDatabase } from '../support/database.ts';

const original = new URL('../../prisma/migrations', import.meta.url).pathname;
const FIRST = '20261121000000_tables';
const first = mkdtempSync(join(tmpdir(), 'watchdesk-first-'));
cpSync(join(original, FIRST), join(first, FIRST), { recursive: true });
afterAll(() => rmSync(first, { recursive: true, force: true }));

const fields = {
  subject: 'web01 HTTP is CRITICAL',
  status: 'open',
  priority: 'high',
  type: 'Incident',
  tags: [],
};
const PROOF = { kind: 'monitoring', readAt: '2026-03-02T12:00:00.000Z', soakMs: 600_000, objects: [] };

type Former = Readonly<{
  status: string;
  wanted: string;
  written: string;
  peopleOwn?: readonly string[];
  reopenCount?: number;
  proof?: object;
}>;

/** A row of each table as the version before wrote it. */
async function insert(database: Database, number: number, former: Former): Promise<string> {
  const { status, wanted, written, peopleOwn = [], reopenCount = 0, proof } = former;
  const id = randomUUID();
  const json = (value: unknown) => `'${JSON.stringify(value)}'::jsonb`;
  await database.query(`
    INSERT INTO incident (id, number, version, status, type, title, cause_host, cause_check, impact, urgency, priority,
      priority_rule, priority_why, bad_alert_count, alert_count, member_count, undigested_count, started_at, opened_at,
      reopen_count, last_joined_at, proof, policy_version)
    VALUES ('${id}', ${number}, 3, '${status}', 'Incident', 'web01 HTTP is CRITICAL', 'web01', 'HTTP', 'high', 'high',
      'high', 'rule', 'why', 0, 1, 1, 0, now(), now(), ${reopenCount}, now(),
      ${proof === undefined ? 'NULL' : json(proof)}, 'hash')`);
  await database.query(`
    INSERT INTO ticket (incident_id, freshdesk_id, tag, wanted, description_html, requester_email, written, seen, seen_at,
      people_own)
    VALUES ('${id}', ${number}, 'wd-${number}', ${json({ ...fields, status: wanted })}, '<p>x</p>', 'it@example.com',
      ${json({ ...fields, status: written })}, ${json({ ...fields, status: written })}, '2026-03-02T11:00:00Z',
      ARRAY[${peopleOwn.map((field) => `'${field}'`).join(',')}]::text[])`);
  return id;
}

describe.each(databases)('a database of the version before tickets of people (%s)', (kind) => {
  let database: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, close } = await openTestDatabase(kind));
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    await migrate(database, first);
  });
  afterAll(() => close());

  test('a migration that fails on its rows leaves all of them as they were', async () => {
    await database.query('ALTER TABLE ticket RENAME COLUMN people_own TO owned_by_people');
    await expect(migrate(database)).rejects.toThrow(MigrationError);
    await database.query('ALTER TABLE ticket RENAME COLUMN owned_by_people TO people_own');
    expect(await database.query('SELECT proof FROM incident')).toEqual([]);
  });

  test('goes on with what was open, proven, waiting to be sent and people’s', async () => {
    const settled = await insert(database, 1, { status: 'new', wanted: 'open', written: 'open' });
    const waiting = await insert(database, 2, {
      status: 'resolved',
      wanted: 'resolved',
      written: 'open',
      peopleOwn: ['priority'],
      reopenCount: 2,
    });
    const theirs = await insert(database, 3, {
      status: 'resolved',
      wanted: 'resolved',
      written: 'open',
      peopleOwn: ['status'],
    });
    const closed = await insert(database, 4, {
      status: 'closed',
      wanted: 'closed',
      written: 'closed',
      proof: PROOF,
    });
    const deleted = await insert(database, 5, {
      status: 'closed',
      wanted: 'closed',
      written: 'open',
      peopleOwn: ['ticket'],
      proof: PROOF,
    });
    await migrate(database);
    const { prisma } = database;
    const ids = [settled, waiting, theirs, closed, deleted];
    const byId = new Map((await incidents.loadIncidents(prisma, ids)).map((one) => [one.id, one]));
    const turns = await Promise.all(
      ids.map(async (id) => {
        const row = await tickets.load(prisma, id);
        expect(row?.statusTurn).toBe(byId.get(id)?.desk.statusTurn);
        return [row?.statusTurn, row?.statusTurnWritten, row?.round, row?.roundWritten, row?.gone];
      }),
    );
    expect(turns).toEqual([
      [0, 0, 0, 0, undefined],
      [1, 0, 2, 2, undefined],
      [0, 0, 0, 0, undefined],
      [0, 0, 0, 0, undefined],
      [0, 0, 0, 0, 'deleted'],
    ]);
    expect((await tickets.load(prisma, waiting))?.peopleOwn).toEqual({
      priority: new Date('2026-03-02T11:00:00Z'),
    });
    expect((await tickets.load(prisma, theirs))?.peopleOwn).toEqual({});
    expect(byId.get(closed)).toMatchObject({ origin: 'alert', proofs: [{ kind: 'monitoring' }] });
    expect(byId.get(settled)).toMatchObject({ origin: 'alert', proofs: [], childCount: 0 });

    const open = byId.get(settled);
    if (!open) throw new Error('It was not loaded');
    await inTransaction(database, async (tx) => {
      const incident = { ...open, version: open.version + 1, status: 'acknowledged' as const, owner: 'Jo' };
      await incidents.saveIncidents(tx, [{ incident, loadedVersion: open.version }]);
    });
    expect(await incidents.loadIncidents(prisma, [settled])).toMatchObject([{ owner: 'Jo', version: 4 }]);
  });
});
