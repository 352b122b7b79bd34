import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { SlackCall } from './slack-client.ts';

/** To write, to write to people, and to find a message whose outcome is unknown. */
export const SLACK_SCOPES = [
  'chat:write',
  'im:write',
  'im:history',
  'channels:history',
  'groups:history',
] as const;

const Signed = z.object({
  user: z.string(),
  team: z.string(),
  response_metadata: z
    .object({ scopes: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
});

/** Who the token belongs to, and whether it may do all that is asked of it; nothing is sent. */
export async function probeSlack(call: SlackCall): Promise<string> {
  const { user, team, response_metadata } = await call({
    method: 'auth.test',
    args: {},
    what: 'tell who the token belongs to',
    schema: Signed,
  });
  const granted = response_metadata?.scopes;
  const missing = SLACK_SCOPES.filter((scope) => granted !== undefined && !granted.includes(scope));
  if (missing.length > 0) {
    throw new ConnectorError(
      'unauthorised',
      `The Slack app lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${missing.join(', ')}: add ` +
        `${missing.length === 1 ? 'it' : 'them'} under OAuth & Permissions and install the app again`,
    );
  }
  return `Slack knows the app as ${user} in ${team}.`;
}
