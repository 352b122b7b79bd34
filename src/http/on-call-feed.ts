import { createHash, createHmac } from 'node:crypto';
import { type Request, Router } from 'express';
import { type OnCallFeed, onCallCalendar } from '../escalation/on-call-calendar.ts';
import type { Clock } from '../model/clock.ts';
import type { Policy } from '../policy/schema.ts';
import { isSameText } from './same-text.ts';

export type OnCallFeedParts = Readonly<{
  policy(): Policy;
  clock: Clock;
  /** With which links are signed; of this installation alone. */
  linkSecret: string;
}>;

/** Of an HMAC-SHA256: 144 bits, which base64url writes without a remainder. */
const TOKEN_BYTES = 18;
/** Calendars ask by themselves, most of them every few hours. */
const CACHE_SECONDS = 900;
const MONTHS_BACK = 1;
const MONTHS_AHEAD = 7;

/**
 * `GET /oncall/<token>.ics?rotation=<key>` or `?person=<key>`: shifts for calendar programs, from the month before the present
 * one until half a year ahead.
 *
 * The token is the right to read this one feed, since calendar programs cannot sign in. Whoever has none learns nothing,
 * not even which rotations there are.
 */
export function onCallFeed({ policy, clock, linkSecret }: OnCallFeedParts): Router {
  const made = new WeakMap<Policy, Map<string, Made>>();

  function calendarOf(inForce: Policy, feed: OnCallFeed): Made | undefined {
    const span = monthsAround(clock.now());
    const key = `${nameOf(feed)} ${span.from.toISOString()}`;
    const known = made.get(inForce) ?? new Map<string, Made>();
    made.set(inForce, known);
    const before = known.get(key);
    if (before) return before;
    const text = onCallCalendar(inForce, feed, span);
    if (text === undefined) return undefined;
    const now = { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` };
    known.set(key, now);
    return now;
  }

  const router = Router();
  router.get('/oncall/:token.ics', (req, res, next) => {
    const feed = feedOf(req);
    const isRight = feed !== undefined && isSameText(String(req.params.token), tokenOf(linkSecret, feed));
    const calendar = isRight ? calendarOf(policy(), feed) : undefined;
    if (!calendar) return void next(); // as if there were no such page
    res.set({
      'Cache-Control': `private, max-age=${CACHE_SECONDS}`,
      ETag: calendar.tag,
      'X-Robots-Tag': 'noindex',
    });
    if (req.fresh) return void res.status(304).end();
    res.type('text/calendar; charset=utf-8').send(calendar.text);
  });
  return router;
}

type Made = Readonly<{ text: string; tag: string }>;

/** The path of a feed with its token, such as `/oncall/kX…Q.ics?rotation=platform`; as secret as the shifts are. */
export function onCallFeedPath(linkSecret: string, feed: OnCallFeed): string {
  return `/oncall/${tokenOf(linkSecret, feed)}.ics?${new URLSearchParams(feed).toString()}`;
}

const tokenOf = (linkSecret: string, feed: OnCallFeed): string =>
  createHmac('sha256', linkSecret)
    .update(`watchdesk on-call feed\n${nameOf(feed)}`)
    .digest()
    .subarray(0, TOKEN_BYTES)
    .toString('base64url');

const nameOf = (feed: OnCallFeed): string =>
  'rotation' in feed ? `rotation ${feed.rotation}` : `person ${feed.person}`;

/** Exactly one of the two. */
function feedOf({ query }: Request): OnCallFeed | undefined {
  const { rotation, person } = query;
  if (typeof rotation === 'string' && person === undefined) return { rotation };
  if (typeof person === 'string' && rotation === undefined) return { person };
  return undefined;
}

/** Whole months, so that a shift that is cut at the beginning is the same entry for a month. */
const monthsAround = (now: Date) => ({
  from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_BACK, 1)),
  to: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS_AHEAD, 1)),
});
