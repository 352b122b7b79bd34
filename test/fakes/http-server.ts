import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer, type Socket } from 'node:net';

export type FakeServer = Readonly<{ url: string; port: number; close(): Promise<void> }>;

/** A real HTTP server on loopback. */
export async function startHttpServer(listener: RequestListener): Promise<FakeServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A real socket server on loopback, for what no HTTP server would answer. */
export async function startSocketServer(onRequest: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => onRequest(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type SeenRequest = Readonly<{
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
}>;
export type CannedAnswer = Readonly<{
  status?: number;
  /** Sent as JSON unless it is a text. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}>;

/** A server that answers what `answer` says and remembers every request. */
export async function startCannedServer(
  answer: (request: SeenRequest, index: number) => CannedAnswer,
): Promise<FakeServer & Readonly<{ seen: SeenRequest[] }>> {
  const seen: SeenRequest[] = [];
  const server = await startHttpServer(async (req, res) => {
    const request = await seenRequest(req);
    seen.push(request);
    send(res, answer(request, seen.length - 1));
  });
  return { ...server, seen };
}

async function seenRequest(req: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(req.url ?? '/', 'http://fake');
  return {
    method: req.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: req.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(res: ServerResponse, { status = 200, body, headers = {} }: CannedAnswer): void {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  res.end(text);
}
