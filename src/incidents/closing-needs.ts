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

/** Whether this proof stands for the reporter's own word. */
export const isReporters = ({ kind }: Proof): boolean => REPORTER_KINDS.has(kind);

/** Whether monitoring can say anything about it: alerts belong to it, healthy ones too. */
const hasAlerts = (incident: Incident): boolean => incident.memberCount > 0;

type Needs = Readonly<{ needs: readonly Need[]; isEither: boolean }>;

/** What policy asks for this incident: all of `needs`, or with `isEither` one of them. */
export function closingNeeds(incident: Incident, policy: Policy): Needs {
  const isReported = incident.origin === 'ticket';
  // Where nothing is monitored, only a person can say; where nobody can be asked, only monitoring can.
  if (!hasAlerts(incident)) return { needs: ['reporter'], isEither: false };
  if (incident.desk.goneWhy !== undefined || (incident.reporter === undefined && !isReported))
    return { needs: ['monitoring'], isEither: false };
  const entry = policy.closing.needs.find(
    ({ origin, priority, has_alerts }) =>
      (origin === undefined || origin === (isReported ? 'ticket' : 'alert')) &&
      (priority === undefined || priority.includes(incident.priority)) &&
      (has_alerts === undefined || has_alerts),
  );
  const proof = entry?.proof ?? (isReported ? 'reporter' : 'monitoring');
  if (proof === 'both' || proof === 'either')
    return { needs: ['monitoring', 'reporter'], isEither: proof === 'either' };
  return { needs: [proof], isEither: false };
}

const isGiven = (need: Need, { proofs }: Incident): boolean =>
  proofs.some((proof) => (need === 'monitoring' ? proof.kind === 'monitoring' : isReporters(proof)));

/** The evidence that is still missing, empty when it may close; nothing is missing where nothing is left to prove. */
export function missingProofs(incident: Incident, policy: Policy): readonly Need[] {
  if (incident.type !== 'Incident' || incident.proofs.some(({ kind }) => kind === 'withdrawn')) return [];
  const { needs, isEither } = closingNeeds(incident, policy);
  const missing = needs.filter((need) => !isGiven(need, incident));
  return isEither && missing.length < needs.length ? [] : missing;
}
