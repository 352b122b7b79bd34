import { z } from 'zod';
import type { CallBudget } from '../connectors/freshdesk/freshdesk.ts';
import type { Clock } from '../model/clock.ts';
import type { Metrics } from '../model/metrics.ts';
import { countDead } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { countWaiting } from '../store/deliveries.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import type { Queue } from '../store/queue.ts';
import { nextDueAt } from '../store/timers.ts';
import type { OtherSide, Reachability } from './reachability.ts';

const READ_BACK_MEMO = 'read_back_done';

type StatusParts = Readonly<{
  database: Database;
  queue: Queue;
  clock: Clock;
  budget: CallBudget;
  reachability: Readonly<{ of(side: OtherSide): Reachability }>;
  /** When a reading counts as overdue, ms. */
  readBackOverdueMs(): number;
}>;

export type Finding = Readonly<{ ok: boolean; detail: string }>;

/** How Watchdesk itself is, for the pages, the readiness check and the metrics. Counts are rows, ages milliseconds. */
export function createServiceStatus(parts: StatusParts) {
  const { database, queue, clock, budget, reachability } = parts;
  const ageMs = (since: Date | undefined): number =>
    since === undefined ? 0 : Math.max(0, clock.now().getTime() - since.getTime());
  const lastReadBackAt = () =>
    loadMemo(
      database.prisma,
      READ_BACK_MEMO,
      z.iso.datetime().transform((text) => new Date(text)),
    );

  async function figures() {
    const [{ waiting, oldestReceivedAt }, nextTimer, queues, dead] = await Promise.all([
      countWaiting(database.prisma),
      nextDueAt(database.prisma),
      queue.figures(),
      countDead(database.prisma),
    ]);
    return {
      inboxWaiting: waiting,
      inboxOldestMs: ageMs(oldestReceivedAt),
      timersLateMs: ageMs(nextTimer),
      queues,
      outboxWaiting: queues.reduce((sum, { ready, delayed, active }) => sum + ready + delayed + active, 0),
      outboxDead: dead + queues.reduce((sum, one) => sum + one.dead, 0),
    };
  }

  function callsLeft() {
    const { limits, left, blockedUntil } = budget.state();
    const isBlocked = blockedUntil.all !== undefined && blockedUntil.all > clock.now();
    return {
      used: limits.all - (left.all ?? limits.all),
      limit: limits.all,
      ...(isBlocked && blockedUntil.all ? { blockedUntil: blockedUntil.all } : {}),
    };
  }

  const finding = (side: OtherSide, name: string): Finding => {
    const { state, since, why } = reachability.of(side);
    if (state === 'unknown') return { ok: true, detail: `${name} has not been asked since the start.` };
    if (state === 'reachable') return { ok: true, detail: `${name} answers.` };
    return {
      ok: false,
      detail: `${name}: ${why ?? 'unreachable'}, since ${since?.toISOString() ?? 'unknown'}.`,
    };
  };

  return {
    figures,
    async readBackDone(at: Date): Promise<void> {
      await saveMemo(database.prisma, READ_BACK_MEMO, at.toISOString(), at);
    },
    /** For the pages. */
    async forPages() {
      const [{ outboxWaiting }, readAt] = await Promise.all([figures(), lastReadBackAt()]);
      return {
        freshdesk: reachability.of('freshdesk'),
        opsview: reachability.of('opsview'),
        outboxWaiting,
        apiBudget: callsLeft(),
        ...(readAt === undefined ? {} : { lastReadBackAt: readAt }),
      };
    },
    probes: {
      database: {
        isEssential: true,
        run: async (): Promise<Finding> => {
          await database.ping();
          return { ok: true, detail: 'The database answers.' };
        },
      },
      freshdesk: { isEssential: false, run: async () => finding('freshdesk', 'Freshdesk') },
      opsview: { isEssential: false, run: async () => finding('opsview', 'Opsview') },
      read_back: {
        isEssential: false,
        run: async (): Promise<Finding> => {
          const readAt = await lastReadBackAt();
          if (readAt === undefined) return { ok: true, detail: 'Opsview has not been read back yet.' };
          const isOverdue = ageMs(readAt) > parts.readBackOverdueMs();
          return { ok: !isOverdue, detail: `Opsview was last read back at ${readAt.toISOString()}.` };
        },
      },
    },
    /** Gauges that are read rather than counted. */
    async refresh(metrics: Metrics): Promise<void> {
      const now = await figures();
      metrics.queueDepth('inbox', now.inboxWaiting);
      metrics.queueAge('inbox', now.inboxOldestMs);
      for (const { queue: name, ready, delayed, active, dead, oldestReadyMs } of now.queues) {
        metrics.queueDepth(name, ready + delayed + active);
        metrics.queueDepth(`${name}_dead`, dead);
        metrics.queueAge(name, oldestReadyMs);
      }
      for (const [bucket, left] of Object.entries(budget.state().left)) metrics.budgetLeft(bucket, left);
    },
  };
}

export type ServiceStatus = ReturnType<typeof createServiceStatus>;
