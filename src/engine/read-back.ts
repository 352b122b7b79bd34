import { ConnectorError } from '../connectors/connector-error.ts';
import type { Opsview } from '../connectors/opsview/opsview.ts';
import { tellsNews } from '../incidents/tells-news.ts';
import { serialiseReadBack } from '../intake/understand-read-back.ts';
import type { Alert } from '../model/alert.ts';
import { type CheckEvent, type ObjectKey, objectKeyText } from '../model/check-event.ts';
import * as alerts from '../store/alerts.ts';
import * as incidents from '../store/incidents.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

/** Objects per delivery: a decision of this size takes a moment, and a failing one puts off no more than these. */
const OBJECTS_PER_DELIVERY_MAX = 100;
/** Alerts looked at in one reading; what is beyond is looked at in the next ones, longest bad first. */
const KNOWN_BAD_MAX = 20_000;

/**
 * Looks at everything unhealthy in Opsview, and at everything believed unhealthy here; what differs enters the inbox.
 * Done by whichever process is the first to be due: the others find the turn taken.
 *
 * A reading that fails is logged and done again at the next turn; nothing is concluded from silence.
 */
export async function readBack(parts: EngineParts, opsview: Opsview): Promise<void> {
  const now = parts.clock.now();
  const policy = parts.policy();
  const isOurs = await takeTurn(parts.database.prisma, {
    name: 'read_back',
    everyMs: policy.read_back.every,
    now,
    taken: parts.turns,
  });
  if (!isOurs) return;
  try {
    const { objects, missing } = await readDifferences(parts, opsview);
    const readAt = parts.clock.now();
    const chunks = chunksOf(objects, OBJECTS_PER_DELIVERY_MAX);
    if (missing.length > 0 && chunks.length === 0) chunks.push([]);
    for (const [index, chunk] of chunks.entries()) {
      await parts.keep({
        source: 'read_back',
        deliveryId: `sweep:${parts.newId()}`,
        body: serialiseReadBack({
          kind: 'read_back',
          purpose: 'sweep',
          readAt: now,
          objects: chunk,
          missing: index === 0 ? missing : [],
        }),
        receivedAt: readAt,
      });
    }
    await parts.status.readBackDone(readAt);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    parts.log.warn(`The state in Opsview could not be read back: ${error.message}`, { kind: error.kind });
  }
}

type Differences = Readonly<{ objects: readonly CheckEvent[]; missing: readonly ObjectKey[] }>;

async function readDifferences(parts: EngineParts, opsview: Opsview): Promise<Differences> {
  const { prisma } = parts.database;
  const policy = parts.policy();
  const unhealthy = await opsview.readUnhealthy();
  const listed = new Set(unhealthy.map(objectKeyText));
  const believedBad = await alerts.unhealthyKeys(prisma, KNOWN_BAD_MAX);
  const { objects, missing } = await opsview.readObjects(
    believedBad.filter((key) => !listed.has(objectKeyText(key))),
  );
  const read = [...unhealthy, ...objects];
  const known = new Map(
    (await alerts.loadAlerts(prisma, read)).map((alert) => [objectKeyText(alert), alert]),
  );
  const open = await openAmong(prisma, [...known.values()]);
  const isNews = (event: CheckEvent): boolean => {
    const alert = known.get(objectKeyText(event));
    return tellsNews(event, alert, { policy, isInOpenIncident: open.has(alert?.incidentId ?? '') });
  };
  return { objects: read.filter(isNews), missing };
}

/** Of the incidents that these alerts were in last, those that are not closed. */
async function openAmong(
  prisma: EngineParts['database']['prisma'],
  among: readonly Alert[],
): Promise<ReadonlySet<string>> {
  const ids = new Set(among.flatMap(({ incidentId }) => incidentId ?? []));
  const found = await incidents.loadIncidents(prisma, [...ids]);
  return new Set(found.flatMap(({ id, status }) => (status === 'closed' ? [] : id)));
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
