/** ITIL: impact is how many are hit how hard, urgency how soon it hurts; policy derives priority from both. */
export const LEVELS = ['low', 'medium', 'high'] as const;
export type Level = (typeof LEVELS)[number];
export type Impact = Level;
export type Urgency = Level;

export const PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** As people read them. */
export const PRIORITY_NAMES: Readonly<Record<Priority, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  urgent: 'Urgent',
};

/** 0 for low … 3 for urgent. */
export const priorityRank = (priority: Priority): number => PRIORITIES.indexOf(priority);

export const higherPriority = (a: Priority, b: Priority): Priority =>
  priorityRank(a) >= priorityRank(b) ? a : b;

export const higherLevel = (a: Level, b: Level): Level => (LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b);

export const TICKET_TYPES = ['Question', 'Feature Request', 'Incident', 'Problem'] as const;
export type TicketType = (typeof TICKET_TYPES)[number];

/** What a ticket may show: one of ours, or one that the account has beside them, such as Refund. */
export const SHOWN_TICKET_TYPES = [...TICKET_TYPES, 'other'] as const;
export type ShownTicketType = (typeof SHOWN_TICKET_TYPES)[number];
