import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';

/** What a customer thought of the help they got. `feedback` is in their words, untrusted. */
export type Rating = Readonly<{
  id: number;
  ticketId: number;
  mood: 'happy' | 'neutral' | 'unhappy';
  feedback: string;
  createdAt: Date;
}>;

/** Of all questions of a survey the lowest answer counts. [unverified]: -101 and lower are unhappy, 100 is neutral. */
const NEUTRAL = 100;

const RatingWire = z.object({
  id: z.int(),
  ticket_id: z.int().positive(),
  feedback: z.string().nullish(),
  ratings: z.record(z.string(), z.number().nullable()).catch({}),
  created_at: z.coerce.date(),
});

/** Ratings given at or after `since`. One page: what is more is found by the next look, which begins where this one ended. */
export async function listRatings(
  { ask }: Pick<FreshdeskCall, 'ask'>,
  since: Date,
): Promise<readonly Rating[]> {
  const { body } = await ask({
    method: 'GET',
    path: '/surveys/satisfaction_ratings',
    query: [
      ['created_since', since.toISOString().replace(/\.\d{3}Z$/, 'Z')],
      ['per_page', '100'],
    ],
    kind: 'other',
    verb: 'list_ratings',
    what: 'list satisfaction ratings',
    schema: z.array(RatingWire),
  });
  return body.flatMap(({ id, ticket_id, feedback, ratings, created_at }) => {
    const answers = Object.values(ratings).filter((value) => value !== null);
    if (answers.length === 0) return [];
    const lowest = Math.min(...answers);
    const mood = lowest < 0 ? 'unhappy' : lowest <= NEUTRAL ? 'neutral' : 'happy';
    return [{ id, ticketId: ticket_id, mood, feedback: feedback ?? '', createdAt: created_at } as const];
  });
}
