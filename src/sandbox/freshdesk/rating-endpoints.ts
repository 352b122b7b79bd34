import type { ApiCall, Endpoint } from './endpoint.ts';
import { listOf } from './endpoint.ts';
import type { SatisfactionRating, Ticket } from './state.ts';
import { nowOf, takeId, type World } from './world.ts';

/** What customers think of the help they got, from general knowledge of the API. */

const VALUES = { happy: 103, neutral: 100, unhappy: -103 } as const;
export type Mood = keyof typeof VALUES;

const SURVEY_ID = 158018700001;

/** As the requester does by the link in a mail of Freshdesk's. */
export function rateTicket(
  world: World,
  ticket: Ticket,
  { mood, feedback }: Readonly<{ mood: Mood; feedback: string }>,
): SatisfactionRating {
  const at = nowOf(world);
  const rating: SatisfactionRating = {
    id: takeId(world, 'nextOtherId'),
    survey_id: SURVEY_ID,
    user_id: ticket.requester_id,
    agent_id: ticket.responder_id,
    group_id: ticket.group_id,
    ticket_id: ticket.id,
    feedback,
    ratings: { default_question: VALUES[mood] },
    created_at: at,
    updated_at: at,
  };
  world.data.ratings.push(rating);
  return rating;
}

const view = (rating: SatisfactionRating) => rating;

function since({ query }: ApiCall): (rating: SatisfactionRating) => boolean {
  const from = query.created_since === undefined ? 0 : Date.parse(query.created_since);
  return ({ created_at }) => Date.parse(created_at) >= from;
}

export const RATING_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/surveys/satisfaction_ratings',
    run: (call) => listOf(call, call.world.data.ratings.filter(since(call)), view),
  },
  {
    method: 'get',
    path: '/tickets/:id/satisfaction_ratings',
    run: (call) =>
      listOf(
        call,
        call.world.data.ratings.filter(({ ticket_id }) => ticket_id === Number(call.params.id)),
        view,
      ),
  },
];
