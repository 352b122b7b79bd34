import type { DeskState } from '../../model/desk-state.ts';
import type { Incident } from '../../model/incident.ts';
import type { OwnedField } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';

/** Whether people set this field of the ticket: no rule changes it then, in the ticket or in the issue. */
export const isPeoples = ({ desk }: Pick<Incident, 'desk'>, field: OwnedField): boolean =>
  desk.peopleSet?.includes(field) === true;

/** From now on these fields are people's. */
export function withPeoples(desk: DeskState, fields: readonly OwnedField[], now: Date): DeskState {
  if (fields.length === 0) return desk;
  return { ...desk, peopleSet: [...new Set([...(desk.peopleSet ?? []), ...fields])], peopleSetAt: now };
}

/** The issue as rules may treat it at `now`: people's fields are free again after the time that policy gives, if any. */
export function withoutExpired(incident: Incident, policy: Policy, now: Date): Incident {
  const { peopleSet: _expired, peopleSetAt, ...desk } = incident.desk;
  const { keep_for } = policy.tickets.people;
  if (keep_for === 'always' || peopleSetAt === undefined) return incident;
  return now.getTime() - peopleSetAt.getTime() < keep_for ? incident : { ...incident, desk };
}

/** For an issue that is reopened: rules may set again what people had set, where policy says so. */
export function released(desk: DeskState, policy: Policy): DeskState {
  if (!policy.tickets.people.release_on_reopen) return desk;
  const { peopleSet: _released, peopleSetAt: _at, ...rest } = desk;
  return rest;
}
