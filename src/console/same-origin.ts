import type { Request } from 'express';

/**
 * Whether a state-changing request was made by one of our own pages. Browsers send Sec-Fetch-Site on secure origins and
 * Origin with every form post; a request that carries neither is not from a page and is refused.
 * `publicUrl` counts too, because a proxy may rewrite the Host header.
 */
export function isSameOrigin(req: Request, publicUrl: string): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.get('origin');
  if (origin === undefined || !URL.canParse(origin)) return false;
  const host = new URL(origin).host;
  return host !== '' && (host === req.get('host') || origin === new URL(publicUrl).origin);
}

const LOOPBACK_PEER = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/**
 * Whether the reader sits at this very machine: the peer is loopback, the address bar says so (a foreign name that
 * resolves to 127.0.0.1 is an attack), and nothing forwarded the request (a proxy's strangers are loopback peers too).
 */
export function isLocalReader(req: Request): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
  return (
    LOOPBACK_PEER.test(req.socket.remoteAddress ?? '') &&
    LOOPBACK_NAME.test(req.get('host') ?? '') &&
    forwarded.every((name) => req.get(name) === undefined)
  );
}

/** A path on this site to go to after signing in; anything else becomes the overview. */
export function localPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 1_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted))
    return '/';
  if (wanted.includes('\\')) return '/';
  const url = new URL(wanted, 'http://watchdesk.invalid');
  return url.host === 'watchdesk.invalid' && !/^\/sign-/.test(url.pathname) && !url.pathname.startsWith('//')
    ? url.pathname + url.search
    : '/';
}
