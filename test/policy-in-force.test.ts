import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPolicy } from '../src/policy-in-force.ts';
import { openTestDatabase } from './support/database.ts';
import { manualClock } from './support/manual-clock.ts';

test('a policy that is read again while the database is away: the one in force stays, and nothing ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  const file = join(folder, 'policy.yaml');
  cpSync('policy/default.yaml', file);
  const { database, place } = await openTestDatabase('postgresql');
  try {
    const errors: string[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void errors.push(message) };
    const policies = await openPolicy(file, manualClock(), log);
    await policies.recordIn(database);
    const { hash } = policies.current();
    await database.close();
    appendFileSync(file, '\n# changed\n');
    expect(await policies.reload()).toEqual([expect.stringContaining('could not be stored')]);
    expect(policies.current().hash).toBe(hash);
    expect(errors).toHaveLength(1);
  } finally {
    await place.remove();
    rmSync(folder, { recursive: true });
  }
});
