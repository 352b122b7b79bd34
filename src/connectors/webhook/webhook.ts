import { createHmac } from 'node:crypto';
import type { Page } from '../../model/page.ts';
import type { Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import type { ChannelParts } from '../channel-http.ts';
import { createNamedAddresses } from '../named-addresses.ts';

export type WebhookParts = ChannelParts & Readonly<{ webhook: NonNullable<ChannelAccess['webhook']> }>;

/** What another program is told of one page; docs/messages.md describes every field. */
const pageBody = ({ content, ...page }: Page) => ({
  kind: page.kind,
  priority: page.priority,
  recipient: page.recipient,
  recipient_name: page.recipientName,
  ...(page.incidentId !== undefined && { incident_id: page.incidentId }),
  ...(page.reference !== undefined && { reference: page.reference }),
  ...(page.ladder !== undefined && { ladder: page.ladder }),
  ...(page.rung !== undefined && { rung: page.rung }),
  ...(page.level !== undefined && { level: page.level }),
  subject: content.subject,
  sentence: content.sentence,
  facts: content.facts,
  ask: content.ask,
  history: content.history,
  links: content.links,
});

export const webhookBody = ({ id, sentAt, pages }: Message) => ({
  version: 1,
  id,
  sent_at: sentAt.toISOString(),
  pages: pages.map(pageBody),
});

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of t, a dot and the body>`, as we want it of those who call us. */
export function webhookSignature(secret: string, body: string, at: Date): string {
  const timestamp = Math.floor(at.getTime() / 1000);
  return `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Signed JSON to another program. */
export function createWebhookChannel({ webhook, ...parts }: WebhookParts): Channel {
  const rooms = createNamedAddresses(
    {
      ...parts,
      system: 'Webhook',
      setting: 'WEBHOOK_ADDRESSES',
      secrets: [webhook.secret],
      said: () => '',
      remedies: {
        unauthorised: 'compare WEBHOOK_SIGNING_SECRET on both sides, and the clocks of both machines',
        notFound: 'nothing listens there; correct the address in WEBHOOK_ADDRESSES',
        rejected: 'look into the log of the program at this address; docs/messages.md tells what it is sent',
      },
    },
    webhook.addresses,
  );
  return {
    name: 'webhook',
    async send(message) {
      const { http, path } = rooms.find(message.address);
      const body = webhookBody(message);
      await http.askText({
        method: 'POST',
        path,
        headers: {
          // Signed when it leaves: a repetition would else look too old.
          'X-Watchdesk-Signature': webhookSignature(webhook.secret, JSON.stringify(body), parts.clock.now()),
        },
        body,
        verb: 'send_pages',
        what: `tell ${message.recipientName}`,
      });
      return { externalId: message.id, state: 'delivered' };
    },
    /** It knows repetitions by `id`: what is sent again counts once. */
    find: async () => undefined,
    probe: async () =>
      `Webhook: addresses for ${rooms.names.join(', ')}; only a message tells whether they are good.`,
  };
}
