import type { Why } from '../model/decision.ts';
import type { Event } from '../model/event.ts';

/** What intake makes of a delivery: an event in our words, or the reason why it waits for a person. */
export type Understood<E extends Event = Event> = Readonly<{ event: E } | { parked: Why }>;
