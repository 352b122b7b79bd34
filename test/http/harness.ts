import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type AppParts, createApp } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { startServer } from '../../src/http/server.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import type { LogMeta } from '../../src/model/logger.ts';

export const SECRET = 'the-secret-of-this-test';
export const FRESHDESK_SECRET = 'the-secret-of-freshdesk';
export const NOW = new Date('2026-11-20T17:40:00.000Z');

export const macros = {
  NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
  NAGIOS_NOTIFICATIONNUMBER: '1',
  NAGIOS_HOSTNAME: 'web01',
  NAGIOS_SERVICEDESC: 'HTTP',
  NAGIOS_SERVICESTATE: 'CRITICAL',
  NAGIOS_LASTSERVICECHECK: '1795196279',
  NAGIOS_TIMET: '1795196279',
};

export const envelope = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  version: 1,
  id: randomUUID(),
  sent_at: '2026-11-20T17:39:59Z',
  macros,
  ...changes,
});

export const hmac = (body: string | Buffer, at: string, secret = SECRET): string =>
  createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex');

export function signed(body: string | Buffer, at = NOW, secret = SECRET): string {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return `t=${timestamp},v1=${hmac(body, timestamp, secret)}`;
}

/** A running application over a store in memory that de-duplicates as the real one does. */
export async function startApp(changes: Partial<AppParts> = {}) {
  const kept: NewDelivery[] = [];
  const logged: { level: string; message: string; meta: LogMeta | undefined }[] = [];
  const log = (level: string) => (message: string, meta?: LogMeta) =>
    void logged.push({ level, message, meta });
  const time = { now: NOW };
  const { metrics, registry } = createMetrics();
  const app = createApp({
    keep: async (delivery) => {
      const isThere = kept.some(
        ({ deliveryId, eventKey }) =>
          deliveryId === delivery.deliveryId || (eventKey !== undefined && eventKey === delivery.eventKey),
      );
      if (isThere) return 'duplicate';
      kept.push(delivery);
      return 'kept';
    },
    clock: { now: () => time.now },
    opsviewSecrets: [SECRET],
    freshdeskSecrets: [FRESHDESK_SECRET],
    newId: randomUUID,
    metrics,
    registry,
    log: { warn: log('warn'), error: log('error') },
    trustProxy: 0,
    probes: {},
    figures: async () => ({
      inbox_waiting: 0,
      inbox_oldest_seconds: 0,
      timers_late_seconds: 0,
      outbox_waiting: 0,
      outbox_dead: 0,
    }),
    routers: [],
    ...changes,
  });
  const server = await startServer(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;

  const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/webhooks/opsview`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'Content-Type': 'application/json', 'X-Watchdesk-Signature': signed(body), ...headers },
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  const postHook = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/webhooks/freshdesk`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'Content-Type': 'application/json', 'X-Watchdesk-Secret': FRESHDESK_SECRET, ...headers },
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  return {
    app,
    url,
    port: server.port,
    kept,
    logged,
    time,
    metrics,
    post,
    postHook,
    stop: () => server.stop(1_000),
  };
}

/** Sends bytes as they are and returns everything that came back until the other side closed or fell silent. */
export function sendRaw(port: number, chunks: readonly (string | Buffer)[], silentMs = 300): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.setTimeout(silentMs, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
}
