import express from 'express';
import { createTransport } from 'nodemailer';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { createMailbox, type Mailbox } from '../../src/sandbox/messages/mailbox.ts';
import { mailboxRouter } from '../../src/sandbox/messages/mailbox-page.ts';

let mailbox: Mailbox;
afterEach(() => mailbox.close());

async function pages() {
  const app = express();
  app.use((_req, res, next) => {
    res.set({ 'X-Frame-Options': 'DENY', 'Content-Security-Policy': "default-src 'self'" });
    next();
  });
  app.use('/sandbox/mail', mailboxRouter(mailbox));
  return request(app);
}

async function deliver(subject: string): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: mailbox.port, ignoreTLS: true });
  await transport.sendMail({
    from: 'Watchdesk <wd@example.com>',
    to: 'Dana <dana@example.com>',
    subject,
    text: 'Plain <words>',
    html: '<!doctype html><html><head><title>x</title></head><body><script>alert(1)</script><a href="https://example.com/ack">Acknowledge</a></body></html>',
    attachments: [{ filename: 'WD-42-state.pdf', content: Buffer.from('%PDF-1.3 small') }],
  });
}

describe('the mailbox', () => {
  test('lists what came, the newest first, and escapes it', async () => {
    mailbox = await createMailbox();
    await deliver('first');
    await deliver('<b>second</b>');
    const { text } = await (await pages()).get('/sandbox/mail/').expect(200);
    expect(text.indexOf('&lt;b&gt;second')).toBeGreaterThan(0);
    expect(text.indexOf('&lt;b&gt;second')).toBeLessThan(text.indexOf('>first<'));
    expect(text).toContain('dana@example.com');
    expect(text).toContain('WD-42-state.pdf');
  });

  test('is empty at first', async () => {
    mailbox = await createMailbox();
    expect((await (await pages()).get('/sandbox/mail/')).text).toContain('No mail yet.');
  });

  test('P10 shows a mail in a frame that runs nothing and knows no origin', async () => {
    mailbox = await createMailbox();
    await deliver('hello');
    const ask = await pages();
    const { text } = await ask.get('/sandbox/mail/1').expect(200);
    expect(text).toContain(
      'src="/sandbox/mail/1/html" sandbox="allow-popups allow-popups-to-escape-sandbox"',
    );
    expect(text).toContain('Plain &lt;words&gt;');
    expect(text).not.toContain('alert(1)');
    const shown = await ask.get('/sandbox/mail/1/html').expect(200);
    const rules = shown.get('content-security-policy') ?? '';
    expect(rules).toContain("default-src 'none'");
    expect(rules).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
    expect(rules).toContain("frame-ancestors 'self'");
    expect(shown.get('x-frame-options')).toBeUndefined();
    expect(shown.text).toContain('<base target="_blank">');
  });

  test('gives attachments as files to keep', async () => {
    mailbox = await createMailbox();
    await deliver('hello');
    const file = await (await pages()).get('/sandbox/mail/1/attachments/0').expect(200);
    expect(file.get('content-disposition')).toBe('attachment; filename=WD-42-state.pdf');
    expect(file.body.toString()).toBe('%PDF-1.3 small');
  });

  test.each(['/2', '/x', '/2/html', '/1/attachments/7', '/1/attachments/length'])(
    '%s is not there',
    async (path) => {
      mailbox = await createMailbox();
      await deliver('hello');
      await (await pages()).get(`/sandbox/mail${path}`).expect(404);
    },
  );

  test('keeps so many and drops the oldest', async () => {
    mailbox = await createMailbox({ mailsMax: 2 });
    for (const subject of ['a', 'b', 'c']) await deliver(subject);
    expect(mailbox.mails().map(({ id, parsed }) => [id, parsed.subject])).toEqual([
      [2, 'b'],
      [3, 'c'],
    ]);
  });
});
