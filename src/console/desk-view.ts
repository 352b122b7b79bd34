import type { Need } from '../incidents/closing-needs.ts';
import type { LinkStrategy } from '../model/child-link.ts';
import type { IncidentStatus, Proof } from '../model/incident.ts';

/** What the pages show of what people report, link, confirm and change. Instants are UTC. */

/** Another issue, as a link to its page names it. */
export type NamedIssue = Readonly<{ number: number; title: string; status: IncidentStatus }>;

/** An issue that reports the one shown. `asked` tells whether its reporter was asked, and what came of it. */
export type ChildLine = NamedIssue &
  Readonly<{
    reporter?: string;
    askedAt?: Date;
    said?: 'yes' | 'no';
    isProven: boolean;
    /** Absent until Freshdesk shows the link; `shownWhy` tells why not as policy would like best. */
    shownAs?: LinkStrategy;
    shownWhy?: string;
    by: string;
    at: Date;
  }>;

/** A link that waits for a person. `score` is 0 to 1; reasons one short sentence each, the strongest first. */
export type SuggestedLink = Readonly<{
  childNumber: number;
  childTitle: string;
  childReporter?: string;
  parentNumber: number;
  parentTitle: string;
  score: number;
  reasons: readonly string[];
  at: Date;
}>;

/** What the incident needs to close; `missing` is empty when nothing is. `isEither`: one of `needs` is enough. */
export type Closing = Readonly<{
  isIncident: boolean;
  needs: readonly Need[];
  isEither: boolean;
  missing: readonly Need[];
  proofs: readonly Proof[];
  /** Of this priority: how long healthy must hold, ms. */
  soakMs: number;
  confirmation?: Readonly<{
    askedAt: Date;
    remindedCount: number;
    answer?: Readonly<{ said: 'yes' | 'no'; via: 'link' | 'reply' | 'agent'; at: Date; words: string }>;
    silentAt?: Date;
  }>;
  /** Closes without proof that were set back, of at most `roundsMax`. */
  gate?: Readonly<{ rounds: number; roundsMax: number; stoppedAt?: Date }>;
  /** A reply came that only a person can understand. */
  isReplyUnclear: boolean;
}>;

/** The side of an issue that its ticket and its people see; texts of people are untrusted. */
export type DeskFacts = Readonly<{
  reporterName?: string;
  reporterEmail?: string;
  company?: string;
  source?: string;
  category?: string;
  /** Which rule chose type and category, and how sure it was, 0 to 1. */
  typeRule?: string;
  typeConfidence?: number;
  isTypeGuess: boolean;
  /** Name of the agent who has the ticket. */
  agent?: string;
  assigned?: Readonly<{ agent?: string; rule: string; at?: Date; why?: string }>;
  /** What agents told in the ticket's fields. */
  answers: readonly Readonly<{ name: string; text: string }>[];
  nextUpdateDueAt?: Date;
  /** Why the ticket is gone. */
  goneWhy?: string;
  problem?: NamedIssue;
  followUp?: NamedIssue;
  openedFor?: NamedIssue;
  dueAt?: Date;
}>;

/** Who belongs together. `children` is bounded, `childCount` is not. */
export type Family = Readonly<{
  parent?: NamedIssue;
  children: readonly ChildLine[];
  childCount: number;
  openChildCount: number;
  suggested: readonly SuggestedLink[];
}>;

export type ProblemLine = NamedIssue &
  Readonly<{
    customer?: string;
    /** Who has it, or the group; absent when nobody does. */
    owner?: string;
    openedAt: Date;
    dueAt?: Date;
    ticket?: Readonly<{ number?: string; url?: string }>;
    openedFor?: Readonly<{ number: number; title: string }>;
  }>;

/** How often people changed what one rule decided for one field, and to what most often. */
export type ChangedRule = Readonly<{
  rule: string;
  field: string;
  count: number;
  lastAt: Date;
  mostChosen: string;
}>;

/** What a person told on a page, with issues by their numbers. */
export type PersonWish =
  | Readonly<{ do: 'record_confirmation'; number: number; who: string; how: string; when: Date }>
  | Readonly<{ do: 'link'; parent: number; child: number; answer: 'accept' | 'decline' }>
  | Readonly<{ do: 'unlink'; number: number }>
  | Readonly<{ do: 'create_problem'; number: number; what: string }>
  | Readonly<{ do: 'draft_article'; number: number }>
  | Readonly<{ do: 'acknowledge'; number: number; by: string; ladder?: string }>
  | Readonly<{ do: 'escalate'; number: number; by: string; reason: string }>
  | Readonly<{ do: 'stop_director'; number: number; by: string; ladder: string; reason: string }>;
