import { ConnectorError } from '../connectors/connector-error.ts';
import type { Freshdesk, TicketField } from '../connectors/freshdesk/freshdesk.ts';
import type { Opsview } from '../connectors/opsview/opsview.ts';
import type { Logger } from '../model/logger.ts';

/**
 * Asks both sides once after the start who they are, so that a wrong key, a missing right or a field that would refuse
 * every ticket is told at once and not at the first alert of the night. What is found is logged; nothing stops.
 */
export async function greetOtherSides(
  parts: Readonly<{ freshdesk: Freshdesk; opsview: Opsview; log: Logger }>,
): Promise<void> {
  const { freshdesk, opsview, log } = parts;
  await tell(log, 'Freshdesk', async () => {
    const self = await freshdesk.readSelf();
    log.info(`Freshdesk answers; Watchdesk acts as agent ${self.name}`, { agentId: self.id });
    if (!self.hasGlobalScope) {
      log.error(
        `The Freshdesk agent ${self.name} has no global ticket scope: notes on tickets of other groups would be refused. ` +
          'Give it global access in Freshdesk, Admin, Agents',
      );
    }
    for (const fault of faultsOf(await freshdesk.readTicketFields())) log.error(fault);
  });
  await tell(log, 'Opsview', async () => {
    const { version } = await opsview.readInfo();
    log.info(`Opsview ${version} answers`);
  });
}

async function tell(log: Logger, side: string, ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const meta = { kind: error.kind };
    if (error.kind === 'unauthorised') log.error(`${side} refuses Watchdesk: ${error.message}`, meta);
    else log.warn(`${side} did not answer at the start; Watchdesk goes on trying: ${error.message}`, meta);
  }
}

/** What in the account's ticket fields would make Freshdesk refuse our tickets. */
export function faultsOf(fields: readonly TicketField[]): readonly string[] {
  const types = fields.find(({ type }) => type === 'default_ticket_type')?.choices ?? [];
  const hasIncident = types.length === 0 || types.some(({ label }) => label === 'Incident');
  const demanded = fields.filter(
    ({ name, isRequiredForAgents }) => isRequiredForAgents && name.startsWith('cf_'),
  );
  return [
    ...(hasIncident
      ? []
      : [
          'Freshdesk has no ticket type Incident, so it would refuse every ticket: add the type in Admin, Ticket Fields',
        ]),
    ...demanded.map(
      ({ label }) =>
        `The Freshdesk field “${label}” is mandatory for agents and Watchdesk does not fill it, so tickets may be refused: ` +
        'make it optional in Admin, Ticket Fields',
    ),
  ];
}
