import { describe, expect, test } from 'vitest';
import { readTicketText } from '../../src/routing/classify-text.ts';

const read = (subject: string, text: string) => {
  const { own, forwarded, isReply, subject: title } = readTicketText({ subject, text });
  const words = (sentences: typeof own) => sentences.flatMap((sentence) => sentence.words).join(' ');
  return { subject: words(title), own: words(own), forwarded: words(forwarded), isReply };
};

describe('what the requester says', () => {
  test.each([
    // subject         text                                                                      subject    own         forwarded
    ['Printer', 'No ink.\n\nKind regards\nJo Moss\nHead of errors', 'printer', 'no ink', ''],
    ['RE: AW: Tills', 'Dead again.\n\nOn 12 May 2026, Jo wrote:\n> All solved?', 'tills', 'dead again', ''],
    [
      'Fwd: Tills',
      'See below\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>\nSubject: Tills\n\nDead.',
      'tills',
      'see below',
      'dead',
    ],
    ['WG: Kasse', 'Von: A\nGesendet: heute\n\nKasse tot', 'kasse', '', 'kasse tot'],
    ['Re: Tills', '> Dead?', 'tills', '', 'dead'],
    ['', '', '', '', ''],
  ])('%j, %j', (subject, text, title, own, forwarded) =>
    expect(read(subject, text)).toMatchObject({ subject: title, own, forwarded }),
  );

  test('an answer’s subject is known to be old', () => {
    expect(read('AW: Störung', 'Danke').isReply).toBe(true);
    expect(read('Fwd: Störung', 'Danke').isReply).toBe(false);
  });
});

test.each([') ', '\n', 'From: a\n', 'on ', '> ', 'ne ', "l'", 'Am 1. schrieb '])(
  'a text made to be slow (%j) is read at once',
  (part) => {
    const text = part.repeat(50_000);
    const before = performance.now();
    readTicketText({ subject: text, text });
    expect(performance.now() - before).toBeLessThan(2_000);
  },
);
