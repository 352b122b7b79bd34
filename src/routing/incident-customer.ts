import type { Incident } from '../model/incident.ts';

/**
 * Whether an object of this customer may belong to the incident. An incident belongs to one customer; where either side
 * has none (a host that is in no service, say) nothing is mixed, and the incident takes over the customer that joins.
 */
export const isOneCustomer = (
  incident: Pick<Incident, 'customerId'>,
  customerId: string | undefined,
): boolean =>
  incident.customerId === undefined || customerId === undefined || incident.customerId === customerId;
