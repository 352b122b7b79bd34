import { ConnectorError } from '../connector-error.ts';
import { createHttpClient } from '../http-client.ts';
import { escapeSlack } from './slack-text.ts';

const TIMEOUT_MS = 10_000;

/**
 * Shows whoever pressed a button a text that nobody else sees.
 *
 * @param apiUrl SLACK_API_URL: a stand-in for Slack may be answered too, besides Slack itself
 * @returns takes the address that came with the press; throws ConnectorError
 */
export function createWhisper(apiUrl: string): (responseUrl: string, text: string) => Promise<void> {
  return async (responseUrl, text) => {
    const url = URL.canParse(responseUrl) ? new URL(responseUrl) : undefined;
    const isSlack = url?.protocol === 'https:' && url.hostname.endsWith('.slack.com');
    if (!url || (!isSlack && url.origin !== new URL(apiUrl).origin))
      throw new ConnectorError('rejected', 'The address for an answer to a button is not Slack’s');
    const path = url.pathname + url.search;
    // Whoever knows the address may write there in our name, so it is kept out of messages.
    const http = createHttpClient({
      system: 'Slack',
      baseUrl: url.origin,
      secrets: [path],
      timeoutMs: TIMEOUT_MS,
    });
    const body = { response_type: 'ephemeral', replace_original: false, text: escapeSlack(text) };
    const answer = await http.send({ method: 'POST', path, body, what: 'answer a button' });
    if (answer.status >= 300)
      throw new ConnectorError('rejected', `Slack refused to answer a button with ${answer.status}`);
  };
}
