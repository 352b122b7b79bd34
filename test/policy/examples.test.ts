import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/cli/check.ts';
import { explainQuestion } from '../../src/cli/explain.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import type { PolicyRules } from '../../src/policy/schema.ts';

// The policies that come with Watchdesk, read as their readers would use them.

const NOW = new Date('2026-11-21T12:00:00Z');
const read = (path: string) => readFileSync(new URL(`../../policy/${path}`, import.meta.url), 'utf8');

/** What the head of default.yaml says: the # of lines with # and blanks taken away, and the {} or [] above them. */
function uncommented(text: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('version:'));
  const isExample = (line: string | undefined) => line?.startsWith('#  ') === true;
  return lines
    .map((line, index) => {
      if (index < begin) return line;
      if (isExample(line)) return line.slice(1);
      if (line === '#') return '';
      return isExample(lines[index + 1]) ? line.replace(/: (\{\}|\[\])$/, ':') : line;
    })
    .join('\n');
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchdesk-examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const load = (text: string): PolicyRules => {
  const loaded = loadPolicy({ text, path: 'p.yaml' });
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.policy;
};

/** What is told to its author, the lines with the version and the counts left out. */
async function notesOn(path: string): Promise<readonly string[]> {
  const { text, isGood } = await checkPolicy(path, NOW);
  expect(isGood, text).toBe(true);
  return text.split('\n').filter((line) => line.startsWith('note: '));
}

describe('the small team of default.yaml', () => {
  const text = uncommented(read('default.yaml')).replace(
    'monitoring@example.com',
    'watchdesk@northwind-it.org',
  );

  test('is in force as soon as the # are taken away, without faults and notes', async () => {
    expect(await notesOn(fileWith('small-team.yaml', text))).toEqual([]);
    const empty = Object.entries(load(text)).filter(
      ([, value]) => typeof value === 'object' && Object.keys(value).length === 0,
    );
    expect(
      empty.map(([key]) => key),
      'sections without an example',
    ).toEqual(['rooms']);
  });

  test('has a ladder for every promise', () => {
    const { ladders } = load(text);
    expect(Object.values(ladders).map(({ kind, watches }) => `${kind} ${watches}`)).toEqual([
      'technical acknowledge',
      'technical response',
      'technical progress',
      'technical resolution',
      'relationship trigger',
      'duty accept',
      'customer level',
      'vendor resolution',
    ]);
  });

  test('tells, on Christmas night, who is on call, then others, then the Director, and holds nothing Urgent', async () => {
    const script = await explainQuestion(
      {
        host: 'shop01',
        state: 'DOWN',
        hashtag: [],
        when: '2026-12-25T03:00',
        policy: fileWith('script.yaml', text),
      },
      NOW,
    );
    expect(script.isGood, script.text).toBe(true);
    const at = (line: RegExp) => {
      const index = script.text.search(line);
      expect(index, `${line} in:\n${script.text}`).toBeGreaterThanOrEqual(0);
      return index;
    };
    const inOrder = [
      at(/03:00.*On call.*(Jo Moss|Sam Roe)/),
      at(/03:15.*Stand-in.*(Jo Moss|Sam Roe)/),
      at(/03:30.*Manager.*Dana Field/),
      at(/04:10.*Director.*Robin Hale/),
    ];
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(script.text.match(/ Stand-in: /g), 'stand-ins are those of this ladder').toHaveLength(1);
    expect(script.text).toMatch(/Kim Lee/);
    expect(script.text).toMatch(/Acme Hosting/);
  });
});

test('the first ladder of docs/escalation.md is a good policy', async () => {
  const repository = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const blocks = [...repository('docs/escalation.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, yaml = '']) => yaml.replace(/^ {3}/gm, ''),
  );
  const rest = repository('test/policies/good/smallest.yaml').replace(/^defaults:.*$/m, '');
  const notes = await notesOn(fileWith('first-ladder.yaml', [rest, ...blocks].join('\n')));
  expect(blocks).toHaveLength(3);
  expect(notes.filter((note) => !/is an example|freshdesk_group_id/.test(note))).toEqual([]);
});

test('default.yaml itself escalates nothing: it cannot know the people', () => {
  const { ladders, people, rotations } = load(read('default.yaml'));
  expect([ladders, people, rotations]).toEqual([{}, {}, {}]);
});

test.each(['examples/service-provider.yaml', 'sandbox.yaml'])(
  '%s has nothing to note but that its addresses are examples',
  async (path) => {
    const notes = await notesOn(fileWith('example.yaml', read(path)));
    expect(notes.filter((note) => !note.includes('is an example'))).toEqual([]);
  },
);
