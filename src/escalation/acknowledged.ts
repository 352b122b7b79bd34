import { type Acknowledgement, NO_ESCALATION } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';

/** The incident with who has it now; what ladders make of it is seen when the decision is finished. */
export const withAcknowledgement = (incident: Incident, acknowledged: Acknowledgement): Incident => ({
  ...incident,
  escalation: { ...(incident.escalation ?? NO_ESCALATION), acknowledged },
});

/** Key from `people` of whoever has this e-mail address, else this name; names that two people have say nothing. */
export function personOf(
  policy: Policy,
  known: Readonly<{ email?: string | undefined; name?: string | undefined }>,
): string | undefined {
  const people = Object.entries(policy.people);
  const email = known.email?.trim().toLowerCase();
  const byEmail = email && people.find(([, person]) => person.email.toLowerCase() === email);
  if (byEmail) return byEmail[0];
  const name = known.name?.trim().toLowerCase();
  const byName = name ? people.filter(([, person]) => person.name.toLowerCase() === name) : [];
  return byName.length === 1 ? byName[0]?.[0] : undefined;
}
