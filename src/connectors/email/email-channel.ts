import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { Page } from '../../model/page.ts';
import type { Channel, Message, Sent } from '../channel.ts';
import { ConnectorError } from '../connector-error.ts';
import { mailContent, stateFile, subjectOf } from './mail-content.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import { threadOf } from './mail-thread.ts';
import { plainLine } from './plain-line.ts';
import { type SmtpAccess, smtpAccess } from './smtp-access.ts';
import { smtpFailure } from './smtp-failure.ts';
import { statePdf } from './state-pdf.ts';

export type EmailChannelParts = Readonly<{
  /** SMTP_URL as the settings checked it. */
  url: string;
  /** MAIL_FROM, `Watchdesk <watchdesk@example.com>`; without it watchdesk@ and the host of `publicUrl`. */
  from?: string;
  publicUrl: string;
  /** For one mail, waiting for a connection included. Default 60 s. */
  timeoutMs?: number;
  /** The one-page state as PDF; ours by default. */
  renderState?: (page: Page, given: Readonly<{ at: Date; timeZone: string }>) => Promise<Buffer>;
}>;

export type EmailChannel = Channel & Readonly<{ close(): void }>;

const TIMEOUT_MS = 60_000;
const CONNECTIONS_MAX = 3;
const MAILS_PER_CONNECTION_MAX = 50;
/** Idle connections are closed by us before the server does it in the middle of the next mail. */
const IDLE_MS = 20_000;
const ATTACHMENTS_MAX = 5;

/** One mailbox, and nothing that could name another or end a command. */
const ADDRESS = /^[^\s<>()[\]\\,;:"]{1,64}@[^\s<>()[\]\\,;:"@]{1,255}$/;

const NO_STATE = 'The one-page state could not be made; all that it would say is in this mail.';

/**
 * Mails over SMTP, encrypted, each to one recipient alone.
 *
 * `delivered` means that our mail server took the mail for the recipient: that is the last thing that SMTP tells. Whether
 * it was put into the mailbox, or read, shows only when somebody acknowledges; a later bounce goes to MAIL_FROM.
 *
 * A message sent again has the same Message-ID, by which many mailboxes drop the second copy. There is no way to ask for a
 * mail whose outcome is unknown, hence no `find`, and none to change one, hence no `update`.
 */
export function createEmailChannel(parts: EmailChannelParts): EmailChannel {
  const { url, publicUrl, timeoutMs = TIMEOUT_MS, renderState = statePdf } = parts;
  const access = smtpAccess(url);
  const site = new URL(publicUrl).hostname.replaceAll(/[[\]]/g, '').replaceAll(':', '-');
  const from = parts.from ?? `Watchdesk <watchdesk@${site}>`;
  const transport = createTransport(transportOptions(access, timeoutMs));

  // How far a mail got before its connection ended, only the stream of its body can tell; known by the mail's own signal.
  const bodies = new WeakMap<AbortSignal, Readable>();
  transport.use('stream', (mail, done) => {
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (options) => {
      const body = create(options);
      if (mail.data.signal) bodies.set(mail.data.signal, body);
      return body;
    };
    done();
  });

  async function send(message: Message): Promise<Sent> {
    const what = subjectOf(message);
    const address = message.address.trim();
    if (!ADDRESS.test(address)) {
      throw new ConnectorError(
        'rejected',
        `"${plainLine(address).slice(0, 80)}" is not an e-mail address; correct it in the policy`,
      );
    }
    const thread = threadOf(message, site);
    const { attachments, isComplete } = await attachmentsOf(message, renderState);
    const content = mailContent(message, {
      publicUrl,
      notices: isComplete ? [] : [NO_STATE],
      hasStates: isComplete,
    });
    const isUrgent = message.pages.some(({ priority }) => priority === 'urgent');
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      await transport.sendMail({
        from,
        to: { name: plainLine(message.recipientName), address },
        subject: content.subject,
        date: message.sentAt,
        messageId: thread.messageId,
        inReplyTo: thread.inReplyTo,
        references: [...thread.references],
        text: mailText(content),
        html: mailHtml(content),
        attachments,
        ...(isUrgent ? { priority: 'high' } : {}),
        headers: headersOf(message, { site, topic: thread.topic, index: thread.index }),
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
    } catch (thrown) {
      // nodemailer's error ends here: it may quote the dialogue.
      throw smtpFailure(thrown, { access, what, wasHandedOver: bodies.get(signal)?.readableEnded === true });
    }
    return { externalId: thread.messageId, state: 'delivered' };
  }

  async function probe(): Promise<string> {
    try {
      await transport.verify();
    } catch (thrown) {
      throw smtpFailure(thrown, { access, what: 'a try without a mail', wasHandedOver: false });
    }
    const secure = access.encryption === 'off' ? 'unencrypted on this machine' : 'encrypted';
    const signedIn = access.auth === undefined ? 'without signing in' : `signed in as ${access.auth.user}`;
    return `Mail server ${access.label} answers, ${secure}, ${signedIn}.`;
  }

  return { name: 'email', send, probe, close: () => transport.close() };
}

function transportOptions({ host, port, encryption, auth }: SmtpAccess, timeoutMs: number) {
  return {
    pool: true,
    host,
    port,
    secure: encryption === 'implicit',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'off',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(auth === undefined ? {} : { auth, forceAuth: true }),
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MAILS_PER_CONNECTION_MAX,
    // Whoever sends decides about a second try; the pool must not, for it cannot know whether the first one arrived.
    maxRequeues: 0,
    idleTimeout: IDLE_MS,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as const;
}

/** What keeps out-of-office programs quiet, puts the mails of an incident together, and lets people sort them. */
function headersOf(
  { pages: [first] }: Message,
  { site, topic, index }: Readonly<{ site: string; topic: string; index: string }>,
): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `Watchdesk <pages.${site}>`,
    'Thread-Topic': topic,
    'Thread-Index': index,
    'X-Watchdesk-Kind': first.kind,
    'X-Watchdesk-Priority': first.priority,
    ...(first.reference === undefined ? {} : { 'X-Watchdesk-Reference': plainLine(first.reference) }),
  };
}

/** A state that cannot be drawn must not hold up the mail. */
async function attachmentsOf(message: Message, renderState: NonNullable<EmailChannelParts['renderState']>) {
  const attachments: { filename: string; content: Buffer; contentType: string }[] = [];
  let isComplete = true;
  for (const page of message.pages.filter(({ content }) => content.hasState).slice(0, ATTACHMENTS_MAX)) {
    try {
      const content = await renderState(page, { at: message.sentAt, timeZone: message.timeZone });
      attachments.push({ filename: stateFile(page), content, contentType: 'application/pdf' });
    } catch {
      isComplete = false;
    }
  }
  return { attachments, isComplete };
}
