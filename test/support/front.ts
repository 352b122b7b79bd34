import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandboxApp, type Sandbox } from '../../src/sandbox/sandbox.ts';

/** What a call meets: `pass` lets it through; `held` lets it through once the promise is there. */
export type Meeting = Readonly<{
  /** Runs before the stand-in sees the call; false loses the call and its connection. */
  before?: () => Promise<boolean> | boolean;
  /** Runs when the call was carried out; the answer is lost with the connection. */
  after?: () => void;
}>;

/** Stands in front of the stand-ins and sees every call; what `meet` returns happens around it. */
export async function openFront(
  sandbox: Sandbox,
  meet: (call: Readonly<{ method: string; path: string }>) => Meeting | undefined,
) {
  const app = createSandboxApp(sandbox);
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const meeting = meet({ method: req.method ?? '', path: req.url ?? '' });
    if (meeting?.before && !(await meeting.before())) return void req.socket.destroy();
    const { after } = meeting ?? {};
    if (after) {
      res.end = () => {
        after();
        req.socket.destroy();
        return res;
      };
    }
    app(req, res);
  };
  const server = createServer((req, res) => void handle(req, res));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox`;
  return {
    freshdeskUrl: `${url}/freshdesk`,
    opsviewUrl: `${url}/opsview`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
