import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

const SWEEP_MS = 50;

export type RunningServer = Readonly<{
  /** The port listened on, also when 0 was asked for. */
  port: number;
  /** Takes no further request and resolves when those under way are answered, at the latest after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}>;

/** Errors: rejects with one line that names HOST or PORT and the remedy when it cannot listen. */
export async function startServer(
  app: Express,
  { host, port }: Readonly<{ host: string; port: number }>,
): Promise<RunningServer> {
  let isStopping = false;
  const server = createServer(
    // A sender that dribbles bytes is cut off; idle connections outlive the 60 s that reverse proxies keep theirs.
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
    (req, res) => {
      if (isStopping) res.setHeader('Connection', 'close');
      app(req, res);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(cannotListen(error, host, port))),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: (graceMs) =>
      new Promise((resolve) => {
        isStopping = true;
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        // Senders keep their connections; each would hold up the stop for the whole grace once it is answered.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function cannotListen({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `PORT ${port} on ${host} is in use by another process; set PORT to a free one.`;
  if (code === 'EACCES') return `PORT ${port} may not be used by this user; set PORT to 1024 or more.`;
  if (code === 'EADDRNOTAVAIL') return `HOST ${host} is not an address of this machine; correct HOST.`;
  return `Cannot listen on HOST ${host}, PORT ${port} (${code ?? 'unknown error'}); correct them.`;
}
