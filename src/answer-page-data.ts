import { recipientOf } from './escalation/recipient.ts';
import type { AnswerPageData, Confirmation, Escalating, Shown } from './http/answer-page-data.ts';
import { NO_ESCALATION } from './model/escalation.ts';
import { type Incident, incidentReference } from './model/incident.ts';
import type { Policy } from './policy/schema.ts';
import type { Database } from './store/database.ts';
import { loadIncidents } from './store/incidents.ts';
import { loadLink } from './store/ticket-links.ts';
import { loadNumbers } from './store/tickets.ts';

type Parts = Readonly<{ database: Pick<Database, 'prisma'>; policy(): Policy }>;

/** What the pages behind signed links show of an issue. */
export function createAnswerPageData({ database: { prisma }, policy }: Parts): AnswerPageData {
  const load = async (id: string): Promise<Incident | undefined> => (await loadIncidents(prisma, [id]))[0];
  return {
    async confirmation(incidentId) {
      const incident = await load(incidentId);
      const [ticket] = await loadNumbers(prisma, [incidentId]);
      return incident && ticket && confirmationOf(incident, ticket.freshdeskId);
    },
    async link(parentId, childId) {
      const link = await loadLink(prisma, { parentId, childId });
      const [parent, child] = [await load(parentId), await load(childId)];
      return link && parent && child && { parent: shown(parent), child: shown(child), state: link.state };
    },
    async escalating(incidentId, recipient) {
      const incident = await load(incidentId);
      return incident && escalatingOf(incident, recipient, policy());
    },
  };
}

const shown = (incident: Incident): Shown => ({
  reference: incidentReference(incident),
  subject: incident.desk.subject ?? incident.title,
});

/** Undefined for somebody outside: customers and vendors are informed, the page is for colleagues. */
export function escalatingOf(incident: Incident, recipient: string, policy: Policy): Escalating | undefined {
  const { status, version, priority, startedAt, owner, acknowledgedAt } = incident;
  const known = recipientOf(policy, recipient);
  if (known?.kind === 'customer' || known?.kind === 'vendor') return undefined;
  const name = known?.name ?? recipient;
  return {
    ...shown(incident),
    ...{ status, version, priority, startedAt },
    ...(owner !== undefined && { owner }),
    ...(acknowledgedAt && { acknowledgedAt }),
    escalation: incident.escalation ?? NO_ESCALATION,
    reader: {
      name: known?.kind === 'room' ? `somebody in ${name}` : name,
      timeZone: known?.timeZone ?? policy.defaults.time_zone,
      ...(known?.kind === 'person' && { person: recipient }),
    },
    ladderName: (ladder) => policy.ladders[ladder]?.name ?? ladder,
  };
}

/** Undefined when nobody was asked: an issue without a reporter has no links. */
function confirmationOf(incident: Incident, ticketId: number): Confirmation | undefined {
  const { reporter, desk } = incident;
  if (reporter === undefined) return undefined;
  const answer = desk.confirmation?.answer;
  return {
    ...shown(incident),
    ticketId,
    reporter: String(reporter.id),
    round: incident.reopenCount,
    isClosed: incident.status === 'closed',
    ...(desk.confirmation && answer
      ? { answered: { round: desk.confirmation.round, said: answer.said } }
      : {}),
    ...(reporter.language === undefined ? {} : { language: reporter.language }),
  };
}
