import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmailChannel, type EmailChannel } from '../../../src/connectors/email/email-channel.ts';
import { mailContent, subjectOf } from '../../../src/connectors/email/mail-content.ts';
import { mailHtml } from '../../../src/connectors/email/mail-html.ts';
import { mailText, wrapped } from '../../../src/connectors/email/mail-text.ts';
import { createMailbox, type Mailbox } from '../../../src/sandbox/messages/mailbox.ts';
import { aMessage, aPage } from './sample-messages.ts';

const PUBLIC_URL = 'https://watchdesk.example.com';
const htmlOf = (...pages: [ReturnType<typeof aPage>, ...ReturnType<typeof aPage>[]]): string =>
  mailHtml(mailContent(aMessage({ pages }), { publicUrl: PUBLIC_URL }));
const textOf = (...pages: [ReturnType<typeof aPage>, ...ReturnType<typeof aPage>[]]): string =>
  mailText(mailContent(aMessage({ pages }), { publicUrl: PUBLIC_URL }));

/** Texts as attackers and the world write them. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom(
    'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>',
    'Zürich – Straße ÄÖÜ 漢字 العربية 👩‍👩‍👧‍👦 🇨🇭',
    '"><img src=x onerror=alert(1)><a href="javascript:alert(1)">',
    '<%= it %> {{y}} </td></table></body>',
    '.\r\n.\r\nQUIT\r\n',
    'From somebody\n> quoted',
    '=?UTF-8?Q?=0D=0ABcc:_evil@example.com?=',
    'a'.repeat(900),
    '\u202egnp.exe \ud800 \u0000',
  ),
);

describe('subject', () => {
  test.each([
    ['WD-42 Urgent: web01 is DOWN', 'WD-42', '[WD-42] Urgent: web01 is DOWN'],
    ['WD-42: acknowledged by Dana', 'WD-42', '[WD-42] acknowledged by Dana'],
    ['Your shift begins', undefined, 'Your shift begins'],
    ['WD-42', 'WD-42', '[WD-42] WD-42'],
    ['', undefined, 'Message'],
    ['WD-42 a\r\nBcc: x@example.com', 'WD-42', '[WD-42] a Bcc: x@example.com'],
  ])('%j', (subject, reference, expected) => {
    const { reference: _left, ...page } = aPage({}, { subject });
    expect(subjectOf({ pages: [reference === undefined ? page : { ...page, reference }] })).toBe(expected);
  });
});

describe('links', () => {
  const links = {
    acknowledge: `${PUBLIC_URL}/ack/a`,
    stop: `${PUBLIC_URL}/stop/b`,
    meeting: 'https://meet.example.com/wd-42',
    ticket: 'https://desk.example/1',
    watchdesk: `${PUBLIC_URL}/incidents/WD-42`,
  };
  test.each([
    ['escalation', 'Acknowledge'],
    ['director', 'Acknowledge'],
    ['announcement', 'Do not tell the Director'],
    ['meeting', 'Join the meeting'],
  ] as const)('%s: the main button is %s', (kind, label) => {
    const [part] = mailContent(aMessage({ pages: [aPage({ kind }, { links })] }), {
      publicUrl: PUBLIC_URL,
    }).parts;
    expect(part.links).toHaveLength(5);
    expect(part.links.filter(({ isMain }) => isMain).map((link) => link.label)).toEqual([label]);
  });

  test('a dial-in that is no address of a page stands among the facts', () => {
    const page = aPage({ kind: 'meeting' }, { links: { meeting: '+41 44 555 00 00, PIN 4711' } });
    expect(textOf(page)).toContain('Dial-in: +41 44 555 00 00, PIN 4711');
    expect(htmlOf(page)).not.toContain('href="+41');
  });

  test('only http and https become links', () =>
    expect(htmlOf(aPage({}, { links: { ticket: 'javascript:alert(1)' } }))).not.toContain('javascript:'));
});

test('what goes outside does not name our levels', () =>
  expect(textOf(aPage({ kind: 'customer', level: 3 }))).not.toContain('level 3'));

test('what is left out is counted', () => {
  const facts = Array.from({ length: 25 }, (_, index) => ({ label: `Fact ${index}`, value: 'yes' }));
  const history = Array.from({ length: 27 }, (_, index) => ({ at: new Date(0), text: `step ${index}.` }));
  for (const body of [textOf(aPage({}, { facts, history })), htmlOf(aPage({}, { facts, history }))]) {
    expect(body).toContain('…and 5 more');
    expect(body).toContain('…and 12 more before');
    expect(body).toContain('step 26.');
    expect(body).not.toContain('step 11.');
  }
});

test('an unknown time zone does not stop a mail', () =>
  expect(
    mailContent(aMessage({ timeZone: 'Mars/Base' }), { publicUrl: PUBLIC_URL }).parts[0].history[0]?.label,
  ).toBe('25 Dec 01:00'));

describe('plain text', () => {
  test.each([
    ['short', 'short'],
    ['aaaa bbbb cccc', 'aaaa bbbb\ncccc'],
    ['aaaaaaaaaaaaaaa', 'aaaaaaaaaa\naaaaa'],
    ['x https://example.com/long/address y', 'x\nhttps://example.com/long/address\ny'],
    ['> quoted', '·> quoted'],
    ['From a', '·From a'],
    ['', ''],
  ])('%j is wrapped to %j', (text, expected) => expect(wrapped(text, 10)).toBe(expected));

  test('lines are short, end without a blank and never look like a quotation', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (subject, sentence, value) => {
        const text = textOf(aPage({}, { subject, sentence, facts: [{ label: value, value: subject }] }));
        const isBad = (line: string): boolean =>
          /^[> ]|^From | $|\r/.test(line) || ([...line].length > 73 && !/https?:\/\//.test(line));
        expect(text.split('\n').filter(isBad)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

const TAGS = new Set('html head meta title style body div table tr td p strong span h1 h2 a br'.split(' '));

test('P10 whatever others write, the HTML has our tags and our addresses alone', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, nasty, (subject, sentence, value, ask) => {
      const content = { subject, sentence, ask: `a${ask}`, facts: [{ label: value, value: ask }] };
      const page = aPage({ reference: `WD${value}` }, content);
      const html = htmlOf({ ...page, recipientName: subject });
      const tags = [...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase());
      expect(tags.filter((tag) => !TAGS.has(tag))).toEqual([]);
      const addresses = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, href = '']) => href);
      expect(addresses.filter((href) => !href.startsWith('https://'))).toEqual([]);
      expect(html.match(/<\/table>/g)).toHaveLength(tags.filter((tag) => tag === 'table').length);
    }),
    { numRuns: 50 },
  );
});

describe('P10 nothing that others write becomes a header or a recipient', () => {
  let mailbox: Mailbox;
  let channel: EmailChannel;
  beforeAll(async () => {
    mailbox = await createMailbox({ mailsMax: 1 });
    channel = createEmailChannel({ url: mailbox.url, publicUrl: PUBLIC_URL, timeoutMs: 5_000 });
  });
  afterAll(async () => {
    channel.close();
    await mailbox.close();
  });

  test('names, subjects, references, ids', async () => {
    await channel.send(aMessage());
    const usual = mailbox
      .mails()[0]
      ?.parsed.headerLines.map(({ key }) => key)
      .toSorted();
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, nasty, async (recipientName, subject, reference, id) => {
        await channel.send(
          aMessage({
            id,
            earlier: id,
            recipientName,
            pages: [aPage({ recipientName, reference: `WD-${reference}` }, { subject })],
          }),
        );
        const mail = mailbox.mails()[0];
        expect(mail?.recipients).toEqual(['dana@example.com']);
        expect(mail?.sender).toBe('watchdesk@watchdesk.example.com');
        expect(mail?.parsed.headerLines.map(({ key }) => key).toSorted()).toEqual(usual);
        const to = [mail?.parsed.to].flat().flatMap((list) => list?.value ?? []);
        expect(to.map(({ address }) => address)).toEqual(['dana@example.com']);
      }),
      { numRuns: 25 },
    );
  });
});
