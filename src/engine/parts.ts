import type { Channels } from '../connectors/channel.ts';
import type { Freshdesk } from '../connectors/freshdesk/freshdesk.ts';
import type { Opsview } from '../connectors/opsview/opsview.ts';
import type { DecisionContext } from '../incidents/decision-context.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { DeskField } from '../model/desk-field.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import type { Policy } from '../policy/schema.ts';
import type { Database } from '../store/database.ts';
import type { Queue } from '../store/queue.ts';
import type { TurnsTaken } from '../store/turns.ts';

/** What the loops work with; made once by main.ts. */
export type EngineParts = Readonly<{
  database: Database;
  queue: Queue;
  keep: Keep;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** The policy in force; a reload replaces it between two decisions, never within one. */
  policy(): Policy;
  freshdesk: Freshdesk;
  /** Undefined when no Opsview is configured: then nothing is read back and nothing closes by monitoring. */
  opsview?: Opsview;
  /** Ways to tell people; a page for one that is missing fails with a reason. */
  channels: Channels;
  /** Links and names that decisions put into texts. */
  links: DecisionContext['links'];
  /** Our own pages, for whoever begins a shift. */
  homeUrl: string;
  ownOpsviewUser?: string;
  /** Custom fields that the account's tickets have, as last learnt. */
  deskFields(): ReadonlySet<DeskField>;
  /** Looks at them again when that is due. */
  learnDeskFields(): Promise<void>;
  /** Tickets made before Watchdesk came are left alone. */
  watchesTicketsSince: Date;
  newId(): string;
  /**
   * How long after a lost answer the other side may still finish the request, ms; longer than a call may take. Only after
   * that does "not found" mean "did not happen".
   */
  settleMs: number;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** What the pages and the readiness check tell about the other sides. */
  status: Readonly<{ readBackDone(at: Date): Promise<void> }>;
  /** When this process did last what one of all processes does at a time. */
  turns: TurnsTaken;
  /** Wakes the loops that a commit gave work to. */
  wake: Readonly<{ outbound(): void; inbox(): void; messages(): void }>;
}>;
