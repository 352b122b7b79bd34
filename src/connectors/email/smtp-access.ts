import { isIP } from 'node:net';

/** How to reach the mail server, read from SMTP_URL. */
export type SmtpAccess = Readonly<{
  host: string;
  port: number;
  /** `implicit`: encrypted from the first byte; `starttls`: has to become so, or nothing is sent; `off`: this machine only. */
  encryption: 'implicit' | 'starttls' | 'off';
  auth?: Readonly<{ user: string; pass: string }>;
  /** `mail.example.com:465`, for messages. */
  label: string;
  /** Text of the server made fit for messages: one line, bounded, user and password taken out. */
  quote(text: string): string;
}>;

const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;
const QUOTE_CHARS_MAX = 300;
const SECRET_CHARS_MIN = 3;

/** @param url checked by the settings; throws TypeError when it is no address */
export function smtpAccess(url: string): SmtpAccess {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isImplicit = protocol === 'smtps:';
  const mayBePlain = searchParams.get('tls') === 'off' && isLoopback(host);
  const user = decoded(username);
  const pass = decoded(password);
  const portNumber = Number(port) || PORTS[isImplicit ? 'smtps:' : 'smtp:'];
  return {
    host,
    port: portNumber,
    encryption: isImplicit ? 'implicit' : mayBePlain ? 'off' : 'starttls',
    ...(user === '' && pass === '' ? {} : { auth: { user, pass } }),
    label: `${hostname}:${portNumber}`,
    quote: quoter([password, pass, base64(pass), base64(`\0${user}\0${pass}`)]),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a per cent sign that begins no escape
  }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function quoter(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= SECRET_CHARS_MIN);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[secret]');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of others end here
    clean = clean.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
    return clean.length > QUOTE_CHARS_MAX ? `${clean.slice(0, QUOTE_CHARS_MAX)}…` : clean;
  };
}
