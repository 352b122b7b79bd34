import { ConnectorError } from '../connectors/connector-error.ts';
import * as deskAgents from '../store/desk-agents.ts';
import { inTransaction } from '../store/transaction.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

/** Who is available changes by the minute, and matters only where Watchdesk assigns; names change rarely. */
const EVERY_MS_ASSIGNING = 60_000;
const EVERY_MS_NAMING = 3_600_000;

/** Reads Freshdesk's agents, for assignment and for their names in histories. By whichever process is first to be due. */
export async function readAgents(parts: EngineParts): Promise<void> {
  const { database, clock, freshdesk, log } = parts;
  const { handle, assignment } = parts.policy().tickets;
  if (!handle) return;
  const everyMs = assignment.method === 'none' ? EVERY_MS_NAMING : EVERY_MS_ASSIGNING;
  const now = clock.now();
  if (!(await takeTurn(database.prisma, { name: 'read_agents', everyMs, now, taken: parts.turns }))) return;
  try {
    const agents = await freshdesk.listAgents();
    await inTransaction(database, (tx) => deskAgents.saveAgents(tx, agents, now));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'rate_limited') return; // what was read last still holds
    log.warn(`Freshdesk's agents could not be listed: ${error.message}`, { kind: error.kind });
  }
}
