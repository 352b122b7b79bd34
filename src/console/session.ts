import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** How long a sign-in lasts: a shift. */
export const SESSION_MS = 12 * 3_600_000;

export type Session = Readonly<{ id: string; expiresAt: Date }>;

export type SessionKeys = Readonly<{
  /** The text of a cookie that proves the session until it expires or the password changes. */
  seal(session: Session): string;
  /** Undefined for anything forged, expired at `now`, or sealed under another password. */
  open(cookie: string, now: Date): Session | undefined;
  /** What a form of this session must carry. */
  formToken(sessionId: string): string;
  isFormToken(sessionId: string, token: string): boolean;
  isPassword(guess: string): boolean;
}>;

const sameText = (a: string, b: string): boolean => {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b)); // hashed first, so that neither length nor prefix shows in the time taken
};

/**
 * Keys of the console's cookie and forms. With a password they are derived from it, so that they survive restarts, are
 * the same in every process and change with the password; scrypt makes a stolen cookie useless for guessing it.
 * Without one (open sandbox) they live as long as this process.
 */
export function createSessionKeys(password: string | undefined): SessionKeys {
  const key =
    password === undefined ? randomBytes(32) : scryptSync(password, 'watchdesk console session', 32);
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url');
  const formToken = (sessionId: string) => sign('form', sessionId);
  return {
    seal({ id, expiresAt }) {
      const content = `${id}.${expiresAt.getTime()}`;
      return `${content}.${sign('session', content)}`;
    },
    open(cookie, now) {
      const [id, expires, signature, ...rest] = cookie.split('.');
      if (!id || !expires || !signature || rest.length > 0) return undefined;
      if (!sameText(signature, sign('session', `${id}.${expires}`))) return undefined;
      const expiresAt = new Date(Number(expires));
      return expiresAt > now ? { id, expiresAt } : undefined;
    },
    formToken,
    isFormToken: (sessionId, token) => sameText(token, formToken(sessionId)),
    isPassword: (guess) => password !== undefined && sameText(guess, password),
  };
}

export const newSession = (now: Date): Session => ({
  id: randomBytes(18).toString('base64url'),
  expiresAt: new Date(now.getTime() + SESSION_MS),
});
