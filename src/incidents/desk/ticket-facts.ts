import { type AskedField, DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../../model/desk-field.ts';
import type { Answers } from '../../model/desk-state.ts';
import type { Incident } from '../../model/incident.ts';
import type { TicketType } from '../../model/priority.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import { type Classification, classifyTicket } from '../../routing/classify-ticket.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** So much of what the reporter wrote is kept, and classified: the same each time. */
const TEXT_LENGTH_MAX = 2_000;

export const NO_SUBJECT = '(no subject)';

/** First part of the reporter's own text. */
export const keptText = (text: string): string => text.slice(0, TEXT_LENGTH_MAX).toWellFormed();

const isAsked = (key: DeskField): key is AskedField => DESK_FIELDS[key].side === 'asked';
export const ASKED_FIELDS: readonly AskedField[] = DESK_FIELD_KEYS.filter(isAsked);

/** What agents filled in; undefined when the account has none of the fields. */
export function answersOf({ fields: { custom } }: TicketEvent): Answers | undefined {
  if (custom === undefined) return undefined;
  const given = ASKED_FIELDS.flatMap((field) => {
    const value = custom[field];
    // A box that is not ticked says no more than an empty field.
    return value === undefined || value === null || value === '' || value === false ? [] : [[field, value]];
  });
  return Object.fromEntries(given);
}

/** What the ticket is by policy, as it is known now; `chosenType` when people said it. */
export function classify(
  draft: DecisionDraft,
  event: TicketEvent,
  known: Readonly<{
    desk: Pick<Incident['desk'], 'subject' | 'text' | 'companyName' | 'answers'>;
    requesterEmail?: string | undefined;
    chosenType?: TicketType | undefined;
  }>,
): Classification {
  const { desk, requesterEmail, chosenType } = known;
  return classifyTicket(
    {
      subject: desk.subject ?? '',
      text: desk.text ?? '',
      tags: event.fields.tags,
      source: event.source,
      createdAt: event.createdAt,
      answers: desk.answers ?? {},
      ...(requesterEmail === undefined ? {} : { requesterEmail }),
      ...(desk.companyName === undefined ? {} : { companyName: desk.companyName }),
      ...(chosenType === undefined ? {} : { chosenType }),
    },
    draft.policy,
  );
}

/** The same for an issue that is known, whose type is settled. */
export const classifyAgain = (
  draft: DecisionDraft,
  event: TicketEvent,
  { desk, reporter }: Incident,
  chosenType: TicketType,
): Classification => classify(draft, event, { desk, requesterEmail: reporter?.email, chosenType });
