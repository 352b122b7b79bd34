import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { REPLY_LENGTH_MAX, type ReplyMeaning, understandReply } from '../../src/intake/understand-reply.ts';
import { REPORTER_TEXT_NAMES, type ReporterTextName } from '../../src/policy/default-reporter-texts.ts';
import { reporterText } from '../../src/policy/reporter-texts.ts';
import { aPolicy } from '../support/policy.ts';

const policy = aPolicy({ closing: { reporter: { languages: ['en', 'de', 'fr', 'es', 'it', 'nl'] } } });
const meaningOf = (text: string) => understandReply(text, policy).meaning;

const meanings = z.strictObject({
  yes: z.array(z.string()),
  no: z.array(z.string()),
  thanks: z.array(z.string()),
  unclear: z.array(z.string()),
});
const file = readFileSync(new URL('../fixtures/replies/replies.yaml', import.meta.url), 'utf8');
const labelled = Object.entries(z.record(z.string(), meanings).parse(parse(file))).flatMap(
  ([language, byMeaning]) =>
    Object.entries(byMeaning).flatMap(([meaning, texts]) =>
      texts.map((text) => ({
        language,
        meaning: meaning as ReplyMeaning,
        text,
        understood: understandReply(text, policy),
      })),
    ),
);

describe('the labelled replies', () => {
  test('are many', () => expect(labelled.length).toBeGreaterThanOrEqual(120));

  test('P3 none is taken for a yes that is none', () =>
    expect(
      labelled.filter(({ meaning, understood }) => understood.meaning === 'yes' && meaning !== 'yes'),
    ).toEqual([]));

  test('none that says no or yes is taken for the other', () =>
    expect(
      labelled.filter(({ meaning, understood }) => understood.meaning === 'no' && meaning === 'yes'),
    ).toEqual([]));

  test('nine in ten are understood right', () => {
    const wrong = labelled.filter(({ meaning, understood }) => understood.meaning !== meaning);
    const shown = wrong.map(
      ({ language, meaning, text, understood }) =>
        `${language} ${meaning}: ${JSON.stringify(text)} → ${understood.meaning}: ${understood.why}`,
    );
    expect(1 - wrong.length / labelled.length, shown.join('\n')).toBeGreaterThanOrEqual(0.9);
  });
});

describe('the words of the reporter', () => {
  test.each([
    ['Works.\n\nOn Mon, Mar 2, 2026 at 9:14 AM Support\n<support@desk.example> wrote:\n> Does it?', 'Works.'],
    [
      'On Mon, 2 Mar 2026, Support wrote:\n> Does it work?\nIt does not.\n> Really?\nReally not.',
      'It does not.\nReally not.',
    ],
    ['Ja\r\n\r\nVon: Support\r\nGesendet: Montag\r\nAn: Jo\r\nBetreff: VPN\r\n\r\nGeht es?', 'Ja'],
    ['Oui\n\nDe : Support\nEnvoyé : lundi\nÀ : Jo\n\nÇa marche ?', 'Oui'],
    ['Sì\n________________________________\nDa: Support', 'Sì'],
    ['Ja\n\nVerzonden vanaf mijn iPhone', 'Ja'],
    ['Nope.\n\nMit freundlichen Grüßen\nKarl Weber\nEinkauf', 'Nope.'],
    ['It works.\n\nRegards, Ann\nPS: thank you', 'It works.\n\nPS: thank you'],
    ['Best is that it works again', 'Best is that it works again'],
    ['Yes\n-- \nJim\nAcme', 'Yes'],
    ['##- Please type your reply above this line -##\nOld', ''],
    [
      'Oui\n\nBonjour,\nVous pouvez aussi répondre à ce message avec vos propres mots.\nOui, cela fonctionne',
      'Oui\n\nBonjour,',
    ],
  ])('%j', (text, words) => expect(understandReply(text, policy).words).toBe(words));

  test('are at most so many, and whole characters', () => {
    const { words } = understandReply('🙂'.repeat(2_000), policy);
    expect(words.length).toBeLessThanOrEqual(REPLY_LENGTH_MAX);
    expect(words.isWellFormed()).toBe(true);
  });
});

describe('what is no yes', () => {
  const asked = {
    reference: 'WD-42',
    subject: 'VPN',
    yesUrl: 'https://desk.example/confirm/abc',
    noUrl: 'https://desk.example/confirm/abd',
  };
  const asText = (html: string) => html.replace(/<[^>]*>/g, '');

  test.each(['en', 'de', 'fr', 'es', 'it', 'nl'])(
    'P3 our own question, quoted without any mark, in %s',
    (language) => {
      const names: readonly ReporterTextName[] = [
        'confirmation_request',
        'confirmation_reminder',
        'recovered_ask',
      ];
      for (const name of names.filter((one) => REPORTER_TEXT_NAMES.includes(one))) {
        const own = asText(reporterText(policy, name as 'confirmation_request', language, asked));
        expect(meaningOf(own)).toBe('unclear');
        expect(meaningOf(`Hello,\n${own}`)).not.toBe('yes');
        expect(meaningOf(`Still broken.\n\n${own}`)).toBe('no');
        expect(meaningOf(`It works again.\n\n${own}`)).toBe('yes');
      }
    },
  );

  test.each([
    ['a link of ours that somebody pasted', 'It works again https://desk.example/confirm/abc'],
    ['a no below the signature', 'It works again.\n\nRegards\nAnn\nThe printer still does not work'],
    ['a no in a postscript', 'It works again.\n\nRegards\nAnn\nPS: the printer is still broken'],
    ['a text that is much too long', `It works again. ${'well '.repeat(3_000)}`],
    ['a message that is much too long', `It works again.\n\n${'> quoted\n'.repeat(15_000)}`],
    ['emoji alone', '👍👍'],
    ['a question mark', 'Works again?'],
  ])('%s', (_, text) => expect(meaningOf(text)).not.toBe('yes'));
});

test('the phrases are the policy’s', () => {
  const own = aPolicy({
    closing: { phrases: { yes: ['geit wider'], no: ['geit nid'], thanks: ['merssi'] } },
  });
  expect(understandReply('Geit jetzt wider, merssi', own)).toEqual({
    meaning: 'yes',
    words: 'Geit jetzt wider, merssi',
    why: 'It says “geit wider”.',
  });
  expect(understandReply('Es geit nid', own).meaning).toBe('no');
  expect(understandReply('It works again', own).meaning).toBe('unclear');
});

const QUOTES: readonly ((text: string) => string)[] = [
  (text) =>
    text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
  (text) =>
    `On Mon, Mar 2, 2026 at 9:14 AM Jo <jo@desk.example> wrote:\n${text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n')}`,
  (text) => `-----Original Message-----\n${text}`,
  (text) => `Von: Support\nGesendet: Montag\nAn: Jo\nBetreff: VPN\n\n${text}`,
  (text) => `________________________________\n${text}`,
];

test('what is quoted never changes the meaning', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...labelled),
      fc.constantFrom(...labelled),
      fc.constantFrom(...QUOTES),
      (own, other, quote) => {
        const { meaning, words } = understandReply(`${own.text}\n\n${quote(other.text)}`, policy);
        expect([meaning, words]).toEqual([own.understood.meaning, own.understood.words]);
      },
    ),
    { numRuns: 500 },
  ));

test('a plain contrary sentence before or after never leaves a yes', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...labelled),
      fc.constantFrom(
        'It still does not work.',
        'Es funktioniert nicht.',
        'Ça ne marche pas.',
        'Is it fixed?',
        'If only.',
        'No funciona.',
        'Non funziona.',
        'Het werkt niet.',
      ),
      fc.boolean(),
      ({ text }, contrary, isFirst) => {
        expect(meaningOf(isFirst ? `${contrary} ${text}` : `${contrary}\n${text}`)).not.toBe('yes');
      },
    ),
  ));

test('never throws, whatever is sent', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc
          .array(
            fc.constantFrom(
              '\n',
              '> ',
              'On',
              'wrote:',
              'not',
              'works',
              '?',
              '--',
              '\ud800',
              '<',
              'From: a',
              'Sent: b',
            ),
          )
          .map((parts) => parts.join(' ')),
      ),
      (text) => {
        expect(['yes', 'no', 'thanks', 'unclear']).toContain(meaningOf(text));
      },
    ),
  ));
