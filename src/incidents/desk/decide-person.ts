import type { Decision } from '../../model/decision.ts';
import type { PersonEvent } from '../../model/person-event.ts';
import type { Records } from '../../model/records.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionContext } from '../decision-context.ts';
import { DecisionDraft } from '../decision-draft.ts';

/** What somebody told on one of our own pages. */
export function decidePerson(
  event: PersonEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  return draft.done({ rule: 'person_ignored', sentence: `Nothing is done about “${event.action.do}”.` });
}
