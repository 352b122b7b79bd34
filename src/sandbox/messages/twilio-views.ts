import type { Clock } from '../../model/clock.ts';

/** What the telephone at a number does with texts and calls. */
export type TelephoneState = 'reachable' | 'off' | 'busy' | 'no-answer' | 'voicemail' | 'stopped';

export type Sent = Readonly<{
  sid: string;
  kind: 'sms' | 'voice';
  to: string;
  text: string;
  at: Date;
  /** Everything heard so far. */
  said: string[];
}> & { gatherUrl?: string };

/** A text is at the carrier at once and on the telephone a second later; a call rings for two. */
const DELIVERED_AFTER_MS = 1_000;
const ANSWERED_AFTER_MS = 2_000;

const UNANSWERED: Readonly<Record<string, string>> = {
  busy: 'busy',
  'no-answer': 'no-answer',
  off: 'failed',
};
const dateOf = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

type Parts = Readonly<{ clock: Clock; from: string; stateOf: (to: string) => TelephoneState }>;

/** Messages and calls as Twilio's interface shows them now. */
export function twilioViews({ clock, from, stateOf }: Parts) {
  const ageMs = ({ at }: Sent): number => clock.now().getTime() - at.getTime();
  const common = ({ sid, to, at }: Sent) => ({ sid, to, from, date_created: dateOf(at) });
  return {
    smsView(one: Sent) {
      const isArriving = ageMs(one) >= DELIVERED_AFTER_MS;
      const isLost = isArriving && stateOf(one.to) === 'off';
      return {
        ...common(one),
        body: one.text,
        status: isLost ? 'undelivered' : isArriving ? 'delivered' : 'queued',
        date_sent: isArriving ? dateOf(one.at) : null,
        error_code: isLost ? 30003 : null,
        error_message: isLost ? 'Unreachable destination handset' : null,
      };
    },
    callView(one: Sent) {
      const state = stateOf(one.to);
      const isOver = ageMs(one) >= ANSWERED_AFTER_MS;
      const status = isOver ? (UNANSWERED[state] ?? 'completed') : 'ringing';
      const answeredBy = state === 'voicemail' ? 'machine_start' : 'human';
      return { ...common(one), status, answered_by: status === 'completed' ? answeredBy : null };
    },
  };
}
