import { DateTime } from 'luxon';
import {
  describeLadders,
  type Escalated,
  firstStep,
  holderOf,
  levelReached,
} from '../escalation/describe-ladders.ts';
import { onCallOverview } from '../escalation/on-call-overview.ts';
import type { Clock } from '../model/clock.ts';
import type { Policy } from '../policy/schema.ts';
import { idsOfNumbers } from '../store/console-desk.ts';
import type { Database } from '../store/database.ts';
import type { PageRow } from '../store/page-row.ts';
import { listRecent } from '../store/pages.ts';
import type { ActionOutcome, ConsoleData } from './console-view.ts';
import type { EscalationFacts, LineEscalation, PageLine, PageState } from './escalation-view.ts';

const PAGES_SHOWN_MAX = 100;
const DAYS_SHOWN = 14;

export type EscalationParts = Readonly<{
  database: Pick<Database, 'prisma'>;
  policy(): Policy;
  clock: Clock;
  /** Sends a message again that had failed. */
  resendPage(id: string): Promise<ActionOutcome>;
  /** Path of a rotation's calendar feed; absent where there is none. */
  feedPath?(rotation: string): string | undefined;
}>;

/** The pages' data about who is on call and who was told what. */
export function createEscalationData(
  parts: EscalationParts,
): Pick<ConsoleData, 'onCall' | 'pages' | 'resendPage'> {
  const { database, policy, clock, resendPage, feedPath } = parts;
  return {
    resendPage,

    onCall() {
      const now = clock.now();
      return Object.entries(policy().rotations).flatMap(([id, { time_zone }]) => {
        const midnight = DateTime.fromJSDate(now, {
          zone: time_zone ?? policy().defaults.time_zone,
        }).startOf('day');
        const days = Array.from({ length: DAYS_SHOWN }, (_, day) => midnight.plus({ days: day }).toJSDate());
        const [from, to] = [midnight.toJSDate(), midnight.plus({ days: DAYS_SHOWN }).toJSDate()];
        const feed = feedPath?.(id);
        return onCallOverview(policy(), { now, from, to, only: id }).map((rotation) => ({
          ...{ ...rotation, from, to, days },
          ...(feed !== undefined && { feed }),
        }));
      });
    },

    async pages(filter) {
      const { incidentNumber, recipient } = filter;
      const ids =
        incidentNumber === undefined ? undefined : await idsOfNumbers(database.prisma, [incidentNumber]);
      const incidentId = ids?.get(incidentNumber ?? 0);
      const isUnknown = incidentNumber !== undefined && incidentId === undefined;
      const rows = isUnknown
        ? []
        : await listRecent(database.prisma, { limit: PAGES_SHOWN_MAX, incidentId, recipient });
      return {
        filter,
        items: rows.map(pageLine),
        isCut: rows.length === PAGES_SHOWN_MAX,
        recipients: recipientsOf(policy()),
      };
    },
  };
}

/** People, rooms and vendors of the policy, by name. */
function recipientsOf({ people, rooms, vendors }: Policy) {
  const named = (prefix: string, all: Readonly<Record<string, Readonly<{ name: string }>>>) =>
    Object.entries(all).map(([key, { name }]) => ({ recipient: `${prefix}${key}`, name }));
  return [...named('', people), ...named('room:', rooms), ...named('vendor:', vendors)].toSorted((a, b) =>
    a.name.localeCompare(b.name, 'en'),
  );
}

function pageLine(row: PageRow): PageLine {
  const { payload, id, createdAt, attemptCount, failure } = row;
  const [, number] = /^WD-(\d+)$/.exec(payload.reference ?? '') ?? [];
  const { state, at } = stateOf(row);
  return {
    ...{ id, createdAt, attemptCount, state, at, kind: payload.kind, channel: payload.channel },
    ...{ recipient: payload.recipient, name: payload.recipientName, subject: payload.content.subject },
    ...(number !== undefined && { incidentNumber: Number(number) }),
    ...(failure !== undefined && { why: failure }),
  };
}

function stateOf(row: PageRow): Readonly<{ state: PageState; at: Date }> {
  if (row.deliveredAt) return { state: 'delivered', at: row.deliveredAt };
  if (row.failedAt) return { state: 'failed', at: row.failedAt };
  if (row.acceptedAt) return { state: 'accepted', at: row.acceptedAt };
  if (row.startedAt) return { state: 'sending', at: row.startedAt };
  return { state: 'waiting', at: row.tryAfter };
}

/** Undefined while no ladder, trigger or acknowledgement concerned it. */
export function lineEscalation(incident: Escalated, policy: Policy, now: Date): LineEscalation | undefined {
  if (!incident.escalation) return undefined;
  const ladders = describeLadders(incident, policy, now);
  const [next, hasIt] = [firstStep(ladders), holderOf(incident)];
  return { level: levelReached(ladders), ...(next && { next }), ...(hasIt && { hasIt }) };
}

export function escalationFacts(incident: Escalated, policy: Policy, now: Date): EscalationFacts {
  const line = lineEscalation(incident, policy, now) ?? { level: 0 };
  return {
    ...line,
    ladders: describeLadders(incident, policy, now),
    people: Object.values(policy.people)
      .map(({ name }) => name)
      .toSorted((a, b) => a.localeCompare(b, 'en')),
  };
}
