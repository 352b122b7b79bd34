import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldedWords, sentencesOf, wordFinder } from '../../src/routing/recognise-words.ts';

const phrasesIn = (text: string, ...phrases: string[]) =>
  sentencesOf(text).flatMap((sentence) => wordFinder(phrases)(sentence).map(({ phrase }) => phrase));

describe('phrases are found', () => {
  test.each([
    // phrase              text                                             found
    ['down', 'The site is DOWN.', true],
    ['down', 'Please download it', false],
    ['störung', 'Stoerung im Netz', true],
    ['stoerung', 'Störung im Netz', true],
    ['weiss', 'alles weiß', true],
    ['queue', 'The queue is long', true],
    ['panne', 'PANNÉ', true],
    ["can't", 'I cant log in', true],
    ['cant', 'I can’t log in', true],
    ["l'accès", "Pas d'accès ni l’accès", true],
    ['accès', "Plus d'accès", true],
    ["n' ... plus", "L'imprimante n'imprime toujours plus", true],
    ['fehler*', 'Eine Fehlermeldung', true],
    ['*fehler', 'Ein Druckerfehler', true],
    ['fehler', 'Ein Druckerfehler', false],
    ['*druck*', 'Ausdrucken', true],
    ['kann ... nicht', 'Ich kann den Ordner von Herrn Meier nicht öffnen', true],
    ['kann ... nicht', 'Ich kann den Ordner von Herrn Meier aus Bern nicht öffnen', false],
    ['kann ... nicht', 'Das kann ich. Das aber nicht.', false],
    ['keeps * out', 'It keeps timing out', true],
    ['e-mail', 'Keine E-Mail', true],
    ['e mail', 'Keine E-Mail', true],
    ['error 503', 'It says error 503!', true],
    ['...', 'anything', false],
    ['*', 'anything', false],
    ['', 'anything', false],
    ['ошибка', 'Опять ОШИБКА', true],
  ])('%j in %j: %s', (phrase, text, expected) =>
    expect(phrasesIn(text, phrase)).toEqual(expected ? [phrase] : []),
  );
});

test('sentences end where people end them, and lines that a mail program broke go on', () => {
  const shape = sentencesOf(
    'Hi team,\nthe list of web01.example.com is\nempty. Why?\n\n- ONE TWO THREE\n¿Qué pasa',
  );
  expect(shape.map(({ words }) => words.length)).toEqual([10, 1, 3, 2]);
  expect(shape.map(({ isQuestion }) => isQuestion)).toEqual([false, true, false, true]);
  expect(shape.map(({ isShouted }) => isShouted)).toEqual([false, false, true, false]);
});

test('any text is read, and quickly', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ maxLength: 40 }),
      (text, phrase) => {
        expect(() => phrasesIn(text, phrase)).not.toThrow();
        for (const word of foldedWords(text)) expect(word).not.toMatch(/[\s*\p{Lu}]/u);
      },
    ),
  );
  const before = performance.now();
  phrasesIn('a '.repeat(100_000), 'a ... a ... a ... a ... b');
  expect(performance.now() - before).toBeLessThan(5_000);
});

test('every word of a text is found as itself', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 5 }), (text) => {
      for (const word of text.match(/\w+/g) ?? []) expect(phrasesIn(text, word)).toContain(word);
    }),
  );
});
