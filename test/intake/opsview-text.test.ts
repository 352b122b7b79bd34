import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLongOutput, storableText } from '../../src/intake/opsview-text.ts';

/** What the monitoring engine does to long output. */
const encode = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

test.each([
  ['C:\\\\temp\\\\new', 'C:\\temp\\new'],
  ['one\\ntwo', 'one\ntwo'],
  ['a literal \\\\n stays', 'a literal \\n stays'],
  ['real\nline feeds stay', 'real\nline feeds stay'],
  ['\\t and \\x stay', '\\t and \\x stay'],
  ['ends with one \\', 'ends with one \\'],
])('%j is %j', (escaped, text) => expect(decodeLongOutput(escaped)).toBe(text));

test('whatever a plugin wrote comes back as it was', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('\\', 'n', '\n', 'a') }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(fc.property(text, (plugin) => decodeLongOutput(encode(plugin)) === plugin));
});

test('storable text has no NUL and no broken surrogate, and loses nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const stored = storableText(text);
      expect(stored.includes('\0')).toBe(false);
      expect(stored.isWellFormed()).toBe(true);
      expect(stored).toHaveLength(text.length);
    }),
  );
});
