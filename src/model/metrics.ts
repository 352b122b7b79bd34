import type { DeliverySource } from './delivery.ts';

/**
 * What the running parts count. A plain object of small functions, so that no folder but http/ knows how the figures
 * are stored or exposed. Every label must come from a small fixed set: never a host, a ticket or an incident.
 */
export type Metrics = Readonly<{
  deliveryKept(source: DeliverySource): void;
  /** The id or the event key was there already. */
  deliveryDuplicate(source: DeliverySource): void;
  /** Kept but not understood; `rule` says why. */
  deliveryParked(source: DeliverySource, rule: string): void;
  /** Not kept; `status` is the HTTP answer. */
  deliveryRefused(source: DeliverySource, status: number): void;
  /** One decision was committed; `rule` is its reason. */
  decided(rule: string): void;
  /** A timer fired this long after it was due, ms. */
  timerLateness(ms: number): void;
  /** One call ended; `kind` is the connector's verb, `outcome` is `ok` or a connector error kind. */
  connectorCall(connector: string, kind: string, outcome: string): void;
  /** A message to a person ended; `channel` is its name. */
  messageSent(channel: string, outcome: 'delivered' | 'failed'): void;
  /** Calls that a budget still allows in the running minute. */
  budgetLeft(bucket: string, calls: number): void;
  /** Entries that wait in a queue. */
  queueDepth(queue: string, entries: number): void;
  /** How long the oldest waiting entry has waited, ms; 0 when none waits. */
  queueAge(queue: string, ms: number): void;
}>;

/** Counts nothing; for commands that serve no /metrics. */
export const uncounted: Metrics = {
  deliveryKept: () => {},
  deliveryDuplicate: () => {},
  deliveryParked: () => {},
  deliveryRefused: () => {},
  decided: () => {},
  timerLateness: () => {},
  connectorCall: () => {},
  messageSent: () => {},
  budgetLeft: () => {},
  queueDepth: () => {},
  queueAge: () => {},
};
