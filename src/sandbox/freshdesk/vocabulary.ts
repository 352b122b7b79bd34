/** Codes and labels of a Freshdesk account as it comes. Source: recorded `ticket_fields` answers. */
export const STATUS_LABELS: Readonly<Record<number, string>> = {
  2: 'Open',
  3: 'Pending',
  4: 'Resolved',
  5: 'Closed',
  6: 'Waiting on Customer',
  7: 'Waiting on Third Party',
};

export const CUSTOMER_STATUS_LABELS: Readonly<Record<number, string>> = {
  2: 'Being Processed',
  3: 'Awaiting your Reply',
  4: 'This ticket has been Resolved',
  5: 'This ticket has been Closed',
  6: 'Awaiting your Reply',
  7: 'Being Processed',
};

export const PRIORITY_LABELS: Readonly<Record<number, string>> = {
  1: 'Low',
  2: 'Medium',
  3: 'High',
  4: 'Urgent',
};

export const SOURCE_LABELS: Readonly<Record<number, string>> = {
  1: 'Email',
  2: 'Portal',
  3: 'Phone',
  9: 'Feedback Widget',
  10: 'Outbound Email',
};

export const TYPES: readonly string[] = ['Question', 'Incident', 'Problem', 'Feature Request', 'Refund'];

export const codes = (labels: Readonly<Record<number, string>>): number[] => Object.keys(labels).map(Number);

/** Resolved or closed. A custom status is a higher number and open, so `>= 4` would be wrong. */
export const isDone = (status: number): boolean => status === 4 || status === 5;

/** `association_type`. */
export const ASSOCIATION = { parent: 1, child: 2, tracker: 3, related: 4 } as const;

/** Minutes to the first response and to the solution, by priority: the default policy, all hours. */
export const SLA_MINUTES: Readonly<Record<number, readonly [number, number]>> = {
  4: [15, 480],
  3: [30, 960],
  2: [60, 1440],
  1: [120, 1920],
};
