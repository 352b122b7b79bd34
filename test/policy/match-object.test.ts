import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob, matchesObject } from '../../src/policy/match-object.ts';

const web01 = { host: 'web01', check: 'HTTP', hostGroup: 'Production web', hashtags: ['shop', 'public'] };
const hostItself = { host: 'web01', check: '', hashtags: [] };

test.each([
  // entry                                        object      matches
  [{ host: ['web01'] }, web01, true],
  [{ host: ['WEB*'] }, web01, true],
  [{ host: ['db*', 'web*'] }, web01, true],
  [{ host: ['db*'] }, web01, false],
  [{ host: ['web*'], check: ['HTTP'] }, web01, true],
  [{ host: ['web*'], check: ['SMTP'] }, web01, false],
  [{ host_group: ['production*'] }, web01, true],
  [{ hashtag: ['shop'] }, web01, true],
  [{ hashtag: ['internal'] }, web01, false],
  [{ check: ['HTTP'] }, hostItself, false],
  [{ check: ['*'] }, hostItself, true],
  [{ host_group: ['*'] }, hostItself, false],
  [{ hashtag: ['*'] }, hostItself, false],
] as const)('%j on %j: %s', (entry, object, expected) => {
  const match = Object.fromEntries(Object.entries(entry).map(([key, globs]) => [key, [...globs]]));
  expect(matchesObject(match, object)).toBe(expected);
});

describe('globs', () => {
  const literal = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[*?]/.test(text));
  const special = fc.string({ unit: fc.constantFrom(...'.+^$()[]{}|\\/-*?ab'), maxLength: 12 });

  test('a name without wildcards matches itself, in any letter case, and with * anywhere', () =>
    fc.assert(
      fc.property(literal, literal, (a, b) => {
        expect(matchesGlob(a + b, a + b)).toBe(true);
        expect(matchesGlob((a + b).toUpperCase(), a + b)).toBe(true);
        expect(matchesGlob(`${a}*${b}`, a + b)).toBe(true);
        expect(matchesGlob(`*${b}`, a + b)).toBe(true);
        expect(matchesGlob(`${a}*`, a + b)).toBe(true);
      }),
    ));

  test('a name without wildcards matches nothing else', () =>
    fc.assert(
      fc.property(literal, literal, (a, b) => {
        fc.pre(a.toUpperCase() !== b.toUpperCase());
        expect(matchesGlob(a, b)).toBe(false);
      }),
    ));

  test('? is exactly one character, also one outside the basic plane', () => {
    for (const character of ['a', 'é', '.', '🔥']) {
      expect(matchesGlob('web?', `web${character}`)).toBe(true);
      expect(matchesGlob('web??', `web${character}`)).toBe(false);
      expect(matchesGlob('*?', character)).toBe(true);
    }
    expect(matchesGlob('web?', 'web')).toBe(false);
  });

  test('agrees with a regular expression made of the same wildcards', () =>
    fc.assert(
      fc.property(special, special, (glob, text) => {
        const source = [...glob]
          .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[.+^$()[\]{}|\\/-]/, '\\$&')))
          .join('');
        expect(matchesGlob(glob, text)).toBe(new RegExp(`^${source}$`, 'i').test(text));
      }),
      { numRuns: 1000 },
    ));

  test('a hostile pattern costs pattern × text, not a power of it', () => {
    const startedAt = performance.now();
    expect(matchesGlob(`${'*a'.repeat(120)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
