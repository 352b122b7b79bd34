import type { LadderView, NextRung } from '../escalation/describe-ladders.ts';
import type { RotationView } from '../escalation/on-call-overview.ts';
import type { Acknowledgement, ChannelName } from '../model/escalation.ts';
import type { PageKind } from '../model/page.ts';

/** What the pages show of escalation. Instants are UTC. */

/** How far an open issue has got. Absent: `next` when nothing is due by itself; `hasIt` while nobody said so. */
export type LineEscalation = Readonly<{ level: number; next?: NextRung; hasIt?: Acknowledgement }>;

export type EscalationFacts = LineEscalation &
  Readonly<{
    /** Those that are not over first. */
    ladders: readonly LadderView[];
    /** Whom a form offers as the one who tells. */
    people: readonly string[];
  }>;

/** One rotation with the days looked at; `from` is midnight of today by its clocks. */
export type RotationDays = RotationView &
  Readonly<{ from: Date; to: Date; days: readonly Date[]; feed?: string }>;

/** `accepted`: the other side took it, and has not told yet whether it arrived. */
export type PageState = 'waiting' | 'sending' | 'accepted' | 'delivered' | 'failed';

/** One message to one recipient. `at` is when it reached this state, or is tried next. */
export type PageLine = Readonly<{
  id: string;
  kind: PageKind;
  incidentNumber?: number;
  recipient: string;
  name: string;
  channel: ChannelName;
  subject: string;
  state: PageState;
  at: Date;
  createdAt: Date;
  attemptCount: number;
  why?: string;
}>;

export type PageFilter = Readonly<{ incidentNumber?: number; recipient?: string }>;
export type Pages = Readonly<{
  items: readonly PageLine[];
  filter: PageFilter;
  /** There may be older ones. */
  isCut: boolean;
  recipients: readonly Readonly<{ recipient: string; name: string }>[];
}>;
