import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { ParsedMail } from 'mailparser';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/connectors/channel.ts';
import { ConnectorError } from '../../../src/connectors/connector-error.ts';
import { createEmailChannel, type EmailChannelParts } from '../../../src/connectors/email/email-channel.ts';
import { createMailbox, type Mailbox, type MailboxOptions } from '../../../src/sandbox/messages/mailbox.ts';
import { aMessage, aPage, directorMessage } from './sample-messages.ts';

const PUBLIC_URL = 'https://watchdesk.example.com';
const PASSWORD = 'p@ss:wörd/7';
const login = `watchdesk:${encodeURIComponent(PASSWORD)}`;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const mailbox = await createMailbox(options);
  closers.push(() => mailbox.close());
  return mailbox;
}

function aChannel(parts: Partial<EmailChannelParts> & { url: string }) {
  const channel = createEmailChannel({ publicUrl: PUBLIC_URL, timeoutMs: 5_000, ...parts });
  closers.push(() => channel.close());
  return channel;
}

/** Sends one message to a fresh mailbox and returns it as the recipient's program reads it. */
async function received(message: Message): Promise<ParsedMail> {
  const mailbox = await aMailbox();
  await aChannel({ url: mailbox.url }).send(message);
  const [mail] = mailbox.mails();
  if (mail === undefined) throw new Error('no mail came');
  return mail.parsed;
}

async function failureOf(sending: Promise<unknown> | undefined): Promise<ConnectorError> {
  const thrown = await sending?.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ConnectorError)) throw new Error(`not a ConnectorError: ${String(thrown)}`);
  expect(thrown.message).not.toContain(PASSWORD);
  expect(thrown.message).not.toContain(Buffer.from(PASSWORD).toString('base64'));
  expect(Object.keys(thrown)).not.toContain('cause');
  return thrown;
}

const header = (mail: ParsedMail, name: string): string => {
  const line = mail.headerLines.find(({ key }) => key === name)?.line ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replaceAll(/\r?\n/g, '')
    .trim();
};

describe('a mail', () => {
  test('goes to one recipient, from us, and says the same as text and as HTML', async () => {
    const mailbox = await aMailbox();
    const sent = await aChannel({ url: mailbox.url, from: 'Watchdesk <wd@example.com>' }).send(aMessage());
    const [mail] = mailbox.mails();
    expect(sent).toEqual({ externalId: mail?.parsed.messageId, state: 'delivered' });
    expect(mail).toMatchObject({ sender: 'wd@example.com', recipients: ['dana@example.com'] });
    expect(mail?.parsed.date).toEqual(new Date('2026-12-25T02:32:00Z'));
    expect([mail?.parsed.to].flat().map((to) => to?.text)).toEqual(['"Dana Keller" <dana@example.com>']);
    expect([mail?.parsed.cc, mail?.parsed.bcc]).toEqual([undefined, undefined]);
    expect(mail?.parsed.subject).toBe('[WD-42] Urgent: Payroll cannot be reached');
    for (const body of [mail?.parsed.text, String(mail?.parsed.html)]) {
      expect(body).toContain('Payroll cannot be reached');
      expect(body).toContain('/ack/eyJp');
      expect(body).toContain('25 Dec 03:01'); // 02:01 UTC, read in Zurich
      expect(body).toContain('Dana Keller (on call) told by Telegram');
    }
  });

  test('keeps out-of-office programs quiet and Urgent on top', async () => {
    const mail = await received(aMessage());
    expect(header(mail, 'auto-submitted')).toBe('auto-generated');
    expect(header(mail, 'x-auto-response-suppress')).toBe('All');
    expect(header(mail, 'list-id')).toBe('Watchdesk <pages.watchdesk.example.com>');
    expect(header(mail, 'x-priority')).toBe('1 (Highest)');
    const calm = await received(aMessage({ pages: [aPage({ priority: 'high' })] }));
    expect(header(calm, 'x-priority')).toBe('');
  });

  test('threads with all mails about its incident, whoever gets them', async () => {
    const first = await received(aMessage());
    const second = await received(
      aMessage({ id: 'another', earlier: first.messageId ?? '', pages: [aPage({ kind: 'last', level: 3 })] }),
    );
    const other = await received(aMessage({ id: 'third', pages: [aPage({ reference: 'WD-43' })] }));
    expect(first.references).toBe('<incident.WD-42@watchdesk.example.com>');
    expect(first.inReplyTo).toBe(first.references);
    expect(second.references).toEqual([first.references, first.messageId]);
    expect(second.inReplyTo).toBe(first.messageId);
    expect(header(second, 'thread-index')).toBe(header(first, 'thread-index'));
    expect(Buffer.from(header(first, 'thread-index'), 'base64')).toHaveLength(22);
    expect(header(second, 'thread-topic')).toBe('[WD-42]');
    expect(other.references).not.toBe(first.references);
    expect(header(other, 'thread-index')).not.toBe(header(first, 'thread-index'));
  });

  test('sent again it has the same id and says that it may be known', async () => {
    const first = await received(aMessage());
    const again = await received(aMessage({ mayBeRepeat: true }));
    expect(again.messageId).toBe(first.messageId);
    expect(again.text).toMatch(/^You may have got this message already\./);
  });

  test('the id of another kind of message is no thread', async () => {
    const mail = await received(aMessage({ earlier: '1700000000.000100\r\nBcc: x@example.com' }));
    expect(mail.references).toBe('<incident.WD-42@watchdesk.example.com>');
  });

  test('a bundle lists each page with its own link', async () => {
    const pages = Array.from({ length: 40 }, (_, index) =>
      aPage(
        { reference: `WD-${index + 1}` },
        {
          subject: `WD-${index + 1} Urgent: host${index} is DOWN`,
          links: { acknowledge: `${PUBLIC_URL}/ack/t${index}` },
        },
      ),
    );
    const [first, ...rest] = pages;
    const mail = await received(aMessage({ pages: [first ?? aPage(), ...rest] }));
    expect(mail.subject).toBe('[WD-1] Urgent: host0 is DOWN (and 39 more)');
    for (const [index] of pages.entries()) {
      expect(String(mail.html)).toContain(`href="${PUBLIC_URL}/ack/t${index}"`);
      expect(mail.text).toMatch(new RegExp(`/ack/t${index}$`, 'm'));
    }
    expect(String(mail.html).length).toBeLessThan(100_000);
  });

  test('the Director gets the state as one page of PDF', async () => {
    const mail = await received(directorMessage());
    expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ['WD-42-state.pdf', 'application/pdf'],
    ]);
    const pdf = mail.attachments[0]?.content.toString('latin1') ?? '';
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
    expect(mail.text).toMatch(/For the Director/);
  });

  test('P9 a state that cannot be drawn does not hold up the mail, which says so', async () => {
    const mailbox = await aMailbox();
    const renderState = () => Promise.reject(new Error('no font'));
    await aChannel({ url: mailbox.url, renderState }).send(directorMessage());
    expect(mailbox.mails()[0]?.parsed.attachments).toEqual([]);
    expect(mailbox.mails()[0]?.parsed.text).toContain('The one-page state could not be made');
  });
});

describe('what the server says', () => {
  test.each([
    // at        code  text                                       kind             part of the message
    ['recipient', 550, '5.1.1 No such user here', 'rejected', 'address of the recipient'],
    ['recipient', 450, '4.2.1 Mailbox busy', 'not_sent', 'tried again'],
    ['recipient', 451, '4.7.1 Greylisting in action', 'not_sent', 'Greylisting'],
    ['recipient', 421, 'Too many connections', 'rate_limited', 'in a minute'],
    ['sender', 550, '5.7.1 Sender not allowed', 'rejected', 'MAIL_FROM'],
    ['sender', 452, '4.3.1 Out of room', 'not_sent', 'temporary'],
    ['sender', 451, '4.7.0 Rate limit exceeded', 'rate_limited', 'in a minute'],
    ['connect', 554, 'No service for you', 'rejected', 'No service'],
    ['connect', 421, 'Try later', 'rate_limited', 'in a minute'],
    ['end', 554, '5.6.0 Looks like spam', 'rejected', 'Looks like spam'],
    ['end', 451, '4.3.0 Try again', 'not_sent', 'tried again'],
  ] as const)('%s %d %s: %s', async (at, code, text, kind, part) => {
    const mailbox = await aMailbox();
    const channel = aChannel({ url: mailbox.url });
    mailbox.plan({ do: 'refuse', at, code, text });
    const error = await failureOf(channel.send(aMessage()));
    expect(error).toMatchObject({ kind, status: code });
    expect(error.message).toContain(part);
    expect(error.message).toContain(`127.0.0.1:${mailbox.port}`);
    if (kind === 'rate_limited') expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(mailbox.mails()).toEqual([]);
    await channel.send(aMessage());
    expect(mailbox.mails()).toHaveLength(1);
  });

  test('greylisting: the second try is taken', async () => {
    const mailbox = await aMailbox({ isGreylisting: true });
    const channel = aChannel({ url: mailbox.url });
    expect((await failureOf(channel.send(aMessage()))).kind).toBe('not_sent');
    await channel.send(aMessage());
    expect(mailbox.mails()).toHaveLength(1);
  });

  test('P2 cut before the mail: not sent; cut after its end: outcome unknown, whether it was kept or not', async () => {
    const mailbox = await aMailbox();
    const channel = aChannel({ url: mailbox.url });
    mailbox.plan(
      { do: 'cut', at: 'recipient', isKept: false },
      { do: 'cut', at: 'end', isKept: true },
      { do: 'cut', at: 'end', isKept: false },
    );
    const kinds = [];
    for (let round = 0; round < 3; round += 1) kinds.push((await failureOf(channel.send(aMessage()))).kind);
    expect(kinds).toEqual(['not_sent', 'outcome_unknown', 'outcome_unknown']);
    expect(mailbox.mails()).toHaveLength(1);
  });

  test('P2 silence after the end of the mail: outcome unknown, and no second try by itself', async () => {
    const mailbox = await aMailbox();
    mailbox.plan({ do: 'silent', isKept: true });
    const error = await failureOf(aChannel({ url: mailbox.url, timeoutMs: 300 }).send(aMessage()));
    expect(error.kind).toBe('outcome_unknown');
    expect(mailbox.mails()).toHaveLength(1);
  });

  test('nobody listens, no such host, or what listens says nothing: not sent', async () => {
    const mailbox = await createMailbox();
    await mailbox.close();
    expect(await failureOf(aChannel({ url: mailbox.url }).send(aMessage()))).toMatchObject({
      kind: 'not_sent',
      code: 'ECONNREFUSED',
    });
    const nowhere = aChannel({ url: 'smtp://mail.invalid' });
    expect(await failureOf(nowhere.send(aMessage()))).toMatchObject({ kind: 'not_sent' });
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    closers.push(() => mute.close());
    const port = (mute.address() as { port: number }).port;
    const waiting = aChannel({ url: `smtp://127.0.0.1:${port}?tls=off`, timeoutMs: 200 });
    expect(await failureOf(waiting.send(aMessage()))).toMatchObject({ kind: 'not_sent' });
  });

  test.each([
    '',
    'dana',
    'dana@',
    'a@b.example, c@d.example',
    'x@y.example\r\nRCPT TO:<z@y.example>',
    '<a@b.example>',
  ])('the address %j: rejected before anything is sent', async (address) => {
    const mailbox = await aMailbox();
    const error = await failureOf(aChannel({ url: mailbox.url }).send(aMessage({ address })));
    expect(error.kind).toBe('rejected');
    expect(mailbox.connectionCount()).toBe(0);
  });
});

describe('signing in and encryption', () => {
  let tls: { key: string; cert: string };
  const usual = getCACertificates('default');
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'wd-smtp-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${cert}`;
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  });
  afterAll(() => setDefaultCACertificates(usual));

  const withLogin = (url: string): string => url.replace('://', `://${login}@`);

  test('user and password go to the server, and nowhere else', async () => {
    const mailbox = await aMailbox({ auth: { user: 'watchdesk', pass: PASSWORD } });
    const channel = aChannel({ url: withLogin(mailbox.url) });
    expect(await channel.probe?.()).toBe(
      `Mail server 127.0.0.1:${mailbox.port} answers, unencrypted on this machine, signed in as watchdesk.`,
    );
    await channel.send(aMessage());
    expect(mailbox.mails()[0]?.user).toBe('watchdesk');
  });

  test('a wrong password: unauthorised, for a mail as for the probe', async () => {
    const mailbox = await aMailbox({ auth: { user: 'watchdesk', pass: 'another' } });
    const channel = aChannel({ url: withLogin(mailbox.url) });
    for (const ask of [() => channel.send(aMessage()), () => channel.probe?.()]) {
      expect(await failureOf(ask())).toMatchObject({ kind: 'unauthorised', status: 535 });
    }
  });

  test('a server that wants a user when there is none: unauthorised', async () => {
    const mailbox = await aMailbox({ auth: { user: 'watchdesk', pass: 'another' } });
    expect(await failureOf(aChannel({ url: mailbox.url }).send(aMessage()))).toMatchObject({
      kind: 'unauthorised',
    });
  });

  test('P10 a server without STARTTLS gets neither password nor mail', async () => {
    const mailbox = await aMailbox({ auth: { user: 'watchdesk', pass: PASSWORD } });
    const url = withLogin(mailbox.url).replace('?tls=off', '');
    const error = await failureOf(aChannel({ url }).send(aMessage()));
    expect(error.kind).toBe('not_sent');
    expect(error.message).toContain('not sent in plain');
    expect(mailbox.mails()).toEqual([]);
  });

  test.each([false, true])(
    'P10 a certificate that nobody vouches for (implicit: %s): not sent, and said',
    async (isImplicit) => {
      const mailbox = await aMailbox({
        tls: { ...tls, isImplicit },
        auth: { user: 'watchdesk', pass: PASSWORD },
      });
      const error = await failureOf(aChannel({ url: withLogin(mailbox.url) }).send(aMessage()));
      expect(error.kind).toBe('not_sent');
      expect(error.message).toContain('certificate was not accepted');
      expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
      expect(mailbox.mails()).toEqual([]);
    },
  );

  test.each([false, true])('a trusted certificate (implicit: %s): encrypted', async (isImplicit) => {
    setDefaultCACertificates([...usual, tls.cert]);
    const mailbox = await aMailbox({
      tls: { ...tls, isImplicit },
      auth: { user: 'watchdesk', pass: PASSWORD },
    });
    const channel = aChannel({ url: withLogin(mailbox.url) });
    expect(await channel.probe?.()).toContain('encrypted, signed in as watchdesk');
    await channel.send(aMessage());
    expect(mailbox.mails()[0]).toMatchObject({ isEncrypted: true, user: 'watchdesk' });
    setDefaultCACertificates(usual);
  });
});

test('many at once share few connections, and close ends them', async () => {
  const mailbox = await aMailbox();
  const channel = aChannel({ url: mailbox.url });
  await Promise.all(Array.from({ length: 30 }, (_, index) => channel.send(aMessage({ id: `m${index}` }))));
  expect(mailbox.mails()).toHaveLength(30);
  expect(mailbox.connectionCount()).toBeLessThanOrEqual(3);
  channel.close();
  await expect.poll(() => mailbox.openConnections()).toBe(0);
});
