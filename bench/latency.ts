import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bench, Figure } from './figure.ts';
import { alertBody, objectOf, signatureOf } from './support/alerts.ts';
import { quantile, shown } from './support/numbers.ts';
import { type Product, startProduct, startStandIns, WEBHOOK_SECRET } from './support/product.ts';

const SAMPLES = 100;
const WARM_UP = 10;
const TICKET_MS_MAX = 5_000;
/** Until what the ticket brings along, such as its acknowledgement in Opsview, has been done. */
const QUIET_MS = 80;

/** An idle Watchdesk, one alert at a time: from the POST of the alert to the arrival of the request for its ticket. */
export const latency: Bench = async ({ databases, scope, say }) => {
  const figures: Figure[] = [];
  for (const kind of ['postgresql', 'embedded'] as const) {
    const own = scope.use(new AsyncDisposableStack());
    const plan = {
      run: randomUUID().slice(0, 8),
      count: SAMPLES + WARM_UP,
      hosts: 1_000,
      checks: 1,
      hostsPerGroup: 1,
    };
    let onCreate = (): void => {};
    const standIns = await startStandIns(own, {
      objects: Array.from({ length: plan.count }, (_, index) => objectOf(plan, index)),
      settings: { limits: { total: 100_000, create: 100_000, update: 100_000, list: 100_000 } },
      onCreate: () => onCreate(),
    });
    const product = await startProduct(own, {
      database: kind === 'postgresql' ? await databases.postgresql() : databases.embedded(),
      standInsUrl: standIns.url,
      policy: { alerts: { storm: { alerts: 10_000 } } }, // each sample gets a ticket of its own
    });
    await wait(1_000); // the first reading of Opsview is over
    const samples: number[] = [];
    for (let index = 0; index < plan.count; index++) {
      const at = new Date();
      const object = objectOf(plan, index);
      standIns.opsview.checks.setState(object.host, object.check, 'CRITICAL', undefined, { mode: 'silent' });
      await wait(QUIET_MS);
      const arrived = new Promise<number>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('No ticket was asked for.')), TICKET_MS_MAX);
        onCreate = () => {
          clearTimeout(late);
          resolve(performance.now());
        };
      });
      const { text } = alertBody(object, { state: 'CRITICAL', at });
      const postedAt = performance.now();
      await post(product, text, signatureOf(text, { secret: WEBHOOK_SECRET, at }));
      samples.push((await arrived) - postedAt);
    }
    samples.splice(0, WARM_UP);
    say(`${kind}: done`);
    await own.disposeAsync();
    figures.push(...figuresOf(kind, samples));
  }
  return figures;
};

async function post({ port }: Product, body: string, signature: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/webhooks/opsview`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Watchdesk-Signature': signature },
    body,
  });
  if (answer.status !== 202) throw new Error(`An alert was answered ${answer.status}.`);
}

function figuresOf(kind: string, samples: readonly number[]): readonly Figure[] {
  const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
  const measured = `idle, ${kind}: alert posted to ticket asked for`;
  return [
    {
      measured: `${measured}, median of ${samples.length}`,
      result: `${shown(p50)} ms`,
      wanted: '≤ 25 ms',
      holds: p50 <= 25,
    },
    { measured: `${measured}, p99`, result: `${shown(p99)} ms`, wanted: '≤ 100 ms', holds: p99 <= 100 },
  ];
}
