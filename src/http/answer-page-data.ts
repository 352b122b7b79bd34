import type { ChildLink } from '../model/child-link.ts';

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

/** Undefined: not known, or no longer. Errors: rejects when the store is away; the page then asks to try again. */
export type AnswerPageData = Readonly<{
  confirmation(incidentId: string): Promise<Confirmation | undefined>;
  link(parentId: string, childId: string): Promise<SuggestedLink | undefined>;
}>;
