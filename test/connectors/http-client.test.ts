import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { normaliseBaseUrl } from '../../src/connectors/base-url.ts';
import { ConnectorError, kindOfStatus, parseRetryAfter } from '../../src/connectors/connector-error.ts';
import { createHttpClient, type HttpRequest } from '../../src/connectors/http-client.ts';
import { classifyFailure } from '../../src/connectors/network-failure.ts';
import {
  type FakeServer,
  startCannedServer,
  startHttpServer,
  startSocketServer,
} from '../fakes/http-server.ts';
import { everythingIn } from '../fakes/leaks.ts';

const SECRET = 'kG7-very-secret-key';
const REQUEST: HttpRequest = {
  method: 'POST',
  path: '/api/v2/tickets',
  headers: { Authorization: SECRET },
  body: { subject: SECRET },
  what: 'create a ticket',
};

const running: FakeServer[] = [];
const keep = async <T extends FakeServer>(started: Promise<T>): Promise<T> => {
  const server = await started;
  running.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const clientOf = (baseUrl: string, timeoutMs = 5000) =>
  createHttpClient({ system: 'Freshdesk', baseUrl, secrets: [SECRET], timeoutMs });

async function failureOf(baseUrl: string, timeoutMs?: number, request = REQUEST): Promise<ConnectorError> {
  const thrown = await clientOf(baseUrl, timeoutMs)
    .send(request)
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ConnectorError);
  expect(everythingIn(thrown)).not.toContain(SECRET);
  expect((thrown as Error).message).toContain('create a ticket');
  return thrown as ConnectorError;
}

describe('a call without an answer', () => {
  test('nobody listens: not sent', async () => {
    const server = await startHttpServer(() => {});
    await server.close();
    expect(await failureOf(server.url)).toMatchObject({ kind: 'not_sent', code: 'ECONNREFUSED' });
  });

  test('no such host: not sent', async () => {
    const error = await failureOf('https://helpdesk.invalid');
    expect(error.kind).toBe('not_sent');
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(error.code);
  });

  test('a certificate that nobody vouches for: not sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wd-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${cert}`;
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    let requests = 0;
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_req, res) => {
      requests += 1;
      res.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const error = await failureOf(`https://localhost:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
    expect(error).toMatchObject({ kind: 'not_sent', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
    expect(requests).toBe(0);
  });

  test('cleartext on a TLS port: not sent', async () => {
    const server = await keep(startSocketServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await failureOf(server.url.replace('http:', 'https:'))).toMatchObject({ kind: 'not_sent' });
  });

  test('too slow: outcome unknown', async () => {
    const server = await keep(startHttpServer(() => {}));
    expect(await failureOf(server.url, 50)).toMatchObject({ kind: 'outcome_unknown', code: 'ETIMEDOUT' });
  });

  test('bytes that trickle for ever: outcome unknown after the same time', async () => {
    const server = await keep(
      startHttpServer((_req, res) => {
        const timer = setInterval(() => res.write(' '), 10);
        res.on('close', () => clearInterval(timer));
      }),
    );
    expect(await failureOf(server.url, 100)).toMatchObject({ kind: 'outcome_unknown', code: 'ETIMEDOUT' });
  });

  test.each([
    ['cut before the answer', (socket: import('node:net').Socket) => socket.destroy()],
    ['reset before the answer', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
    [
      'cut in the middle of the answer',
      (socket: import('node:net').Socket) => {
        socket.end(
          'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id":',
        );
      },
    ],
    [
      'an answer that is not HTTP',
      (socket: import('node:net').Socket) => void socket.end('220 mail ready\r\n'),
    ],
    [
      'compressed rubbish',
      (socket: import('node:net').Socket) => {
        socket.end('HTTP/1.1 201 Created\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!');
      },
    ],
  ])('%s: outcome unknown', async (_name, onRequest) => {
    const server = await keep(startSocketServer(onRequest));
    expect(await failureOf(server.url)).toMatchObject({ kind: 'outcome_unknown' });
  });

  test('an answer without bounds: unexpected', async () => {
    const block = Buffer.alloc(1024 * 1024, ' ');
    const server = await keep(
      startHttpServer((_req, res) => {
        const fill = (): void => {
          while (!res.destroyed && res.write(block));
          if (!res.destroyed) res.once('drain', fill);
        };
        fill();
      }),
    );
    expect(await failureOf(server.url, 20_000)).toMatchObject({ kind: 'unexpected_response' });
  });

  test('a request too large for any ticket: rejected, nothing sent', async () => {
    const server = await keep(startCannedServer(() => ({})));
    const error = await failureOf(server.url, 5000, {
      ...REQUEST,
      body: { text: 'x'.repeat(21 * 1024 * 1024) },
    });
    expect(error.kind).toBe('rejected');
    expect(server.seen).toHaveLength(0);
  });

  test('cut in the TLS handshake: not sent', async () => {
    const server = await keep(startSocketServer((socket) => socket.resetAndDestroy()));
    expect(await failureOf(server.url.replace('http:', 'https:'))).toMatchObject({ kind: 'not_sent' });
  });
});

describe('a call with an answer', () => {
  test.each([200, 204, 301, 302, 307, 400, 429, 500, 502])(
    '%i is an answer, and no redirect is followed',
    async (status) => {
      const server = await keep(
        startCannedServer(() => ({
          status,
          headers: { location: '/elsewhere', 'x-ratelimit-total': '50.0' },
        })),
      );
      const answer = await clientOf(server.url).send(REQUEST);
      expect(answer).toMatchObject({ status, json: undefined, isEmpty: true });
      expect(answer.headers['x-ratelimit-total']).toBe('50.0');
      expect(server.seen).toHaveLength(1);
    },
  );

  test('HTML is an answer without JSON', async () => {
    const server = await keep(startCannedServer(() => ({ status: 502, body: '<html>Bad gateway</html>' })));
    expect(await clientOf(server.url).send(REQUEST)).toMatchObject({
      status: 502,
      json: undefined,
      isEmpty: false,
    });
  });

  test('the request says who asks, in JSON, with repeated and odd query values whole', async () => {
    const server = await keep(startCannedServer(() => ({ body: {} })));
    await clientOf(server.url).send({
      ...REQUEST,
      query: [
        ['hs', 'web01::Disk: /var/log & "x"+é'],
        ['hs', 'b'],
      ],
    });
    const [seen] = server.seen;
    expect(seen?.headers['user-agent']).toMatch(/^Watchdesk\/\d+\.\d+\.\d+/);
    expect(seen?.headers.accept).toBe('application/json');
    expect(seen?.headers['content-type']).toBe('application/json');
    expect(seen?.query.getAll('hs')).toEqual(['web01::Disk: /var/log & "x"+é', 'b']);
    expect(seen?.body).toEqual({ subject: SECRET });
  });

  test('one connection serves calls that follow each other', async () => {
    const ports = new Set<number | undefined>();
    const server = await keep(
      startHttpServer((req, res) => {
        ports.add(req.socket.remotePort);
        res.end('{}');
      }),
    );
    const client = clientOf(server.url);
    for (let n = 0; n < 3; n += 1) await client.send({ ...REQUEST, method: 'GET', body: undefined });
    expect(ports.size).toBe(1);
  });

  test('P10 proxies of the environment are not used', async () => {
    const server = await keep(startCannedServer(() => ({ body: {} })));
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:9';
    try {
      expect((await clientOf(server.url).send(REQUEST)).status).toBe(200);
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  test('P10 quoted text is one bounded line without known secrets', () => {
    const client = clientOf('http://127.0.0.1:1');
    client.keepSecret('to/ken=1');
    const quoted = client.quote(
      `a\r\n\u001b[31m${SECRET} to/ken=1 ${encodeURIComponent('to/ken=1')} ${'x'.repeat(5000)}`,
    );
    expect(quoted).toMatch(/^a \[31m\[secret\] \[secret\] \[secret\] x+…$/);
    expect(quoted.length).toBeLessThan(320);
  });

  test('P10 of secrets that came later only the last few are looked for, of those configured all', () => {
    const client = clientOf('http://127.0.0.1:1');
    for (let n = 100; n < 200; n++) client.keepSecret(`token-${n}`);
    expect(client.quote(`${SECRET} token-199 token-198 token-100`)).toBe(
      '[secret] [secret] [secret] token-100',
    );
  });
});

describe('classifying', () => {
  test.each([
    [Object.assign(new Error(), { code: 'ETIMEDOUT', syscall: 'connect' }), 'not_sent'],
    [Object.assign(new Error(), { code: 'ETIMEDOUT', syscall: 'read' }), 'outcome_unknown'],
    [Object.assign(new Error(), { code: 'ECONNRESET' }), 'outcome_unknown'],
    [Object.assign(new Error(), { code: 'EPIPE' }), 'outcome_unknown'],
    [Object.assign(new Error(), { code: 'EAI_AGAIN' }), 'not_sent'],
    [Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }), 'not_sent'],
    [Object.assign(new Error(), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'not_sent'],
    [new Error('x', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }), 'not_sent'],
    ['a text', 'outcome_unknown'],
    [undefined, 'outcome_unknown'],
  ])('%o is %s', (thrown, kind) => expect(classifyFailure(thrown).kind).toBe(kind));

  test('P2 only what certainly did not happen counts as not sent', () => {
    fc.assert(
      fc.property(fc.string(), (code) => {
        const { kind } = classifyFailure(Object.assign(new Error(), { code: `X${code}` }));
        expect(kind).toBe('outcome_unknown');
      }),
    );
  });

  test.each([
    [301, 'unexpected_response'],
    [400, 'rejected'],
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [404, 'not_found'],
    [405, 'rejected'],
    [408, 'outcome_unknown'],
    [409, 'rejected'],
    [429, 'rate_limited'],
    [500, 'outcome_unknown'],
    [503, 'outcome_unknown'],
  ])('status %i is %s', (status, kind) => expect(kindOfStatus(status)).toBe(kind));
});

describe('Retry-After', () => {
  const now = new Date('2026-03-02T09:00:00Z');
  test.each([
    ['30', 30_000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Mon, 02 Mar 2026 09:00:20 GMT', 20_000],
    ['Mon, 02 Mar 2026 08:00:00 GMT', 0],
    ['999999999', 3_600_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%o is %o ms', (header, ms) => expect(parseRetryAfter(header, now)).toBe(ms));

  test('whatever is sent gives a waiting time within an hour or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (header) => {
        const ms = parseRetryAfter(header, now);
        if (ms !== undefined) expect(ms >= 0 && ms <= 3_600_000 && Number.isInteger(ms)).toBe(true);
      }),
    );
  });
});

describe('base URLs', () => {
  const of = (url: string) =>
    normaliseBaseUrl({ url, setting: 'FRESHDESK_URL', suffixes: ['/api/v2', '/api'] });
  test.each([
    ['https://acme.freshdesk.com', 'https://acme.freshdesk.com'],
    [' https://ACME.freshdesk.com/ ', 'https://acme.freshdesk.com'],
    ['https://acme.freshdesk.com/api/v2', 'https://acme.freshdesk.com'],
    ['https://acme.freshdesk.com/API/v2//', 'https://acme.freshdesk.com'],
    ['https://acme.freshdesk.com/api/v2?x=1#y', 'https://acme.freshdesk.com'],
    ['http://127.0.0.1:8080/sandbox/freshdesk/', 'http://127.0.0.1:8080/sandbox/freshdesk'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s', (given, expected) => expect(of(given)).toBe(expected));

  test.each([
    ['http://acme.freshdesk.com', 'clear text'],
    ['http://127.0.0.1.evil.example', 'clear text'],
    ['acme.freshdesk.com', 'not a web address'],
    ['ftp://acme.freshdesk.com', 'not a web address'],
    ['', 'not a web address'],
    [`https://user:${SECRET}@acme.freshdesk.com`, 'user name or password'],
  ])('P10 %s is refused', (given, words) => {
    expect(() => of(given)).toThrow(words);
    try {
      of(given);
    } catch (error) {
      expect(everythingIn(error)).not.toContain(SECRET);
    }
  });
});
