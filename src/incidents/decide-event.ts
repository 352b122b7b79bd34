import type { Event } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { decideCheck } from './decide-check.ts';
import { decideReadBack } from './decide-read-back.ts';
import type { DecisionContext } from './decision-context.ts';

/** Decides any event; the decisions are to be applied in order, and there is always at least one. */
export const decideEvent = (
  event: Event,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): readonly Decision[] =>
  event.kind === 'check'
    ? [decideCheck(event, records, policy, context)]
    : decideReadBack(event, records, policy, context);
