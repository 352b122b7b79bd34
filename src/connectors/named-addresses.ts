import { type ChannelHttp, type ChannelSide, createChannelHttp } from './channel-http.ts';
import { ConnectorError } from './connector-error.ts';

/** One address of a room: `path` with its query, all of it as given. */
export type NamedAddress = Readonly<{ http: ChannelHttp; path: string }>;

/** Parts of an address that are shorter than this are words, such as `hook` or `v1`. */
const SECRET_PART_CHARS_MIN = 8;

export type NamedAddresses = Readonly<{
  /** Errors: ConnectorError `not_found` when the settings have no address under this name. */
  find(name: string): NamedAddress;
  names: readonly string[];
}>;

/**
 * Rooms whose address is itself the secret: the policy names them, the settings hold the addresses.
 * @param setting the one that holds them, for errors
 */
export function createNamedAddresses(
  side: Omit<ChannelSide, 'baseUrl' | 'secrets'> & Readonly<{ setting: string; secrets?: readonly string[] }>,
  addresses: Readonly<Record<string, string>>,
): NamedAddresses {
  const known = new Map(
    Object.entries(addresses).map(([name, href]): [string, NamedAddress] => {
      const url = new URL(href);
      const login = `${decoded(url.username)}:${decoded(url.password)}`;
      const basic = Buffer.from(login).toString('base64');
      const http = createChannelHttp({
        ...side,
        baseUrl: url.origin,
        secrets: [...secretsIn(url, href), basic, ...(side.secrets ?? [])],
        ...(login === ':' ? {} : { headers: { ...side.headers, Authorization: `Basic ${basic}` } }),
      });
      return [name, { http, path: url.pathname + url.search }];
    }),
  );
  return {
    names: [...known.keys()],
    find(name) {
      const found = known.get(name);
      if (found) return found;
      throw new ConnectorError(
        'not_found',
        `${side.system} has no address named "${name.slice(0, 80)}": add ${name.slice(0, 80)}=https://… to ${side.setting}, or correct the address of the room in the policy`,
      );
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a per cent sign that begins no escape
  }
}

/** The whole, and every part of it that an answer could quote alone. */
const secretsIn = (url: URL, href: string): readonly string[] =>
  [
    href,
    url.pathname + url.search,
    url.password,
    ...url.pathname.split('/'),
    ...[...url.searchParams.values()],
    ...[...url.searchParams.values()].map(encodeURIComponent),
  ].filter((part) => part.length >= SECRET_PART_CHARS_MIN || (part !== '' && part === url.password));
