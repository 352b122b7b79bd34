import type { Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import { type TicketWish, wantedTicketStatus } from '../model/ticket.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { withNextUpdate } from './desk/next-update.ts';
import { shownFields } from './shown-fields.ts';
import { ticketWish } from './ticket-text.ts';

type Given = Readonly<{
  isAsserted: boolean;
  isSetBack: boolean;
  adopts?: NonNullable<TicketWish['adopts']>;
}>;

/** What the ticket of an issue that was decided should be; nothing where that is as it was. May assert its status. */
export function ticketWishOf(draft: DecisionDraft, changed: Incident, given: Given): readonly TicketWish[] {
  const { isAsserted, isSetBack, adopts } = given;
  const before = draft.records.incident(changed.id);
  const incident = withStatusAsserted(draft, {
    before,
    after: withUpdateDue(draft, before, changed),
    isAsserted,
  });
  const cause = incident.cause === undefined ? undefined : draft.alert(incident.cause);
  if (before && !adopts && !isOther(draft, { before, after: incident, cause })) return [];
  const wish = ticketWish(draft.texts(incident), cause, {
    isFirst: before === undefined && !adopts,
    isSetBack,
  });
  return [adopts ? { ...wish, adopts } : wish];
}

/** A higher priority is told of sooner. */
function withUpdateDue(draft: DecisionDraft, before: Incident | undefined, after: Incident): Incident {
  if (before === undefined || before.priority === after.priority) return after;
  return draft.putIncident(withNextUpdate(after, draft.policy));
}

type Asserting = Readonly<{ before: Incident | undefined; after: Incident; isAsserted: boolean }>;

/** The status is asserted when the incident's own implies another than before, unless that was done explicitly. */
function withStatusAsserted(draft: DecisionDraft, { before, after, isAsserted }: Asserting): Incident {
  if (before === undefined || isAsserted) return after;
  if (wantedTicketStatus(before.status) === wantedTicketStatus(after.status)) return after;
  const { asserted: _asserted, ...desk } = after.desk;
  return draft.putIncident({ ...after, desk: { ...desk, statusTurn: desk.statusTurn + 1 } });
}

type Changed = Readonly<{ before: Incident; after: Incident; cause: Alert | undefined }>;

function isOther(draft: DecisionDraft, { before, after, cause }: Changed): boolean {
  if (changesTicket(before, after)) return true;
  // Once closed, a ticket says what it said then, whatever becomes of the objects in other incidents.
  if (before.status === 'closed' || draft.context.deskFields.size === 0) return false;
  const { cause: causeBefore } = before;
  const shownBefore = shownFields({
    ...draft.texts(before),
    cause: causeBefore === undefined ? undefined : draft.records.alert(causeBefore),
  });
  const shown = shownFields({ ...draft.texts(after), cause });
  return JSON.stringify(shownBefore) !== JSON.stringify(shown);
}

const changesTicket = (before: Incident, after: Incident): boolean =>
  before.desk.statusTurn !== after.desk.statusTurn ||
  before.reopenCount !== after.reopenCount ||
  before.priority !== after.priority ||
  before.type !== after.type ||
  before.desk.isTypeGuess !== after.desk.isTypeGuess ||
  before.title !== after.title ||
  before.customerId !== after.customerId ||
  before.assignmentGroup !== after.assignmentGroup ||
  before.desk.assignedAgentId !== after.desk.assignedAgentId;
