import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './database.ts';

/** Advisory lock that every Watchdesk process holds, shared, as long as it has the database open. */
const PRESENCE_LOCK = 0x57444b01; // "WDK", 1
const RECONNECT_DELAY_MS_MAX = 10_000;

type Session = Pick<Database, 'listen' | 'claimAlone' | 'close'>;

/**
 * One connection of its own for what belongs to a session: being present, and hearing notifications.
 * When it breaks it comes back by itself and tells every listener that something may have been missed.
 */
export async function openSession(config: pg.ClientConfig): Promise<Session> {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  let client: pg.Client;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client(config);
    next.on('error', () => undefined); // 'end' follows
    next.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''));
    try {
      await next.connect();
      await next.query('SELECT pg_advisory_lock_shared($1)', [PRESENCE_LOCK]);
      for (const channel of listeners.keys()) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    next.once('end', () => void reconnect());
  }

  async function reconnect(): Promise<void> {
    for (let delayMs = 100; !closed; delayMs = Math.min(delayMs * 2, RECONNECT_DELAY_MS_MAX)) {
      try {
        await connect();
        if (closed) return void (await client.end());
        for (const channel of listeners.keys()) tell(channel, '');
        return;
      } catch {
        await wait(delayMs, undefined, { ref: false }); // the pool reports the outage to whoever asks for something
      }
    }
  }

  function tell(channel: string, payload: string): void {
    for (const onNotification of listeners.get(channel) ?? []) onNotification(payload);
  }

  await connect();
  return {
    listen: async (channel, onNotification) => {
      const known = listeners.get(channel);
      if (known === undefined) {
        listeners.set(channel, new Set([onNotification]));
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      } else known.add(onNotification);
      return async () => {
        listeners.get(channel)?.delete(onNotification);
      };
    },
    claimAlone: async (work) => {
      const { rows } = await client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [
        PRESENCE_LOCK,
      ]);
      if (rows[0]?.alone !== true) return false;
      try {
        await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [PRESENCE_LOCK]);
      }
      return true;
    },
    close: async () => {
      closed = true;
      await client.end();
    },
  };
}
