import { channelText } from '../escalation/channel-text.ts';
import { findAttempt, isNews, withPageOutcome } from '../escalation/page-outcome.ts';
import type { Decision } from '../model/decision.ts';
import { incidentReference } from '../model/incident.ts';
import type { PageEvent } from '../model/page.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import type { DecisionContext } from './decision-context.ts';
import { DecisionDraft } from './decision-draft.ts';

/** What became of a page: written to its attempt, by which its ladder sees whether somebody was reached. */
export function decidePage(
  event: PageEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  const incident = draft.incident(event.incidentId);
  const found = incident?.escalation && findAttempt(incident.escalation, event.intent);
  if (incident?.escalation === undefined || found === undefined) {
    const sentence = `What became of message ${event.intent} is noted; no step of a ladder waits for it.`;
    return draft.done({ rule: 'page_not_awaited', sentence }, incident?.id);
  }
  const what = `the ${channelText(found.attempt.channel)} to ${found.told.name} about ${incidentReference(incident)}`;
  if (!isNews(found.attempt, event)) {
    const sentence = `What became of ${what} is known already: ${found.attempt.outcome}.`;
    return draft.done({ rule: 'page_outcome_known', sentence }, incident.id);
  }
  draft.putIncident({ ...incident, escalation: withPageOutcome(incident.escalation, event) });
  if (event.outcome === 'delivered') {
    const sentence = `${capitalised(what)} was delivered.`;
    return draft.done({ rule: 'page_delivered', sentence }, incident.id);
  }
  const why = { rule: 'page_failed', sentence: `${capitalised(what)} failed: ${event.why}` };
  draft.tell(incident.id, 'escalation', why);
  return draft.done(why, incident.id);
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
