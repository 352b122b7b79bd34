import { describeLadders, firstStep, holderOf, levelReached } from './escalation/describe-ladders.ts';
import { onCallOverview } from './escalation/on-call-overview.ts';
import { personNamed } from './escalation/person-named.ts';
import { API_INCIDENTS_MAX, type ApiData, type ApiIncident } from './http/api-data.ts';
import type { Clock } from './model/clock.ts';
import type { Incident } from './model/incident.ts';
import type { Policy } from './policy/schema.ts';
import type { Database } from './store/database.ts';
import { findByNumber, listOpen } from './store/incidents.ts';
import { loadNumbers } from './store/tickets.ts';

type Parts = Readonly<{
  database: Pick<Database, 'prisma'>;
  policy(): Policy;
  clock: Clock;
  /** A ticket's page in Freshdesk. */
  ticketUrl(number: number): string;
}>;

/** How far `next` is looked for. */
const ON_CALL_MS = 60 * 24 * 60 * 60_000;

/** What /api tells, from the store and the policy in force. */
export function createApiData({ database: { prisma }, policy, clock, ticketUrl }: Parts): ApiData {
  async function whole(incidents: readonly Incident[]): Promise<readonly ApiIncident[]> {
    const tickets = await loadNumbers(
      prisma,
      incidents.map(({ id }) => id),
    );
    const numbers = new Map(tickets.map(({ incidentId, freshdeskId }) => [incidentId, freshdeskId]));
    const rules = policy();
    return incidents.map((incident) => {
      const ladders = describeLadders(incident, rules, clock.now());
      const [next, hasIt, number] = [firstStep(ladders), holderOf(incident), numbers.get(incident.id)];
      const { customerId, serviceId } = incident;
      return {
        ...{ incident, ladders, level: levelReached(ladders) },
        ...(next && { next }),
        ...(hasIt && { hasIt }),
        ...(customerId !== undefined && { customer: rules.customers[customerId]?.name ?? customerId }),
        ...(serviceId !== undefined && { service: rules.services[serviceId]?.name ?? serviceId }),
        ...(number !== undefined && { ticket: { number, url: ticketUrl(number) } }),
      };
    });
  }
  return {
    openIncidents: async (offset) => whole(await listOpen(prisma, { limit: API_INCIDENTS_MAX + 1, offset })),
    async incident(number) {
      const incident = await findByNumber(prisma, number);
      return incident && (await whole([incident]))[0];
    },
    onCall() {
      const now = clock.now();
      return onCallOverview(policy(), { now, from: now, to: new Date(now.getTime() + ON_CALL_MS) });
    },
    person: (by) => personNamed(policy(), by),
    hasLadder: ({ ladders }, key) =>
      policy().ladders[key] !== undefined || ladders.some(({ ladder }) => ladder === key),
  };
}
