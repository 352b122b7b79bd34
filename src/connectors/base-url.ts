const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address that calls are built on: no trailing slash, and none of `suffixes` (such as `/api/v2`) given by mistake;
 * a double slash makes Freshdesk refuse the call.
 *
 * Errors: names `setting` and the remedy when it is not an http(s) address, holds a user or password, or would send
 *         credentials in clear text (plain http:// is for loopback only).
 */
export function normaliseBaseUrl({
  url,
  setting,
  suffixes,
}: Readonly<{ url: string; setting: string; suffixes: readonly string[] }>): string {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new Error(`${setting} is not a web address: write it as https://host.example.com`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Error(
      `${setting} holds a user name or password: remove it, secrets have settings of their own`,
    );
  }
  if (parsed.protocol === 'http:' && !LOOPBACK.test(parsed.hostname)) {
    throw new Error(`${setting} must begin with https://, else the credentials travel in clear text`);
  }
  let path = parsed.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  for (const suffix of suffixes) {
    if (path.toLowerCase().endsWith(suffix)) path = path.slice(0, -suffix.length).replace(/\/$/, '');
  }
  return parsed.origin + path;
}
