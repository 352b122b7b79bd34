import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { WireButton } from './slack-blocks.ts';
import { type SlackStored, slackWire } from './slack-workspace.ts';

export type SlackPress = Readonly<{
  message: SlackStored;
  button: WireButton;
  /** Member id. */
  user: string;
  actionTs: string;
  /** Where an answer for this member alone goes. */
  responseUrl: string;
}>;

/** Sends a press to the app as Slack does, signed; throws when the app does not answer 200, where Slack shows a warning sign. */
export async function sendSlackPress(
  press: SlackPress,
  to: Readonly<{ webhookUrl: string; signingSecret: string; clock: Clock }>,
): Promise<void> {
  const { message, button, user, actionTs, responseUrl } = press;
  const { action_id, value } = button;
  const payload = JSON.stringify({
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase() },
    trigger_id: randomUUID(),
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
    channel: { id: message.channel },
    message: slackWire(message, true),
    response_url: responseUrl,
    actions: [{ type: 'button', action_id, ...(value !== undefined && { value }), action_ts: actionTs }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const at = String(Math.floor(to.clock.now().getTime() / 1_000));
  const signature = createHmac('sha256', to.signingSecret).update(`v0:${at}:${body}`).digest('hex');
  const answer = await fetch(to.webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
  if (!answer.ok) throw new Error(`Slack shows a warning sign: the button was answered ${answer.status}`);
}
