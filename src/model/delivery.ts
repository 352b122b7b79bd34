import type { Why } from './decision.ts';

/**
 * Where a delivery came from. `read_back` is what our own reads of Opsview and Freshdesk put into the same inbox, `person`
 * what somebody told on one of our own pages or by a message to us, `page` what became of a message that we sent.
 */
export type DeliverySource = 'opsview' | 'freshdesk' | 'read_back' | 'person' | 'page';

/**
 * One body as received, to be put into the inbox.
 *
 * Shape:   `body` is the JSON text exactly as it came; it holds no NUL character, which PostgreSQL could not store.
 * Units:   `receivedAt` is UTC by our clock.
 * Absent:  `eventKey` undefined when nothing but `deliveryId` tells deliveries apart; `parked` undefined when intake
 *          understood the body, otherwise the row is stored as parked with this reason and never decided.
 */
export type NewDelivery = Readonly<{
  source: DeliverySource;
  /** The sender's own id; a resend carries it again. */
  deliveryId: string;
  /** The same for one event told to several contacts. */
  eventKey?: string;
  body: string;
  receivedAt: Date;
  parked?: Why;
}>;

/**
 * Stores a delivery durably and only then resolves; `duplicate` when its id or event key is there already.
 * Rejects when the store is busy or away: the sender has to try again.
 */
export type Keep = (delivery: NewDelivery) => Promise<'kept' | 'duplicate'>;
