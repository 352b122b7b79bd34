import { viaText } from '../escalation/channel-text.ts';
import type { LadderView } from '../escalation/describe-ladders.ts';
import type { RotationView, Turn } from '../escalation/on-call-overview.ts';
import type { Acknowledgement, Attempt, ChannelName, DirectorRung } from '../model/escalation.ts';
import type { PageKind } from '../model/page.ts';
import type { LineEscalation, PageState, RotationDays } from './escalation-view.ts';
import { atTime, duration } from './format.ts';

export const CHANNEL_NAMES: Readonly<Record<ChannelName, string>> = {
  email: 'E-mail',
  slack: 'Slack',
  telegram: 'Telegram',
  sms: 'Text message',
  voice: 'Call',
  webex: 'Webex',
  teams: 'Teams',
  google_chat: 'Google Chat',
  webhook: 'Webhook',
  ntfy: 'ntfy',
  pushover: 'Pushover',
};

export const PAGE_KIND_NAMES: Readonly<Record<PageKind, string>> = {
  escalation: 'Escalation',
  director: 'To the Director',
  last: 'Last to be told',
  announcement: 'Announces the Director',
  meeting: 'Meeting',
  estimate: 'Asks for an estimate',
  customer: 'To the customer',
  vendor: 'To the vendor',
  fault: 'Fault of the policy',
  status: 'Brings up to date',
  handover: 'Hand-over',
  test: 'Test',
};

export const PAGE_STATES: Readonly<Record<PageState, string>> = {
  waiting: 'waiting',
  sending: 'being sent',
  accepted: 'sent, not confirmed',
  delivered: 'delivered',
  failed: 'failed',
};

export const LADDER_STATES: Readonly<Record<LadderView['state'], string>> = {
  running: 'running',
  paused: 'rests',
  ended: 'over',
};

/** `in 12 min`; `now` for what is due. Nothing finer than ten seconds, so that a page does not flicker. */
export const countdown = (at: Date, now: Date): string =>
  at <= now ? 'now' : `in ${duration(Math.ceil((at.getTime() - now.getTime()) / 10_000) * 10_000)}`;

/** `Dana Ott, by Telegram, at 02:20 UTC`. */
export const takenText = ({ by, via, at }: Acknowledgement, now: Date): string =>
  `${by}, ${viaText(via)}, at ${atTime(at, now)}`;

/** `Level 2, next Manager at 03:00 UTC`; for a line of the overview. */
export function escalationStep({ level, next, hasIt }: LineEscalation, now: Date): string {
  const reached = level === 0 ? 'Nobody told yet' : `Level ${level}`;
  const holder = hasIt ? `, ${hasIt.by} has it` : '';
  if (!next?.at) return `${reached}${holder}`;
  return `${reached}${holder}; next ${next.name} ${next.at <= now ? 'now' : `at ${atTime(next.at, now)}`}`;
}

/** `Telegram failed: the bot was blocked`. */
export function attemptText({ channel, outcome, outcomeAt, why }: Attempt, now: Date): string {
  const name = CHANNEL_NAMES[channel];
  if (outcome === 'delivered') return `${name} delivered${outcomeAt ? ` at ${atTime(outcomeAt, now)}` : ''}`;
  if (outcome === 'failed') return `${name} failed${why ? `: ${why}` : ''}`;
  return why ? `${name}: ${why}` : `${name} on its way`;
}

export const attemptTone = ({ outcome }: Attempt): string =>
  outcome === 'delivered' ? 'sent' : outcome === 'failed' ? 'failed' : 'waiting';

/** How it stands with the Director's rung, and whether a person can still stop it. */
export function directorState(
  director: DirectorRung,
  now: Date,
): Readonly<{ text: string; canStop: boolean }> {
  const { toldAt, stopped, withheldWhy, firesAt } = director;
  if (toldAt) return { text: `Told at ${atTime(toldAt, now)}.`, canStop: false };
  if (stopped)
    return {
      text: `Stopped by ${stopped.by} at ${atTime(stopped.at, now)}: ${stopped.reason}`,
      canStop: false,
    };
  if (withheldWhy !== undefined) return { text: `Not told: ${withheldWhy}`, canStop: false };
  return {
    text: `Told at ${atTime(firesAt, now)}, ${countdown(firesAt, now)}, unless stopped.`,
    canStop: true,
  };
}

/** Ladders whose Director can be stopped now. */
export const stoppable = (ladders: readonly LadderView[], now: Date): readonly LadderView[] =>
  ladders.filter(
    ({ state, director }) => state === 'running' && director && directorState(director, now).canStop,
  );

/** `Sat 21 Nov, 09:00` by the rotation's clocks. */
export function localTime(at: Date, { timeZone }: Pick<RotationView, 'timeZone'>): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('day')} ${of('month')}, ${of('hour')}:${of('minute')}`;
}

export const localDay = (at: Date, { timeZone }: Pick<RotationView, 'timeZone'>) => ({
  weekday: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'narrow' }).format(at),
  day: new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric' }).format(at),
});

/** How many tones the strip has; more people share them, the list below names everybody. */
const STRIP_TONES = 5;
export const STRIP_WIDTH = 1_400;

/** The tone of a person in the strip; a gap has its own. */
export function turnTone({ turns }: Pick<RotationDays, 'turns'>, { person }: Turn): string {
  if (person === undefined) return 'gap';
  const people = [...new Set(turns.flatMap((turn) => turn.person ?? []))];
  return `tone-${people.indexOf(person) % STRIP_TONES}`;
}

/** Bars of the strip, in parts of STRIP_WIDTH. */
export function stripBars({ turns, from, to }: Pick<RotationDays, 'turns' | 'from' | 'to'>) {
  const place = (at: Date): number =>
    Math.round(((at.getTime() - from.getTime()) / (to.getTime() - from.getTime())) * STRIP_WIDTH);
  return turns.map((turn) => ({
    x: place(turn.from),
    width: Math.max(2, place(turn.to) - place(turn.from)),
    tone: turnTone({ turns }, turn),
    label: turnText(turn),
  }));
}

export const turnText = ({ name }: Turn): string => name ?? 'nobody';
