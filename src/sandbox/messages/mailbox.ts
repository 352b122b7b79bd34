import type { AddressInfo, Server } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { type Clock, systemClock } from '../../model/clock.ts';

/** One mail as a mailbox has it. `id` counts from 1. */
export type StoredMail = Readonly<{
  id: number;
  at: Date;
  /** Of the envelope, which is what counts for delivery. */
  sender: string;
  recipients: readonly string[];
  user?: string;
  isEncrypted: boolean;
  raw: Buffer;
  parsed: ParsedMail;
}>;

/**
 * What the server does to the next mail instead of taking it; each counts once, in the order given.
 * - `refuse`: answers with `code` at this point of the dialogue
 * - `cut`: closes the connection, before the mail, or after its end with or without keeping it
 * - `silent`: never answers to the end of the mail
 */
export type MailFault =
  | Readonly<{ do: 'refuse'; at: 'connect' | 'sender' | 'recipient' | 'end'; code: number; text: string }>
  | Readonly<{ do: 'cut'; at: 'recipient' | 'end'; isKept: boolean }>
  | Readonly<{ do: 'silent'; isKept: boolean }>;

export type MailboxOptions = Readonly<{
  clock?: Clock;
  /** Only this user may send. */
  auth?: Readonly<{ user: string; pass: string }>;
  /** With a certificate: STARTTLS, or encrypted from the first byte. Without: plain. */
  tls?: Readonly<{ key: string; cert: string; isImplicit: boolean }>;
  /** Refuses the first try of each pair of sender and recipient. */
  isGreylisting?: boolean;
  /** The oldest are dropped. Default 200. */
  mailsMax?: number;
}>;

export type Mailbox = Readonly<{
  port: number;
  /** For SMTP_URL, without user and password. */
  url: string;
  /** Oldest first. */
  mails(): readonly StoredMail[];
  plan(...faults: readonly MailFault[]): void;
  /** How many connections there have been. */
  connectionCount(): number;
  openConnections(): number;
  close(): Promise<void>;
}>;

const MAILS_MAX = 200;
const MAIL_BYTES_MAX = 10 * 1024 * 1024;
const CLOSE_WITHIN_MS = 20;

/** A mail server on 127.0.0.1 with a free port that keeps what it gets, for the sandbox and for tests. */
export async function createMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const { clock = systemClock, auth, tls, mailsMax = MAILS_MAX } = options;
  let mails: readonly StoredMail[] = [];
  let lastId = 0;
  let connections = 0;
  const faults: MailFault[] = [];
  const greeted = new Set<string>();

  /** The next fault, if it belongs to this point of the dialogue. */
  const faultAt = (at: 'connect' | 'sender' | 'recipient' | 'end'): MailFault | undefined => {
    const [next] = faults;
    const place = next?.do === 'silent' ? 'end' : next?.at;
    return place === at ? faults.shift() : undefined;
  };
  const cut = (session: SMTPServerSession): void => {
    for (const one of server.connections) if (one.id === session.id) one._socket.destroy();
  };
  /** Answers yes, or what was planned. */
  const answer = (
    at: 'connect' | 'sender' | 'recipient',
    session: SMTPServerSession,
    done: (refusal?: Error) => void,
  ): void => {
    const fault = faultAt(at);
    if (fault?.do === 'refuse') done(refusal(fault.code, fault.text));
    else if (fault?.do === 'cut') cut(session);
    else done();
  };
  const keep = async (raw: Buffer, session: SMTPServerSession): Promise<void> => {
    const parsed = await simpleParser(raw, { skipImageLinks: true });
    const { mailFrom, rcptTo } = session.envelope;
    lastId += 1;
    const mail: StoredMail = {
      id: lastId,
      at: clock.now(),
      sender: mailFrom === false ? '' : mailFrom.address,
      recipients: rcptTo.map(({ address }) => address),
      ...(typeof session.user === 'string' ? { user: session.user } : {}),
      isEncrypted: session.secure === true,
      raw,
      parsed,
    };
    mails = [...mails, mail].slice(-mailsMax);
  };

  const server = new SMTPServer({
    ...(tls === undefined ? {} : { key: tls.key, cert: tls.cert }),
    // Without a certificate of our own the library would offer one that everybody knows.
    hideSTARTTLS: tls === undefined,
    secure: tls?.isImplicit ?? false,
    authOptional: auth === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(auth === undefined ? ['AUTH'] : []), ...(tls === undefined ? ['STARTTLS'] : [])],
    disableReverseLookup: true,
    logger: false,
    size: MAIL_BYTES_MAX,
    closeTimeout: CLOSE_WITHIN_MS,
    onAuth: ({ username, password }, _session, done) => {
      if (username === auth?.user && password === auth?.pass) done(null, { user: username });
      else done(refusal(535, 'Authentication credentials invalid'));
    },
    onConnect: (session, done) => {
      connections += 1;
      answer('connect', session, done);
    },
    onMailFrom: (_address, session, done) => answer('sender', session, done),
    onRcptTo: ({ address }, session, done) => {
      const sender = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
      const pair = `${sender} ${address}`;
      if (options.isGreylisting && !greeted.has(pair)) {
        greeted.add(pair);
        done(refusal(451, '4.7.1 Greylisting in action, please come back later'));
      } else answer('recipient', session, done);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const fault = faultAt('end');
        const kept =
          fault === undefined || (fault.do !== 'refuse' && fault.isKept)
            ? keep(Buffer.concat(chunks), session)
            : Promise.resolve();
        kept.then(
          () => {
            if (fault?.do === 'refuse') done(refusal(fault.code, fault.text));
            else if (fault?.do === 'cut') cut(session);
            else if (fault === undefined) done(null, 'OK: kept');
          },
          () => done(refusal(554, 'Not a mail')),
        );
      });
    },
  });
  // A client that goes away in the middle, or that does not trust the certificate, is no fault of the server.
  server.on('error', () => undefined);
  const { port } = await listen(server);

  return {
    port,
    url: `${tls?.isImplicit ? 'smtps' : 'smtp'}://127.0.0.1:${port}${tls === undefined ? '?tls=off' : ''}`,
    mails: () => mails,
    plan: (...more) => void faults.push(...more),
    connectionCount: () => connections,
    openConnections: () => server.connections.size,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

function listen(server: SMTPServer): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listening: Server = server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(listening.address() as AddressInfo);
    });
  });
}
