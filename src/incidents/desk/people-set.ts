import type { DeskState } from '../../model/desk-state.ts';
import type { Incident } from '../../model/incident.ts';
import type { OwnedField } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';

/** Whether people set this field of the ticket: no rule changes it then, in the ticket or in the issue. */
export const isPeoples = ({ desk }: Pick<Incident, 'desk'>, field: OwnedField): boolean =>
  desk.peopleSet?.includes(field) === true;

/** From now on these fields are people's. */
export function withPeoples(desk: DeskState, fields: readonly OwnedField[]): DeskState {
  const all = new Set([...(desk.peopleSet ?? []), ...fields]);
  return all.size === 0 ? desk : { ...desk, peopleSet: [...all] };
}

/** For an issue that is reopened: rules may set again what people had set, where policy says so. */
export function released(desk: DeskState, policy: Policy): DeskState {
  if (!policy.tickets.people.release_on_reopen) return desk;
  const { peopleSet: _released, ...rest } = desk;
  return rest;
}
