import { z } from 'zod';
import type { Arrival, Channel } from '../channel.ts';
import { smsText } from './sms-text.ts';
import { createTwilioHttp, isMadeSince, probeTwilio, type TwilioParts } from './twilio-http.ts';

const MessageWire = z.object({
  sid: z.string().min(1),
  status: z.string(),
  error_code: z.int().nullish(),
  error_message: z.string().nullish(),
});
const MessagesWire = z.object({
  messages: z.array(
    z.object({
      sid: z.string().min(1),
      body: z.string().nullable(),
      date_created: z.string(),
      status: z.string(),
    }),
  ),
});

/** Newest first; to one number there are never so many within minutes. */
const LISTED_MAX = 50;

function arrivalOf({ status, error_code, error_message }: z.infer<typeof MessageWire>): Arrival {
  // `sent` is with the carrier; some never say more, and then the time allowed for delivery decides.
  if (status === 'delivered' || status === 'read') return { state: 'delivered' };
  if (status !== 'failed' && status !== 'undelivered' && status !== 'canceled') return { state: 'accepted' };
  const code = error_code ? ` (Twilio error ${error_code})` : '';
  return {
    state: 'failed',
    why: `text message ${status}${code}${error_message ? `: ${error_message}` : ''}`,
  };
}

/** Text messages. The carrier's report of delivery is asked for by `check`. */
export function createSmsChannel(parts: TwilioParts): Channel {
  const twilio = createTwilioHttp(parts);
  const { from } = parts.twilio;
  return {
    name: 'sms',
    async send(message) {
      const { sid } = await twilio.ask({
        method: 'POST',
        path: `${twilio.account}/Messages.json`,
        form: [
          ['To', message.address],
          ['From', from],
          ['Body', smsText(message)],
        ],
        verb: 'send_sms',
        what: `send a text message to ${message.recipientName}`,
        schema: MessageWire,
      });
      return { externalId: sid, state: 'accepted' };
    },
    async check(externalId) {
      return arrivalOf(
        await twilio.ask({
          method: 'GET',
          path: `${twilio.account}/Messages/${encodeURIComponent(externalId)}.json`,
          verb: 'check_sms',
          what: 'read the state of a text message',
          schema: MessageWire,
        }),
      );
    },
    /** No DateSent in the query: it would hide a message that still waits to be sent. */
    async find(message) {
      const { messages } = await twilio.ask({
        method: 'GET',
        path: `${twilio.account}/Messages.json`,
        query: [
          ['To', message.address],
          ['From', from],
          ['PageSize', String(LISTED_MAX)],
        ],
        verb: 'find_sms',
        what: `look for a text message to ${message.recipientName}`,
        schema: MessagesWire,
      });
      const bodies = [true, false].map((mayBeRepeat) => smsText({ ...message, mayBeRepeat }));
      const found = messages.find(
        ({ body, date_created }) =>
          body !== null && bodies.includes(body) && isMadeSince(date_created, message.sentAt),
      );
      return found && { externalId: found.sid, state: 'accepted' };
    },
    probe: () => probeTwilio(twilio),
  };
}
