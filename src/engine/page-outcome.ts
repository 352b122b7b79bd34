import { serialisePage } from '../intake/understand-page.ts';
import type { NewDelivery } from '../model/delivery.ts';
import { keepWithin } from '../store/deliveries.ts';
import type { PageRow } from '../store/page-row.ts';
import * as pages from '../store/pages.ts';
import type { Tx } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

type Outcome =
  | Readonly<{ outcome: 'delivered'; externalId: string | undefined; now: Date }>
  | Readonly<{ outcome: 'failed'; why: string; now: Date }>;

/** Records what became of pages and tells the inbox in the same transaction, so that neither is known without the other. */
export async function tellOutcome(
  tx: Tx,
  { metrics }: Pick<EngineParts, 'metrics'>,
  bundle: readonly PageRow[],
  told: Outcome,
): Promise<void> {
  const { now, outcome } = told;
  const ids = bundle.map(({ id }) => id);
  const changed =
    outcome === 'delivered'
      ? await pages.markDelivered(tx, ids, { now, externalId: told.externalId })
      : await pages.markFailed(tx, ids, { now, failure: told.why });
  const news = bundle.filter(({ id }) => changed.includes(id));
  for (const { payload } of news) metrics.messageSent(payload.channel, outcome);
  await keepWithin(
    tx,
    news.flatMap(({ id, attemptCount, payload: { kind, incidentId, intent } }): NewDelivery[] =>
      // Nobody decides on a message that was only brought up to date.
      incidentId === undefined || kind === 'status'
        ? []
        : [
            {
              source: 'page',
              deliveryId: `${id}:${attemptCount}:${outcome}`,
              body: serialisePage({
                kind: 'page',
                incidentId,
                intent,
                outcome,
                why: outcome === 'failed' ? told.why : '',
                at: now,
              }),
              receivedAt: now,
            },
          ],
    ),
  );
}
