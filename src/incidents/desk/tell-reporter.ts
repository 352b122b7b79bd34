import type { Incident } from '../../model/incident.ts';
import type { ReporterTextName } from '../../policy/default-reporter-texts.ts';
import { type ReporterTextValues, reporterText } from '../../policy/reporter-texts.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { withNextUpdate } from './next-update.ts';

/** Only who wrote to us through a ticket can be answered in it. */
export const canBeTold = (draft: DecisionDraft, { id, reporter, desk }: Incident): boolean =>
  reporter !== undefined && desk.goneWhy === undefined && draft.ticketOf(id) !== undefined;

/** A public reply that counts as an update; nothing where nobody can be told. */
export function tellReporter<Name extends ReporterTextName>(
  draft: DecisionDraft,
  incidentId: string,
  intent: string,
  name: Name,
  valuesOf: (given: Readonly<{ nextUpdateBy: Date | undefined }>) => ReporterTextValues[Name],
): void {
  const before = draft.incidentOf(incidentId);
  if (!canBeTold(draft, before)) return;
  const { policy } = draft;
  const told = draft.putIncident(
    withNextUpdate({ ...before, desk: { ...before.desk, lastUpdateAt: draft.now } }, policy),
  );
  const values = valuesOf({ nextUpdateBy: told.desk.nextUpdateDueAt });
  const html = reporterText(policy, name, told.reporter?.language, values, timeZoneOf(policy, told));
  draft.command({ kind: 'public_reply', incidentId, intent, html });
}

function timeZoneOf(policy: Policy, { customerId }: Incident): string {
  const calendar = customerId === undefined ? undefined : policy.customers[customerId]?.calendar;
  return (calendar === undefined ? undefined : policy.calendars[calendar]?.time_zone) ?? 'UTC';
}

/**
 * How the main incident is called to the reporter of a linked one: by its service, else by its title if both belong to one
 * customer. What another customer wrote, or what their hosts are called, is nobody else's business.
 */
export function titleForReporter(policy: Policy, parent: Incident, child: Incident): string {
  const service = parent.serviceId === undefined ? undefined : policy.services[parent.serviceId]?.name;
  const isOneCustomer = parent.customerId !== undefined && parent.customerId === child.customerId;
  return service ?? (isOneCustomer ? parent.title : (child.desk.subject ?? child.title));
}
