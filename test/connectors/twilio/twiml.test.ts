import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  callTwiml,
  messageTwiml,
  sayAndHangUp,
  TWIML_CHARS_MAX,
} from '../../../src/connectors/twilio/twiml.ts';
import { readTwiml } from '../../../src/sandbox/messages/twilio-twiml.ts';

const heard = (twiml: string) => {
  const read = readTwiml(twiml);
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const page = { subject: 'WD-42 Urgent: web01 is DOWN', sentence: 'Nobody has taken it.' };
const answerUrl = 'https://wd.example.com/webhooks/twilio/voice/8c1f3f0e-3b1c-4a57-9e59-0a7a2f0f7a11';

describe('a call', () => {
  test('says it slowly twice and waits for a key', () => {
    const twiml = callTwiml({ pages: [page], answerUrl });
    const { said, gatherUrl } = heard(twiml);
    expect(gatherUrl).toBe(answerUrl);
    expect(
      said.filter((text) => text.includes('W D 42 Urgent: web01 is DOWN. Nobody has taken it.')),
    ).toHaveLength(2);
    expect(said[0]).toBe('Press 1 to take it, 2 to hear it again.');
    expect(twiml).toContain('<prosody rate="slow">');
    expect(twiml).toContain('language="en-GB"');
  });

  test('without anything to take it only says it', () => {
    const { gatherUrl, said } = heard(callTwiml({ pages: [page] }));
    expect(gatherUrl).toBeUndefined();
    expect(said.join(' ')).not.toContain('Press');
  });

  test('of many issues the first three, and how many more', () => {
    const pages = Array.from({ length: 7 }, (_, n) => ({ ...page, subject: `WD-${n + 1} High: db` }));
    const text = heard(callTwiml({ pages, answerUrl })).said.join(' ');
    expect(text).toContain('W D 3 High');
    expect(text).not.toContain('W D 4');
    expect(text).toContain('And 4 more.');
  });
});

test('any words make a document that Twilio reads, short enough, and are heard as they are', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc
      .array(fc.constantFrom('&', '<', '>', '"', "'", '</Say>', ']]>', '&amp;', '\u0000'), { maxLength: 600 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ subject: words, sentence: words }), { minLength: 1, maxLength: 5 }),
      words,
      (pages, url) => {
        const twiml = callTwiml({
          pages,
          answerUrl: `https://wd.example.com/${encodeURIComponent(url.toWellFormed().slice(0, 50))}`,
        });
        expect(twiml.length).toBeLessThanOrEqual(TWIML_CHARS_MAX);
        expect(heard(twiml).gatherUrl).toMatch(/^https:/);
      },
    ),
    { numRuns: 60 },
  );
});

test('a text in a message is heard as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      const { reply } = heard(messageTwiml(text));
      expect(reply).toEqual([text.replaceAll(/[^\P{Cc}\t\n\r\u0085]/gu, ' ')]);
    }),
  );
  expect(heard(messageTwiml('')).reply).toEqual([]);
  expect(heard(sayAndHangUp('You have WD-42.'))).toMatchObject({ said: ['You have W D 42.'], hangsUp: true });
});
