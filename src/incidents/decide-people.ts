import { personOf, withAcknowledgement } from '../escalation/acknowledged.ts';
import { objectName } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { DecisionDraft } from './decision-draft.ts';
import type { Change } from './next-alert.ts';

/** A person, or we ourselves, acknowledged the problem in Opsview. Opens nothing. */
export function decideAcknowledgement(draft: DecisionDraft, { event, before, after }: Change): Decision {
  draft.putAlert(after);
  const incident = draft.incident(after.incidentId);
  const name = objectName(after);
  if (incident === undefined || incident.status === 'closed') {
    const sentence = `${name} was acknowledged in Opsview but has no open incident, so only that is noted.`;
    return draft.done({ rule: 'acknowledged_without_incident', sentence }, incident?.id);
  }
  if (isOwnEcho(draft, event, incident)) {
    const sentence = `The acknowledgement of ${name} is Watchdesk's own, so it changes nothing in ${incidentReference(incident)}.`;
    return draft.done({ rule: 'own_acknowledgement', sentence }, incident.id);
  }
  const author = event.author?.trim();
  if (!author) {
    const sentence = `${name} was acknowledged in Opsview by someone who is not named, so ${incidentReference(incident)} has no owner yet.`;
    draft.tell(incident.id, 'opsview', { rule: 'acknowledged_by_nobody_named', sentence });
    return draft.done({ rule: 'acknowledged_by_nobody_named', sentence }, incident.id);
  }
  if (before?.isAcknowledged && incident.status === 'acknowledged' && incident.owner === author) {
    const sentence = `${author} had acknowledged ${name} before, so ${incidentReference(incident)} stays as it is.`;
    return draft.done({ rule: 'already_acknowledged', sentence }, incident.id);
  }
  const comment = event.comment?.trim() ? ` (“${shortened(event.comment)}”)` : '';
  const why = { rule: 'acknowledged', sentence: `${author} acknowledged ${name} in Opsview${comment}.` };
  if (incident.status !== 'resolved') {
    const person = personOf(draft.policy, { email: author, name: author });
    const said = { by: author, via: 'opsview' as const, at: draft.now };
    draft.putIncident({
      ...withAcknowledgement(incident, person === undefined ? said : { ...said, person }),
      status: 'acknowledged',
      owner: incident.owner ?? author,
      acknowledgedAt: incident.acknowledgedAt ?? draft.now,
    });
  }
  draft.tell(incident.id, 'acknowledged', why);
  return draft.done(why, incident.id);
}

/** Made with our own Opsview user, which nobody else should use. */
export function isByOwnUser(
  { context: { ownOpsviewUser } }: DecisionDraft,
  author: string | undefined,
): boolean {
  return ownOpsviewUser !== undefined && author?.trim().toLowerCase() === ownOpsviewUser.toLowerCase();
}

/** Our acknowledgements carry our name and the incident's reference; most sites also give us a user of our own. */
function isOwnEcho(draft: DecisionDraft, { author, comment }: Change['event'], incident: Incident): boolean {
  if (isByOwnUser(draft, author)) return true;
  const reference = new RegExp(`\\b${incidentReference(incident)}\\b`);
  return comment?.includes('Watchdesk') === true && reference.test(comment);
}

/** Somebody sent a message by way of Opsview: told to the ticket, if there is one. */
export function decideInformation(draft: DecisionDraft, { event, before, after }: Change): Decision {
  const incident = draft.incident(before?.incidentId);
  const name = objectName(event);
  if (incident === undefined || incident.status === 'closed') {
    const sentence = `A message about ${name} was sent by way of Opsview; it has no open incident to be told to.`;
    return draft.done({ rule: 'information_without_incident', sentence }, incident?.id);
  }
  draft.putAlert(after);
  const author = event.author?.trim() || 'Someone';
  const text = shortened(event.comment?.trim() || event.output);
  const sentence = `${author} sent a message about ${name} by way of Opsview: “${text}”.`;
  const why = { rule: 'information', sentence };
  draft.tell(incident.id, 'message', why);
  draft.note(incident.id, `information:${name}:${event.occurredAt.getTime()}`, 'note_information', {
    sentence,
  });
  return draft.done(why, incident.id);
}

const QUOTE_LENGTH_MAX = 1_000;

/** People's words on one line, cut where they would fill a page. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().toWellFormed();
  return line.length <= QUOTE_LENGTH_MAX ? line : `${line.slice(0, QUOTE_LENGTH_MAX).toWellFormed()}…`;
}
