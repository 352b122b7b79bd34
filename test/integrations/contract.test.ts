import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { opsviewWebhook } from '../../src/http/opsview-webhook.ts';
import { problemHandler } from '../../src/http/problem.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import { uncounted } from '../../src/model/metrics.ts';
import { anAlert, finished, NOTIFY, PYTHON, run, SECRET, Site, stopEverything, until } from './support.ts';

const fixtures = join(import.meta.dirname, '../fixtures/opsview');
const log = { warn: () => {}, error: () => {} };

let kept: NewDelivery[];
let isStoreAway: boolean;
let server: Server;
let site: Site;
beforeEach(async () => {
  kept = [];
  isStoreAway = false;
  const keep = async (delivery: NewDelivery) => {
    if (isStoreAway) throw new Error('the store is away');
    kept.push(delivery);
    return 'kept' as const;
  };
  const app = express();
  app.use(opsviewWebhook({ keep, clock: systemClock, opsviewSecrets: [SECRET], metrics: uncounted, log }));
  app.use(problemHandler(log));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = new Site(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { forwarder: 'auto' });
});
afterEach(() => {
  stopEverything();
  server.closeAllConnections();
  server.close();
  site.remove();
});

const macrosOf = ({ body }: NewDelivery) => JSON.parse(body).macros;

describe.skipIf(PYTHON === undefined)('the script and the webhook agree', () => {
  test('P1 every recorded alert, from the script through the forwarder, is kept as it was and understood', async () => {
    const names = readdirSync(fixtures).filter((name) => name.endsWith('.json'));
    const alerts = names.map((name) => JSON.parse(readFileSync(join(fixtures, name), 'utf8')).macros);
    for (const macros of alerts) await site.notify(macros);
    await until(() => kept.length === alerts.length);
    expect(kept.map(macrosOf)).toEqual(expect.arrayContaining(alerts));
    expect(kept.filter(({ parked }) => parked)).toEqual([]);
  });

  test('the self-test passes, and what cannot be understood is parked there, not kept here', async () => {
    const selfTest = await run([NOTIFY, '--config', site.config, '--test']);
    expect(selfTest).toMatchObject({ code: 0, stdout: expect.stringContaining('Everything works.') });
    expect(kept[0]?.parked).toBeUndefined();
    await site.notify({ OPSVIEW_NAME: 'Shop', OPSVIEW_STATETEXT: 'OFFLINE' });
    await until(() => kept.length === 2 && site.files('queue').length === 0);
    expect(kept[1]?.parked).toBeDefined();
    expect(site.files('rejected')).toEqual([]);
  });

  test('P1 503 from a store that is away and 401 for a wrong secret keep the alert until it goes through', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    site.configure({ url, retry_max: '0.2', secret: 'another' });
    isStoreAway = true;
    await site.notify(anAlert('web01', 1));
    const end = finished(site.forward());
    await until(async () => String((await site.status()).last_error).includes('401'));
    site.configure({ url, retry_max: '0.2' });
    await until(async () => String((await site.status()).last_error).includes('503'));
    isStoreAway = false;
    expect((await end).code).toBe(0);
    expect(kept.map(macrosOf)).toEqual([anAlert('web01', 1)]);
  });
});
