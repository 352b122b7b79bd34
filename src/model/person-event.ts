import type { AcknowledgedVia } from './escalation.ts';

/**
 * What somebody told Watchdesk on one of its own pages: the reporter by a signed link, an agent by a link in a note or in
 * the console. `by` is how that person is named in the history, as given; it is no proof of who it was.
 */
export type PersonAction =
  /** The reporter's answer. `round` is the incident's `reopenCount` when it was asked. */
  | Readonly<{ do: 'confirm'; incidentId: string; round: number; answer: 'yes' | 'no'; words: string }>
  /** An agent's record of who confirmed, how and when. */
  | Readonly<{
      do: 'record_confirmation';
      incidentId: string;
      who: string;
      how: string;
      when: Date;
      by: string;
    }>
  /** Accepts or declines a suggested link, or links by hand. */
  | Readonly<{ do: 'link'; parentId: string; childId: string; answer: 'accept' | 'decline'; by: string }>
  | Readonly<{ do: 'unlink'; childId: string; by: string }>
  /** Opens a Problem ticket for missing documentation. */
  | Readonly<{ do: 'create_problem'; incidentId: string; what: string; by: string }>
  | Readonly<{ do: 'draft_article'; incidentId: string; by: string }>
  /**
   * Somebody has it: the incident, or with `ladder` what that ladder asks of people (a duty, the Director's rung, a
   * relationship). `person` is a key from `people` where that is known.
   */
  | Readonly<{
      do: 'acknowledge';
      incidentId: string;
      ladder?: string;
      by: string;
      person?: string;
      via: AcknowledgedVia;
    }>
  /** The reporter was unhappy with the help, in their own words. */
  | Readonly<{ do: 'rate'; incidentId: string; ratingId: number; feedback: string }>
  /** Starts the relationship ladders that a button may start. */
  | Readonly<{ do: 'escalate'; incidentId: string; reason: string; by: string }>
  /** The Director is not told by this ladder in this run. */
  | Readonly<{ do: 'stop_director'; incidentId: string; ladder: string; reason: string; by: string }>;

export type PersonEvent = Readonly<{ kind: 'person'; at: Date; action: PersonAction }>;
