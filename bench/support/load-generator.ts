import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type AlertPlan, alertBody, objectOf, signedRequest } from './alerts.ts';
import { serveParent } from './child.ts';
import { quantile } from './numbers.ts';

/** `perSecond` spreads the requests over time; without it each connection sends as soon as it is answered. */
export type LoadOrder = Readonly<{
  port: number;
  secret: string;
  connections: number;
  plan: AlertPlan;
  perSecond?: number;
}>;

/** Times in ms. `statuses` counts the answers by HTTP status. */
export type LoadReport = Readonly<{
  perSecond: number;
  tookMs: number;
  p50: number;
  p99: number;
  statuses: Readonly<Record<string, number>>;
}>;

/**
 * The load comes from a process of its own, whose requests are made and signed before the clock runs, and which does no
 * more than write and count: on a machine of two cores a general load tool would use up what the database needs.
 */
async function run({ port, secret, connections, plan, perSecond }: LoadOrder): Promise<LoadReport> {
  const at = new Date();
  const requests = Array.from({ length: plan.count }, (_, index) =>
    signedRequest(alertBody(objectOf(plan, index), { state: 'CRITICAL', at }).text, { secret, at }),
  );
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const latencies = new Float64Array(requests.length);
  const statuses: Record<string, number> = {};
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const exchange = exchangeOver(socket);
      for (let index = next++; index < requests.length; index = next++) {
        if (perSecond !== undefined) await dueAt(startedAt + (index / perSecond) * 1000);
        const sentAt = performance.now();
        const status = await exchange(requests[index] as Buffer);
        latencies[index] = performance.now() - sentAt;
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  return {
    perSecond: (requests.length / tookMs) * 1000,
    tookMs,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    statuses,
  };
}

async function dueAt(instant: number): Promise<void> {
  const ms = instant - performance.now();
  if (ms > 0) await wait(ms);
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

const HEAD_END = '\r\n\r\n';

/** One request after the other on a kept connection; resolves to the status when the whole answer is there. */
function exchangeOver(socket: Socket): (request: Buffer) => Promise<string> {
  let received = '';
  let settle: { resolve(status: string): void; reject(error: Error): void } | undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
    if (received.length < headEnd + HEAD_END.length + length) return;
    const status = received.slice(9, 12);
    received = '';
    settle?.resolve(status);
  });
  const broken = (): void =>
    settle?.reject(new Error('The server closed a connection in the middle of the load.'));
  socket.on('close', broken).on('error', broken);
  return (request) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      socket.write(request);
    });
}

serveParent<LoadOrder, LoadReport>({}, { answer: run });
