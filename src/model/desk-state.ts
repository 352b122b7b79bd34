import type { AskedField } from './desk-field.ts';
import type { TicketStatus } from './ticket.ts';
import type { OwnedField, TicketSource } from './ticket-event.ts';

/** What agents told in the ticket's custom fields; a field that is empty is absent. */
export type Answers = Readonly<Partial<Record<AskedField, string | boolean>>>;

/**
 * That the reporter was asked whether it works again.
 *
 * Absent: `answer` until there is one; `silentAt` until the rule for silent reporters was applied.
 */
export type Confirmation = Readonly<{
  /** The incident's `reopenCount` when asked: an answer counts for this round only. */
  round: number;
  askedAt: Date;
  remindedCount: number;
  answer?: Readonly<{ said: 'yes' | 'no'; via: 'link' | 'reply' | 'agent'; at: Date; words: string }>;
  silentAt?: Date;
}>;

/** Closes without proof that were set back lately; `stoppedAt` when Watchdesk gave up and told a person. */
export type GateState = Readonly<{ rounds: number; firstAt: Date; stoppedAt?: Date }>;

/**
 * The side of an issue that its ticket and its people see. Everything but `statusTurn` is absent until it happened.
 */
export type DeskState = Readonly<{
  /** How often a ticket status was asserted; see TicketWish. `asserted` is which, when it is not what the status implies. */
  statusTurn: number;
  asserted?: TicketStatus;
  /** As Freshdesk showed it last, and when the newest reading that changed anything was taken, by our clock. */
  ticketStatus?: TicketStatus;
  ticketReadAt?: Date;
  ticketSource?: TicketSource;
  subject?: string;
  /** First part of what the reporter wrote, plain text, for matching. */
  text?: string;
  companyName?: string;
  /** Freshdesk agent: who has it, and whom Watchdesk chose. */
  responderId?: number;
  assignedAgentId?: number;
  assignedAt?: Date;
  assignmentRule?: string;
  /** Which rule decided type and category, and how sure it is, 0 to 1. */
  typeRule?: string;
  typeConfidence?: number;
  /** The type is only a guess that is not written to the ticket; a person is asked. */
  isTypeGuess?: boolean;
  /** Fields that people took over: no rule changes them in the incident either. */
  peopleSet?: readonly OwnedField[];
  /** When people set the newest of them, by our clock. */
  peopleSetAt?: Date;
  answers?: Answers;
  /** Questions put to the agent already. */
  asked?: readonly AskedField[];
  /** The newest message that was decided; one with this id or a lower one is old. */
  lastMessageId?: number;
  /** When an agent last wrote anything in the ticket, for all or for colleagues, by Freshdesk's clock. */
  lastWorkAt?: Date;
  /** When the reporter was last told something, and by when that is due again. */
  lastUpdateAt?: Date;
  nextUpdateDueAt?: Date;
  confirmation?: Confirmation;
  /** Agents' record in the ticket's fields that counted already: after a reopening the same one proves nothing. */
  recordTaken?: string;
  /** A reply on a resolved ticket that only a person can understand: nothing closes until one did something about it. */
  unclearReplyId?: number;
  /** How often, in this round, the ticket was put back after a reply that changed nothing: limited, lest two programs talk. */
  putBack?: Readonly<{ round: number; count: number }>;
  gate?: GateState;
  /** Other issues that were opened because of this one. */
  problemId?: string;
  followUpId?: string;
  /** For a Problem or follow-up: what it was opened for. */
  openedForId?: string;
  dueAt?: Date;
  overdueToldAt?: Date;
  repeatToldAt?: Date;
  /** People merged the ticket into another, which is this from now on and was not read yet. */
  isTicketMoved?: true;
  /** The ticket is gone, and why. */
  goneWhy?: 'spam' | 'deleted' | 'merged';
}>;
