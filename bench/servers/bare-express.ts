import type { AddressInfo } from 'node:net';
import express from 'express';
import { given, serveParent } from '../support/child.ts';
import type { CpuReport } from './intake-server.ts';

/** `receive` reads the body with Express's own reader and answers in JSON; `ignore` not even that. */
export type BareGiven = Readonly<{ does: 'receive' | 'ignore' }>;

/** What "bare Express" means in the table: Express 5 as it comes with one route, which checks and stores nothing. */
const app = express();
if (given<BareGiven>().does === 'receive') {
  app.post('/webhooks/opsview', express.raw({ type: 'application/json' }), (_req, res) => {
    res.status(202).json({ outcome: 'received' });
  });
} else app.post('/webhooks/opsview', (_req, res) => void res.status(202).end());
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serveParent<object, CpuReport>({ port }, { answer: async () => process.cpuUsage() });
});
