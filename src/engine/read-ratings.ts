import { z } from 'zod';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { Rating } from '../connectors/freshdesk/list-ratings.ts';
import { serialisePerson } from '../intake/understand-person.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import * as tickets from '../store/tickets.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

const EVERY_MS = 5 * 60_000;
/** Read again each time, since ratings may be listed a little late; one that is known already is a duplicate. */
const OVERLAP_MS = 10 * 60_000;
const MEMO = 'ratings_read_until';

/**
 * Reads what customers rated since, where a ladder starts on a low rating. Freshdesk tells of ratings by no webhook that
 * a rule could send.
 */
export async function readRatings(parts: EngineParts): Promise<void> {
  const { database, clock, freshdesk, log } = parts;
  const { escalation, ladders } = parts.policy();
  const isAsked = Object.values(ladders).some(({ starts_on }) => starts_on.includes('low_rating'));
  if (!escalation.low_rating || !isAsked) return;
  const now = clock.now();
  const turn = { name: 'read_ratings', everyMs: EVERY_MS, now, taken: parts.turns };
  if (!(await takeTurn(database.prisma, turn))) return;
  const readUntil = await loadMemo(database.prisma, MEMO, z.coerce.date());
  const since = new Date((readUntil ?? now).getTime() - OVERLAP_MS);
  try {
    await tell(parts, await freshdesk.listRatings(since), now);
    await saveMemo(database.prisma, MEMO, now.toISOString(), now);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // Surveys may be off, or not in the plan: then nobody rates anything.
    if (error.kind === 'not_found' || error.kind === 'unauthorised')
      log.debug(`Satisfaction ratings cannot be read: ${error.message}`);
    else if (error.kind !== 'rate_limited') log.warn(`Satisfaction ratings were not read: ${error.message}`);
  }
}

/** Each is kept once, by its number, however often it is read. */
async function tell(parts: EngineParts, ratings: readonly Rating[], now: Date): Promise<void> {
  const unhappy = ratings.filter(({ mood }) => mood === 'unhappy');
  const found = await tickets.loadByFreshdeskIds(
    parts.database.prisma,
    unhappy.map(({ ticketId }) => ticketId),
  );
  for (const { id, ticketId, feedback } of unhappy) {
    const issue = found.find(({ freshdeskId }) => freshdeskId === ticketId);
    if (issue === undefined) continue;
    await parts.keep({
      source: 'person',
      deliveryId: `rating:${id}`,
      body: serialisePerson({
        kind: 'person',
        at: now,
        action: { do: 'rate', incidentId: issue.incidentId, ratingId: id, feedback },
      }),
      receivedAt: now,
    });
  }
}
