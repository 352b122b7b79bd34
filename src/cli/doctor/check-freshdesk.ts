import { ConnectorError } from '../../connectors/connector-error.ts';
import { readAccount, readOwnRoles } from '../../connectors/freshdesk/account-facts.ts';
import { PLAN_LIMITS } from '../../connectors/freshdesk/call-limits.ts';
import { readSelf } from '../../connectors/freshdesk/read-self.ts';
import type { RealSettings } from '../../settings.ts';
import type { FreshdeskAccount } from '../freshdesk-access.ts';
import { type Finding, fail, look, ok, warn } from './finding.ts';

type Parts = Readonly<{ freshdesk: FreshdeskAccount; settings: RealSettings }>;

/** The first look: without a key that works (`isIn`) no other check makes sense. */
export async function checkKey({
  freshdesk: { ask },
}: Parts): Promise<Readonly<{ isIn: boolean; finding: Finding }>> {
  const check = 'Freshdesk key';
  try {
    const self = await readSelf({ ask });
    const acts = `acts as ${self.name || 'agent'} (${self.email || self.id})`;
    if (self.hasGlobalScope) return { isIn: true, finding: ok(check, `${acts}, who sees all tickets`) };
    return {
      isIn: true,
      finding: fail(
        check,
        `${acts}, who does not see all tickets: notes on tickets of other groups would be refused`,
        'Freshdesk, Admin, Agents: give this agent global access',
      ),
    };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { isIn: false, finding: fail(check, error.message, 'check FRESHDESK_URL and FRESHDESK_API_KEY') };
  }
}

export const checkRole = ({ freshdesk: { ask } }: Parts): Promise<readonly Finding[]> =>
  look('Freshdesk role', 'Freshdesk, Admin, Agents: look at the roles of the agent', async () => {
    const roles = await readOwnRoles({ ask });
    if (roles.length > 0) return [ok('Freshdesk role', roles.join(', '))];
    return [
      warn(
        'Freshdesk role',
        'could not tell: Freshdesk names no role of the agent',
        'Freshdesk, Admin, Agents: an administrator may run setup, any agent with global access is enough to serve',
      ),
    ];
  });

/** What the account allows, and whether the setting says otherwise. */
export async function checkPlan({ freshdesk, settings }: Parts): Promise<readonly Finding[]> {
  const check = 'Freshdesk plan';
  const account = await readAccount(freshdesk).catch((error: unknown) => {
    if (!(error instanceof ConnectorError)) throw error;
    return { name: '', plan: '' }; // administrators only, perhaps: the limit tells enough
  });
  const total = freshdesk.told().callsPerMinute;
  const { callsPerMinute } = settings.freshdesk;
  const plan = account.plan === '' ? '' : `${account.plan}, `;
  if (total === undefined) {
    const found = `${plan}its limit of calls a minute is not told`;
    return [warn(check, found, 'set FRESHDESK_CALLS_PER_MINUTE to what the plan allows')];
  }
  const known = Object.entries(PLAN_LIMITS).find(([, { all }]) => all === total)?.[0];
  const found = `${plan}${total} calls a minute${known === undefined ? '' : `, as on the plan ${known}`}`;
  if (callsPerMinute !== undefined && callsPerMinute > total) {
    return [
      fail(
        check,
        `${found}, but FRESHDESK_CALLS_PER_MINUTE is ${callsPerMinute}`,
        'lower it, or leave it out to use what Freshdesk reports',
      ),
    ];
  }
  if (total <= PLAN_LIMITS.trial.all) {
    return [warn(check, found, 'enough to try Watchdesk; for a desk that is in use take Growth or higher')];
  }
  return [ok(check, found)];
}
