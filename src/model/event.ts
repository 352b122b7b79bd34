import type { CheckEvent, ReadBackEvent } from './check-event.ts';
import type { PageEvent } from './page.ts';
import type { PersonEvent } from './person-event.ts';
import type { TicketEvent, TicketHint } from './ticket-event.ts';

/** Everything that can be decided; timers are decided by name. */
export type Event = CheckEvent | ReadBackEvent | TicketHint | TicketEvent | PersonEvent | PageEvent;
