import { z } from 'zod';
import type { Arrival, Channel } from '../channel.ts';
import { createTwilioHttp, isMadeSince, probeTwilio, type TwilioParts } from './twilio-http.ts';
import { callTwiml, spokenOf } from './twiml.ts';

const CallWire = z.object({ sid: z.string().min(1), status: z.string(), answered_by: z.string().nullish() });
const CallsWire = z.object({
  calls: z.array(z.object({ sid: z.string().min(1), date_created: z.string() })),
});

const LISTED_MAX = 50;
/** Longer and most mailboxes take the call. */
const RING_SECONDS = 30;

const UNANSWERED: Readonly<Record<string, string>> = {
  busy: 'the line was busy',
  'no-answer': 'nobody answered the call',
  failed: 'the call could not be connected',
  canceled: 'the call was cancelled',
};

function arrivalOf({ status, answered_by: answeredBy }: z.infer<typeof CallWire>): Arrival {
  const why = UNANSWERED[status];
  if (why !== undefined) return { state: 'failed', why };
  if (status !== 'completed' && status !== 'in-progress') return { state: 'accepted' };
  if (answeredBy?.startsWith('machine')) return { state: 'failed', why: 'voicemail answered the call' };
  if (answeredBy === 'fax') return { state: 'failed', why: 'a fax machine answered the call' };
  return { state: status === 'completed' || answeredBy === 'human' ? 'delivered' : 'accepted' };
}

/**
 * Calls that say the message and wait for a key. Delivered is only one that a person answered: a voicemail is no proof that
 * anybody heard it.
 */
export function createVoiceChannel({
  publicUrl,
  ...parts
}: TwilioParts & Readonly<{ publicUrl: string }>): Channel {
  const twilio = createTwilioHttp(parts);
  const { from } = parts.twilio;
  return {
    name: 'voice',
    async send(message) {
      const canBeTaken = message.pages.some(({ content }) => content.links.acknowledge !== undefined);
      const { sid } = await twilio.ask({
        method: 'POST',
        path: `${twilio.account}/Calls.json`,
        form: [
          ['To', message.address],
          ['From', from],
          [
            'Twiml',
            callTwiml({
              pages: spokenOf(message.pages),
              mayBeRepeat: message.mayBeRepeat,
              ...(canBeTaken && { answerUrl: `${publicUrl}/webhooks/twilio/voice/${message.id}` }),
            }),
          ],
          ['Timeout', String(RING_SECONDS)],
          ['MachineDetection', 'Enable'],
        ],
        verb: 'call',
        what: `call ${message.recipientName}`,
        schema: CallWire,
      });
      return { externalId: sid, state: 'accepted' };
    },
    async check(externalId) {
      return arrivalOf(
        await twilio.ask({
          method: 'GET',
          path: `${twilio.account}/Calls/${encodeURIComponent(externalId)}.json`,
          verb: 'check_call',
          what: 'read the state of a call',
          schema: CallWire,
        }),
      );
    },
    /** A call shows nothing of what it says; to one number no two begin within the seconds in which one is looked for. */
    async find(message) {
      const { calls } = await twilio.ask({
        method: 'GET',
        path: `${twilio.account}/Calls.json`,
        query: [
          ['To', message.address],
          ['From', from],
          ['PageSize', String(LISTED_MAX)],
        ],
        verb: 'find_call',
        what: `look for a call to ${message.recipientName}`,
        schema: CallsWire,
      });
      const found = calls.findLast(({ date_created }) => isMadeSince(date_created, message.sentAt));
      return found && { externalId: found.sid, state: 'accepted' };
    },
    probe: () => probeTwilio(twilio),
  };
}
