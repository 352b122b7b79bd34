import type { ChildLink } from '../model/child-link.ts';
import type { EscalationState } from '../model/escalation.ts';
import type { IncidentStatus } from '../model/incident.ts';
import type { Priority } from '../model/priority.ts';

/** What a page may show of an issue: who has the link has the mail, and knows both. */
export type Shown = Readonly<{
  /** `WD-42`. */
  reference: string;
  /** As people wrote it, untrusted. */
  subject: string;
}>;

/**
 * What the reporter is asked about, and what was answered.
 *
 * Absent: `answered` until there is an answer; it may be of an earlier round, as a “no” that reopened the request is.
 *         `language` when Freshdesk does not tell the reporter's.
 */
export type Confirmation = Shown &
  Readonly<{
    ticketId: number;
    /** As in the signed link. */
    reporter: string;
    /** The incident's `reopenCount` now: links of an older round are over. */
    round: number;
    isClosed: boolean;
    answered?: Readonly<{ round: number; said: 'yes' | 'no' }>;
    language?: string;
  }>;

export type SuggestedLink = Readonly<{ parent: Shown; child: Shown; state: ChildLink['state'] }>;

/**
 * An incident that people are told of, and whoever has the link.
 *
 * Absent: `owner` while nobody has it; `acknowledgedAt` too; `reader.person` when the link went to a room or to somebody
 *         outside.
 */
export type Escalating = Shown &
  Readonly<{
    status: IncidentStatus;
    /** Grows with every change. */
    version: number;
    priority: Priority;
    startedAt: Date;
    owner?: string;
    acknowledgedAt?: Date;
    escalation: EscalationState;
    reader: Readonly<{ name: string; person?: string; timeZone: string }>;
    /** Of a ladder, by its key. */
    ladderName(ladder: string): string;
  }>;

/** Undefined: not known, or no longer. Errors: rejects when the store is away; the page then asks to try again. */
export type AnswerPageData = Readonly<{
  confirmation(incidentId: string): Promise<Confirmation | undefined>;
  link(parentId: string, childId: string): Promise<SuggestedLink | undefined>;
  /** @param recipient whom the link names; see Told in model/escalation.ts */
  escalating(incidentId: string, recipient: string): Promise<Escalating | undefined>;
}>;
