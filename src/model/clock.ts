/**
 * The only source of time. Deciding code takes `now` as an argument; acting code asks a Clock, so that a
 * test can move time by hand and never waits for it.
 */
export type Clock = Readonly<{
  /** The present instant, UTC. */
  now(): Date;
}>;

export const systemClock: Clock = { now: () => new Date() };
