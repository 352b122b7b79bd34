import type { Decision } from '../model/decision.ts';
import type { Event } from '../model/event.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { decideCheck } from './decide-check.ts';
import { decidePage } from './decide-page.ts';
import { decideReadBack } from './decide-read-back.ts';
import type { DecisionContext } from './decision-context.ts';
import { decideHint } from './desk/decide-hint.ts';
import { decidePerson } from './desk/decide-person.ts';
import { decideTicket } from './desk/decide-ticket.ts';

/** Decides any event; the decisions are to be applied in order, and there is always at least one. */
export function decideEvent(
  event: Event,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): readonly Decision[] {
  switch (event.kind) {
    case 'check':
      return [decideCheck(event, records, policy, context)];
    case 'read_back':
      return decideReadBack(event, records, policy, context);
    case 'ticket_hint':
      return [decideHint(event, records, policy, context)];
    case 'ticket':
      return [decideTicket(event, records, policy, context)];
    case 'person':
      return [decidePerson(event, records, policy, context)];
    case 'page':
      return [decidePage(event, records, policy, context)];
  }
}
