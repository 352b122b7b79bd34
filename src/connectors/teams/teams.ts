import { adaptiveCard } from '../adaptive-card.ts';
import type { Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import type { ChannelParts } from '../channel-http.ts';
import { ConnectorError } from '../connector-error.ts';
import { fitted, jsonBytes } from '../message-text.ts';
import { createNamedAddresses } from '../named-addresses.ts';

export type TeamsParts = ChannelParts & Readonly<{ teams: NonNullable<ChannelAccess['teams']> }>;

/** Of a whole message to a webhook; Teams drops larger ones. */
const MESSAGE_BYTES_MAX = 28 * 1024;

const bodyOf = (message: Message) =>
  fitted(
    message,
    (shown, title) => ({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: { ...adaptiveCard(shown, title), msteams: { width: 'Full' } },
        },
      ],
    }),
    { sizeOf: jsonBytes, max: MESSAGE_BYTES_MAX },
  );

function errorText(json: unknown): string {
  if (typeof json !== 'object' || json === null || !('error' in json)) return '';
  const { error } = json;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}

/**
 * Cards to Teams by the webhook of a workflow. It takes a card or refuses it, and knows nothing of it afterwards: what it
 * took counts as delivered.
 */
export function createTeamsChannel({ teams, ...parts }: TeamsParts): Channel {
  const rooms = createNamedAddresses(
    {
      ...parts,
      system: 'Teams',
      setting: 'TEAMS_WEBHOOKS',
      said: errorText,
      remedies: {
        unauthorised: 'make the workflow’s webhook anew and put its address into TEAMS_WEBHOOKS',
        notFound: 'the workflow is gone or switched off; put its present address into TEAMS_WEBHOOKS',
        rejected:
          'look at the workflow’s run history; it must begin with "When a Teams webhook request is received"',
      },
    },
    teams,
  );
  return {
    name: 'teams',
    async send(message) {
      const { http, path } = rooms.find(message.address);
      const text = await http.askText({
        method: 'POST',
        path,
        body: bodyOf(message),
        verb: 'send_card',
        what: `send a card to ${message.recipientName}`,
      });
      // The older kind of webhook tells a refusal with 200 and a sentence.
      const refused = /HTTP error (\d{3})/.exec(text)?.[1];
      if (refused === '429') {
        throw new ConnectorError(
          'rate_limited',
          `Teams takes no more cards for ${message.recipientName} now`,
          {
            status: 429,
            retryAfterMs: 60_000,
          },
        );
      }
      if (refused !== undefined) {
        throw new ConnectorError(
          'rejected',
          `Teams refused to send a card to ${message.recipientName} with ${refused}: replace the address in TEAMS_WEBHOOKS by that of a workflow`,
          { status: Number(refused) },
        );
      }
      return { externalId: message.id, state: 'delivered' };
    },
    probe: async () =>
      `Teams: addresses for ${rooms.names.join(', ')}; only a message tells whether they are good.`,
  };
}
