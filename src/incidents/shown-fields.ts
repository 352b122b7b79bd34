import { escalationField, nextStepField } from '../escalation/escalation-fields.ts';
import type { Alert } from '../model/alert.ts';
import type { DeskFieldValues, ShownField } from '../model/desk-field.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { missingProofs } from './closing-needs.ts';
import type { DecisionContext } from './decision-context.ts';
import { instantText } from './instant-text.ts';

type Given = Readonly<{
  incident: Incident;
  policy: Policy;
  cause: Alert | undefined;
  links: DecisionContext['links'];
  deskFields: DecisionContext['deskFields'];
}>;

/** What agents see of an issue in the ticket's own fields, as far as the account has them. */
export function shownFields({ incident, policy, cause, links, deskFields }: Given): DeskFieldValues {
  const { desk } = incident;
  const isIncident = incident.type === 'Incident';
  const all: Readonly<Record<ShownField, string | null>> = {
    reference: incidentReference(incident),
    host: incident.cause?.host ?? null,
    check: incident.cause?.check || null,
    state: cause?.state ?? null,
    since: cause ? instantText(cause.stateSince) : null,
    impact: isIncident ? incident.impact : null,
    urgency: isIncident ? incident.urgency : null,
    rule: isIncident ? incident.priorityRule : (desk.typeRule ?? null),
    category: incident.category ?? null,
    sub_category: incident.subCategory ?? null,
    escalation: escalationField(incident, policy),
    next_step: nextStepField(incident, policy),
    next_update:
      desk.nextUpdateDueAt && incident.status !== 'closed' ? instantText(desk.nextUpdateDueAt) : null,
    proof: proofText(incident, policy),
    link: links.watchdeskUrl(incident) ?? null,
  };
  const have = Object.entries(all).filter(([key]) => deskFields.has(key as ShownField));
  return Object.fromEntries(have.map(([key, value]) => [key, value && fitted(value)]));
}

/** As Freshdesk shows a text of one line, so that what is wanted compares with what is seen. */
function fitted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= TEXT_CHARS_MAX ? line : `${line.slice(0, TEXT_CHARS_MAX - 1).toWellFormed()}…`;
}
/** Freshdesk takes 255, as far as is known. */
const TEXT_CHARS_MAX = 250;

function proofText(incident: Incident, policy: Policy): string | null {
  if (incident.type !== 'Incident') return null;
  if (incident.status === 'closed') return 'proven';
  const missing = missingProofs(incident, policy);
  return missing.length === 0 ? 'proven' : `missing: ${missing.join(', ')}`;
}
