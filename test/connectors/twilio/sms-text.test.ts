import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smsPlain, smsSize } from '../../../src/connectors/twilio/sms-segments.ts';
import { SEGMENTS_MAX, smsText } from '../../../src/connectors/twilio/sms-text.ts';
import type { Page } from '../../../src/model/page.ts';
import { aPage } from '../messages/message.ts';

describe('segments', () => {
  test.each([
    ['nothing', '', 'gsm', 1],
    ['160 plain', 'a'.repeat(160), 'gsm', 1],
    ['161 plain', 'a'.repeat(161), 'gsm', 2],
    ['306 plain', 'a'.repeat(306), 'gsm', 2],
    ['307 plain', 'a'.repeat(307), 'gsm', 3],
    ['80 euros are 160 septets', '€'.repeat(80), 'gsm', 1],
    ['81 euros', '€'.repeat(81), 'gsm', 2],
    ['an escape never parts from its character', `${'a'.repeat(152)}€${'a'.repeat(151)}`, 'gsm', 2],
    ['… and so takes a third segment', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm', 3],
    ['umlauts and line ends are GSM', 'Störung\nan Zürich'.padEnd(160, 'ü'), 'gsm', 1],
    ['70 of another script', 'ж'.repeat(70), 'ucs2', 1],
    ['71 of another script', 'ж'.repeat(71), 'ucs2', 2],
    ['35 emoji', '🔥'.repeat(35), 'ucs2', 1],
    ['an emoji never parts', `${'ж'.repeat(66)}🔥${'ж'.repeat(66)}`, 'ucs2', 3],
  ] as const)('%s', (_, text, encoding, segments) => {
    expect(smsSize(text)).toEqual({ encoding, segments });
  });

  test('against a slow count by placing every unit', () => {
    const character = fc.constantFrom('a', 'é', '€', '{', '\n', 'ж', '🔥', '’');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 500 }), fc.boolean(), (characters, plainOnly) => {
        const text = (plainOnly ? characters.filter((one) => 'aé€{\n'.includes(one)) : characters).join('');
        const isGsm = /^[aé€{\n]*$/.test(text);
        const units = [...text].map((one) => (isGsm ? ('€{'.includes(one) ? 2 : 1) : one.length));
        const one = isGsm ? 160 : 70;
        const each = isGsm ? 153 : 67;
        const slots: number[] = [0];
        for (const width of units) {
          if ((slots.at(-1) ?? 0) + width > each) slots.push(0);
          slots[slots.length - 1] = (slots.at(-1) ?? 0) + width;
        }
        const total = units.reduce((sum, width) => sum + width, 0);
        expect(smsSize(text)).toEqual({
          encoding: isGsm ? 'gsm' : 'ucs2',
          segments: total <= one ? 1 : slots.length,
        });
      }),
    );
  });

  test('typography becomes plain and stays in the GSM alphabet', () => {
    expect(smsSize(smsPlain('“web01” — it’s DOWN…')).encoding).toBe('gsm');
    expect(smsPlain('a\u0000b\u202ec')).toBe('a b c');
  });
});

const two = (changes: Parameters<typeof aPage>[0] = {}): [Page, Page] => [
  aPage({ reference: 'WD-42', ...changes }),
  aPage({ reference: 'WD-43', ...changes }),
];

describe('what it says', () => {
  test('first what it is, last how to take it', () => {
    const lines = smsText({ pages: [aPage()], mayBeRepeat: false }).split('\n');
    expect(lines).toEqual([
      'WD-42 Urgent: web01 is DOWN',
      'You are on call and nobody has taken it for 15 minutes.',
      'Reply 1 to take it.',
    ]);
  });

  test('a bundle is one message with a digit for each issue', () => {
    expect(smsText({ pages: two(), mayBeRepeat: false })).toBe(
      'WD-42 Urgent: web01 is DOWN\nWD-43 Urgent: web01 is DOWN\nReply 1 for WD-42, 2 for WD-43.',
    );
  });

  test('digits count issues, not ladders, and stay what they are beside what cannot be taken', () => {
    const status = aPage({ reference: 'WD-41', kind: 'status', content: { links: {} } });
    const pages = [status, ...two(), aPage({ reference: 'WD-42', ladder: 'duty' })] as const;
    expect(smsText({ pages, mayBeRepeat: false })).toContain('Reply 2 for WD-42, 3 for WD-43.');
  });

  test('nothing is offered that cannot be taken, and a repetition says so', () => {
    const text = smsText({ pages: [aPage({ content: { links: {} } })], mayBeRepeat: true });
    expect(text).not.toContain('Reply');
    expect(text).toContain('You may have got this message already.');
  });

  test('never more than three segments, never without its first and last line, whatever the words', () => {
    const words = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 900 }),
      fc.string({ unit: 'binary', maxLength: 900 }),
    );
    const page = fc
      .record({ sentence: words, object: words })
      .map(({ sentence, object }) => ({ sentence, object }));
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 40 }), fc.boolean(), (contents, mayBeRepeat) => {
        const pages = contents.map(({ sentence, object }, index) =>
          aPage({
            reference: `WD-${index + 1}`,
            content: { subject: `WD-${index + 1} High: ${object}`, sentence },
          }),
        ) as [Page, ...Page[]];
        const text = smsText({ pages, mayBeRepeat });
        expect(smsSize(text).segments).toBeLessThanOrEqual(SEGMENTS_MAX);
        expect(text.startsWith('WD-1 High:')).toBe(true);
        expect(text).toMatch(pages.length === 1 ? /Reply 1 to take it\.$/ : /Reply 1 for WD-1[,.\d]?.*\.$/);
      }),
      { numRuns: 25 },
    );
  });
});
