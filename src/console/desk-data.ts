import { personNamed } from '../escalation/person-named.ts';
import { fieldName, valueName } from '../incidents/desk/desk-names.ts';
import { serialisePerson } from '../intake/understand-person.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { Metrics } from '../model/metrics.ts';
import type { PersonAction } from '../model/person-event.ts';
import type { OwnedField } from '../model/ticket-event.ts';
import type { Policy } from '../policy/schema.ts';
import * as desk from '../store/console-desk.ts';
import type { Database } from '../store/database.ts';
import { listAgentNames } from '../store/desk-agents.ts';
import { countByRule } from '../store/people-changes.ts';
import type { ConsoleData } from './console-view.ts';
import type { PersonWish } from './desk-view.ts';
import { groupName } from './incident-data.ts';
import { optional } from './optional.ts';

const LISTED_MAX = 100;
const DAY_MS = 24 * 60 * 60_000;

export type DeskParts = Readonly<{
  database: Database;
  policy(): Policy;
  clock: Clock;
  ticketUrl(number: string): string;
  /** Puts what a person told into the inbox; resolves after the commit. */
  keep: Keep;
  newId(): string;
  metrics: Pick<Metrics, 'deliveryKept'>;
}>;

/** The console has one password for everybody, so it cannot tell who told something. */
export const TOLD_BY = 'Somebody in the console';

type DeskData = Pick<ConsoleData, 'problems' | 'suggestions' | 'peopleChanges' | 'tell' | 'cameOf'>;

/** The pages' data about what people report, link and change. */
export function createDeskData(parts: DeskParts): DeskData {
  const { prisma } = parts.database;
  return {
    async problems() {
      const policy = parts.policy();
      const [rows, backlog] = await Promise.all([
        desk.openProblems(prisma, LISTED_MAX),
        desk.deskBacklog(prisma, parts.clock.now()),
      ]);
      const agents = await listAgentNames(
        prisma,
        rows.flatMap(({ agentId }) => agentId ?? []),
      );
      const items = rows.map(({ number, title, status, openedAt, ...row }) => {
        const owner =
          row.owner ??
          agents.find(({ id }) => id === row.agentId)?.name ??
          groupName(policy, row.assignmentGroup);
        const customer = row.customerId && (policy.customers[row.customerId]?.name ?? row.customerId);
        const ticket = row.ticketNumber && {
          number: row.ticketNumber,
          url: parts.ticketUrl(row.ticketNumber),
        };
        return {
          ...{ number, title, status, openedAt },
          ...optional('customer', customer),
          ...optional('owner', owner),
          ...optional('dueAt', row.dueAt),
          ...(ticket && { ticket }),
          ...(row.forNumber !== undefined && {
            openedFor: { number: row.forNumber, title: row.forTitle ?? '' },
          }),
        };
      });
      return { items, count: backlog.problems, overdue: backlog.problemsOverdue };
    },

    async suggestions() {
      const [items, { suggestions }] = await Promise.all([
        desk.suggestedLinks(prisma, LISTED_MAX),
        desk.deskBacklog(prisma, parts.clock.now()),
      ]);
      return { items, count: suggestions };
    },

    async peopleChanges(days) {
      const since = new Date(parts.clock.now().getTime() - days * DAY_MS);
      const rows = await countByRule(prisma, { since, limit: LISTED_MAX });
      const agents = await listAgentNames(
        prisma,
        rows.flatMap(({ field, mostChosen }) =>
          field === 'responderId' && /^\d+$/.test(mostChosen) ? Number(mostChosen) : [],
        ),
      );
      const names = { policy: parts.policy(), agents };
      return rows.map((row) => {
        const field = row.field as OwnedField;
        return { ...row, field: fieldName(field), mostChosen: valueName(field, row.mostChosen, names) };
      });
    },

    async tell(wish) {
      const numbers = wish.do === 'link' ? [wish.parent, wish.child] : [wish.number];
      const ids = await desk.idsOfNumbers(prisma, numbers);
      if (numbers.some((number) => !ids.has(number))) return undefined;
      const id = parts.newId();
      await keepAction(
        parts,
        id,
        actionOf(wish, (number) => ids.get(number) ?? '', parts.policy()),
      );
      return { id };
    },

    cameOf: (id) => desk.decisionOf(prisma, id),
  };
}

async function keepAction(
  { clock, keep, metrics }: DeskParts,
  deliveryId: string,
  action: PersonAction,
): Promise<void> {
  const at = clock.now();
  const body = serialisePerson({ kind: 'person', at, action });
  await keep({ source: 'person', deliveryId, body, receivedAt: at });
  metrics.deliveryKept('person');
}

function actionOf(wish: PersonWish, idOf: (number: number) => string, policy: Policy): PersonAction {
  const by = TOLD_BY;
  switch (wish.do) {
    case 'record_confirmation': {
      const { number, ...record } = wish;
      return { ...record, incidentId: idOf(number), by };
    }
    case 'link':
      return {
        do: 'link',
        parentId: idOf(wish.parent),
        childId: idOf(wish.child),
        answer: wish.answer,
        by,
      };
    case 'unlink':
      return { do: 'unlink', childId: idOf(wish.number), by };
    case 'create_problem':
      return { do: 'create_problem', incidentId: idOf(wish.number), what: wish.what, by };
    case 'acknowledge': {
      const person = personNamed(policy, wish.by);
      return {
        ...{ do: 'acknowledge', incidentId: idOf(wish.number), by: person?.name ?? wish.by, via: 'console' },
        ...(person && { person: person.key }),
        ...optional('ladder', wish.ladder),
      };
    }
    case 'escalate':
    case 'stop_director': {
      const { number, ...said } = wish;
      return { ...said, incidentId: idOf(number), by: personNamed(policy, wish.by)?.name ?? wish.by };
    }
    case 'draft_article':
      return { do: 'draft_article', incidentId: idOf(wish.number), by };
  }
}
