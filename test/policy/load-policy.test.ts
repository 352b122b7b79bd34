import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DEFAULT_TEMPLATES } from '../../src/policy/default-templates.ts';
import { faultLine } from '../../src/policy/fault.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';

const POLICIES = new URL('../policies/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, POLICIES), 'utf8');
const DEFAULT_TEXT = read('../../policy/default.yaml');

function faultLines(text: string, path = 'p.yaml'): string[] {
  const loaded = loadPolicy({ text, path });
  return 'faults' in loaded ? loaded.faults.map(faultLine).map((line) => line.slice(path.length + 1)) : [];
}

function load(text: string) {
  const loaded = loadPolicy({ text, path: 'p.yaml' });
  if ('faults' in loaded) throw new Error(loaded.faults.map(faultLine).join('\n'));
  return loaded;
}

describe('good policies load', () => {
  const files = readdirSync(new URL('good/', POLICIES)).map((name) => `good/${name}`);
  test.each([...files, '../../policy/default.yaml', '../../policy/examples/service-provider.yaml'])(
    '%s',
    (file) => expect(faultLines(read(file))).toEqual([]),
  );
});

describe('bad policies fail with exactly the faults written in their first lines', () => {
  test.each(readdirSync(new URL('bad/', POLICIES)))('%s', (file) => {
    const text = read(`bad/${file}`);
    const lines = text.split('\n');
    const expected = lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith('# ')),
      )
      .map((line) => line.slice(2));
    expect(expected.length).toBeGreaterThan(0);
    expect(faultLines(text)).toEqual(expected);
  });
});

test('durations are milliseconds, one value becomes a list, what is left out has its default', () => {
  const { policy } = load(read('../../policy/examples/service-provider.yaml'));
  expect(policy.closing.soak).toEqual({ urgent: 900_000, high: 900_000, medium: 1_800_000, low: 3_600_000 });
  expect(policy.services['acme-shop']?.match).toEqual([{ host: ['acme-shop*'] }]);
  expect(policy.services['civic-payroll']).toMatchObject({ criticality: 'medium', customers: ['civic'] });
  expect(policy.customers.civic).toMatchObject({ name: 'Civic Housing', vip: false });
  expect(policy.templates.description).toBe(DEFAULT_TEMPLATES.description);
});

test('services keep their file order, which decides who wins', () => {
  const { policy } = load(read('../../policy/examples/service-provider.yaml'));
  expect(Object.keys(policy.services).slice(0, 2)).toEqual(['acme-checkout', 'acme-shop']);
});

test('the version is the first 12 digits of the SHA-256 of the text, and changes with it', () => {
  const { policy } = load(DEFAULT_TEXT);
  expect(policy.hash).toMatch(/^[0-9a-f]{12}$/);
  expect(load(DEFAULT_TEXT).policy.hash).toBe(policy.hash);
  expect(load(`${DEFAULT_TEXT}# changed\n`).policy.hash).not.toBe(policy.hash);
  expect(policy.source).toBe('p.yaml');
});

test('the policy that comes with Watchdesk notes that its requester is an example', () =>
  expect(load(DEFAULT_TEXT).notes).toEqual([
    {
      path: 'defaults.requester_email',
      message: expect.stringContaining('monitoring@example.com is an example'),
    },
  ]));

test('a real requester, an owner and a Freshdesk group leave nothing to note', () => {
  const own = DEFAULT_TEXT.replace('monitoring@example.com', 'monitoring@northwind-it.org');
  expect(load(own).notes).toEqual([]);
  const services = 'services: { shop: { name: Shop, match: [{ host: shop* }] } }';
  const team = 'teams: { web: { name: Web } }';
  expect(load(own.replace('services: {}', services).replace('teams: {}', team)).notes).toEqual([
    { path: 'teams.web', message: expect.stringContaining('no freshdesk_group_id') },
    { path: 'services.shop', message: expect.stringContaining('no owner') },
  ]);
});

describe('several files make one policy', () => {
  const main = {
    path: 'a.yaml',
    text: DEFAULT_TEXT.replace('services: {}', '').replace('customers: {}', ''),
  };
  const customers = { path: 'b.yaml', text: 'version: 1\ncustomers:\n  acme: { name: Acme }\n' };
  const service = 'services:\n  shop: { name: Shop, customers: [acme], match: [{ host: shop* }] }\n';

  test('sections and references reach over files', () => {
    const loaded = loadPolicy([main, customers, { path: 'c.yaml', text: service }]);
    expect(loaded).toMatchObject({
      policy: { source: 'a.yaml, b.yaml, c.yaml', services: { shop: { customers: ['acme'] } } },
    });
  });

  test('a key given in two files is a fault that names both places', () => {
    const other = { path: 'd.yaml', text: '# more\n\ncustomers:\n  acme: { name: Acme again }\n' };
    const loaded = loadPolicy([main, customers, other]);
    expect('faults' in loaded && loaded.faults.map(faultLine)).toEqual([
      'd.yaml:4:3 customers.acme: is also given in b.yaml:3 (keep one of them)',
    ]);
  });

  test('faults name the file they stand in', () => {
    const loaded = loadPolicy([
      main,
      customers,
      { path: 'c.yaml', text: service.replace('[acme]', '[acne]') },
    ]);
    expect('faults' in loaded && loaded.faults.map(faultLine)).toEqual([
      'c.yaml:2:35 services.shop.customers[0]: acne is not a key of customers (did you mean acme?)',
    ]);
  });
});

test('no text makes it throw, and every fault has a place within the text', () => {
  const lineCount = DEFAULT_TEXT.split('\n').length;
  fc.assert(
    fc.property(
      fc.nat(DEFAULT_TEXT.length),
      fc.nat(40),
      fc.string({ maxLength: 20, unit: 'binary' }),
      (at, cut, put) => {
        const loaded = loadPolicy({
          text: DEFAULT_TEXT.slice(0, at) + put + DEFAULT_TEXT.slice(at + cut),
          path: 'p.yaml',
        });
        if (!('faults' in loaded)) return;
        expect(loaded.faults.length).toBeGreaterThan(0);
        for (const { line, column, message } of loaded.faults) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lineCount + 20);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(message).not.toBe('');
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('no data makes it throw', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('version', 'services', 'priority', 'alerts', 'templates', 'people'),
        fc.jsonValue(),
      ),
      (data) => {
        expect(loadPolicy({ text: stringify(data), path: 'p.yaml' })).toHaveProperty('faults');
      },
    ),
    { numRuns: 200 },
  );
});
