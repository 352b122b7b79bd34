import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test, vi } from 'vitest';
import { checkPolicy, registerCheck } from '../../src/cli/check.ts';
import { readPolicyFiles } from '../../src/store/policy-files.ts';
import { policyText } from '../support/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchdesk-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BAD = 'test/policies/bad/duplicate-rules.yaml';

test('a good policy is summed up with its version and notes', async () => {
  const { text, isGood } = await checkPolicy('policy/default.yaml');
  expect(isGood).toBe(true);
  expect(text).toMatch(/^policy\/default\.yaml: good, version [0-9a-f]{12}\n/);
  expect(text).toContain('note: defaults.requester_email: monitoring@example.com is an example');
});

test('people and ladders are looked at as they stand now', async () => {
  const file = join(folder, 'ladders.yaml');
  const rungs = [{ name: 'Call', after: '15m', tell: [{ on_call: 'nights' }] }];
  const layers = [{ people: ['jo'], starts: '2026-01-05T09:00', ends: '2026-12-07T09:00' }];
  const policy = policyText({
    people: { jo: { name: 'Jo', email: 'jo@northwind.example' } },
    rotations: { nights: { name: 'Nights', layers } },
    ladders: { ack: { name: 'Nobody takes it', kind: 'technical', watches: 'acknowledge', rungs } },
  });
  writeFileSync(file, policy);
  const { text, isGood } = await checkPolicy(file, new Date('2026-11-21T02:00:00Z'));
  expect(isGood).toBe(true);
  expect(text).toContain(', ladders 1, ');
  expect(text).toContain('\nnote: rotations.nights: nobody is on call from Mon 7 Dec 09:00 (UTC)');
  expect(text).toContain('\nnote: ladders.ack: has no last');
});

test('a bad policy shows every fault as file:line:column', async () => {
  const { text, isGood } = await checkPolicy(BAD);
  expect(isGood).toBe(false);
  expect(text.split('\n')).toEqual([
    expect.stringContaining(`${BAD}:13:9 priority.rules[1].name: another rule is also called Backups (`),
    `${BAD}:14:7 priority.rules[2]: must set impact, urgency or both`,
  ]);
});

test.each([
  ['missing.yaml', 'There is no policy at'],
  ['empty-folder', 'has no *.yaml file'],
  ['latin1.yaml', 'is not UTF-8 text'],
])('%s: %s', async (name, message) => {
  mkdirSync(join(folder, 'empty-folder'), { recursive: true });
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from('version: 1 # caf\xe9', 'latin1'));
  const { text, isGood } = await checkPolicy(join(folder, name));
  expect({ text, isGood }).toEqual({ text: expect.stringContaining(message), isGood: false });
  expect(text).toContain(join(folder, name));
});

test('a folder is read by file name, YAML files only', async () => {
  const many = join(folder, 'many');
  mkdirSync(many);
  for (const name of ['b.yaml', 'a.yml', 'notes.txt']) writeFileSync(join(many, name), `# ${name}`);
  expect(await readPolicyFiles(many)).toEqual([
    { path: join(many, 'a.yml'), text: '# a.yml' },
    { path: join(many, 'b.yaml'), text: '# b.yaml' },
  ]);
});

test('the command prints faults to stderr and sets exit code 1, and prints a good policy to stdout', async () => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const before = process.exitCode;
  try {
    const program = new Command();
    registerCheck(program, 'policy/default.yaml');
    await program.parseAsync(['check', BAD], { from: 'user' });
    expect(process.exitCode).toBe(1);
    expect(err.mock.calls.join()).toContain('duplicate-rules.yaml:13:9');
    expect(out).not.toHaveBeenCalled();
    await program.parseAsync(['check'], { from: 'user' });
    expect(out.mock.calls.join()).toContain('policy/default.yaml: good');
  } finally {
    process.exitCode = before;
    vi.restoreAllMocks();
  }
});
