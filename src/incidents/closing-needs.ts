import type { Incident, Proof } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';

/** One kind of evidence that policy may ask for. */
export type Need = 'monitoring' | 'reporter';

const REPORTER_KINDS: ReadonlySet<Proof['kind']> = new Set([
  'reporter_link',
  'reporter_reply',
  'agent_record',
  'silence',
]);

/**
 * Whether monitoring can say anything about it: alerts belong to it, now or ever.
 */
const hasAlerts = (incident: Incident): boolean => incident.memberCount > 0;

/** What policy asks for this incident: all of `needs`, or with `either` one of them. */
export function closingNeeds(
  incident: Incident,
  policy: Policy,
): Readonly<{ needs: readonly Need[]; isEither: boolean }> {
  const isReported = incident.origin === 'ticket';
  const entry = policy.closing.needs.find(
    ({ origin, priority, has_alerts }) =>
      (origin === undefined || origin === (isReported ? 'ticket' : 'alert')) &&
      (priority === undefined || priority.includes(incident.priority)) &&
      (has_alerts === undefined || has_alerts === hasAlerts(incident)),
  );
  const proof = entry?.proof ?? (isReported ? 'reporter' : 'monitoring');
  // Where nothing is monitored, only a person can say; where nobody reported, only monitoring can.
  if (!hasAlerts(incident)) return { needs: ['reporter'], isEither: false };
  if (incident.reporter === undefined && incident.origin === 'alert')
    return { needs: ['monitoring'], isEither: false };
  if (proof === 'both' || proof === 'either')
    return { needs: ['monitoring', 'reporter'], isEither: proof === 'either' };
  return { needs: [proof], isEither: false };
}

const isGiven = (need: Need, { proofs }: Incident): boolean =>
  proofs.some(({ kind }) => (need === 'monitoring' ? kind === 'monitoring' : REPORTER_KINDS.has(kind)));

/** The evidence that is still missing, empty when it may close; nothing is missing where nothing is left to prove. */
export function missingProofs(incident: Incident, policy: Policy): readonly Need[] {
  if (incident.proofs.some(({ kind }) => kind === 'withdrawn')) return [];
  const { needs, isEither } = closingNeeds(incident, policy);
  const missing = needs.filter((need) => !isGiven(need, incident));
  return isEither && missing.length < needs.length ? [] : missing;
}
