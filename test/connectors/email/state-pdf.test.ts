import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawable } from '../../../src/connectors/email/pdf-fonts.ts';
import { statePdf } from '../../../src/connectors/email/state-pdf.ts';
import { aPage } from './sample-messages.ts';

const GIVEN = { at: new Date('2026-12-25T02:32:00Z'), timeZone: 'Europe/Zurich' };

const pagesIn = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;

/** The text of a PDF as a reader would copy it: signs by number, looked up in each font's own table. */
function textIn(pdf: Buffer): string {
  const file = pdf.toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(id, body);
  const streamOf = (body: string): string => {
    const [, bytes = ''] = /stream\n([\s\S]*?)\nendstream/.exec(body) ?? [];
    return body.includes('/FlateDecode')
      ? inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1')
      : bytes;
  };
  const signsOf = new Map<string, string[]>();
  for (const [, name = '', id = ''] of file.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const [, table = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '') ?? [];
    const signs: string[] = [];
    for (const [, first = '', list = ''] of streamOf(objects.get(table) ?? '').matchAll(
      /<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g,
    )) {
      for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
        signs[Number.parseInt(first, 16) + index] = Buffer.from(hex.replaceAll(' ', ''), 'hex')
          .swap16()
          .toString('utf16le');
      }
    }
    signsOf.set(name, signs);
  }
  const [, contents = ''] = /\/Contents (\d+) 0 R/.exec(file) ?? [];
  let font: string[] = [];
  let text = '';
  for (const [, name, shown] of streamOf(objects.get(contents) ?? '').matchAll(
    /\/(F\d+) [\d.]+ Tf|\[(.*)\] TJ/g,
  )) {
    if (name !== undefined) font = signsOf.get(name) ?? [];
    for (const [, hex = ''] of (shown ?? '').matchAll(/<([0-9a-f]*)>/g)) {
      for (const [code] of hex.matchAll(/.{4}/g)) text += font[Number.parseInt(code, 16)] ?? '?';
    }
    if (shown !== undefined) text += '\n';
  }
  return text.replaceAll(/\s+/g, ' ');
}

describe('the one-page state', () => {
  test('says who is hit, since when, what was tried, who has it, what is asked and what is next', async () => {
    const text = textIn(await statePdf(aPage({ kind: 'director' }), GIVEN));
    for (const part of [
      'Urgent',
      'WD-42',
      'One-page state · 25 Dec 03:32 (Europe/Zurich)',
      'Payroll cannot be reached',
      'nobody below you has answered for 90 minutes',
      'Decide who takes this over now',
      'Who is hit Acme AG (VIP), Globex and Müller & Söhne; 214 people reported it',
      'Since 25 Dec 02:00, for 1 hour 32 minutes',
      'Who has it nobody yet; assigned to the group Platform',
      'Next update 25 Dec 04:00, to the customers',
      'What was tried',
      '25 Dec 02:31 Level 2: Team lead Jörg Weiß told by text message and e-mail: delivered',
      '25 Dec 03:17 The Director’s rung was announced; nobody stopped it',
      'Open in Watchdesk',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('counts what does not fit, and keeps the first and the newest steps', async () => {
    const facts = Array.from({ length: 40 }, (_, index) => ({ label: `Fact ${index}`, value: 'short' }));
    const history = Array.from({ length: 60 }, (_, index) => ({ at: new Date(0), text: `step ${index}.` }));
    const pdf = await statePdf(aPage({}, { facts, history }), GIVEN);
    const text = textIn(pdf);
    expect(pagesIn(pdf)).toBe(1);
    const [, factsLeft] = /…and (\d+) more What happened/.exec(text) ?? [];
    const shownFacts = facts.filter(({ label }) => text.includes(`${label} short`)).length;
    expect(shownFacts + Number(factsLeft)).toBe(40);
    const [, stepsLeft] = /step 0\. …and (\d+) more/.exec(text) ?? [];
    const shownSteps = history.filter((step) => text.includes(` ${step.text}`)).length;
    expect(shownSteps + Number(stepsLeft)).toBe(60);
    expect(text).toContain('step 59.');
  });

  test('P9 is one page whatever the data', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 150 }),
      fc.constantFrom(
        '',
        ' ',
        'Donaudampfschifffahrtsgesellschaft'.repeat(60),
        'wort '.repeat(500),
        '漢字👩‍👩‍👧‍👦\n\n\n'.repeat(99),
      ),
    );
    const content = fc.record({
      subject: text,
      sentence: text,
      ask: text,
      facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 20 }),
      history: fc.array(fc.record({ at: fc.date({ noInvalidDate: true }), text }), { maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(content, async (over) => {
        expect(pagesIn(await statePdf(aPage({ kind: 'director' }, over), GIVEN))).toBe(1);
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ['Müller – Ελλάδα, Привет, Łódź, “so” … €', 'Müller – Ελλάδα, Привет, Łódź, “so” … €'],
    ['漢字', '▯▯'],
    ['ok 👍🏽 ✓', 'ok ▯ ✓'],
    ['a\u0000b\r\nc\u202ed', 'a b c d'],
  ])('%j is drawn as %j', (text, expected) => expect(drawable(text)).toBe(expected));
});
