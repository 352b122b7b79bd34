import type { Incident } from '../model/incident.ts';
import type { Page, PageKind } from '../model/page.ts';

/** Those that ask for something; information and corrections are wanted in any case. */
const ASKING: readonly PageKind[] = [
  'escalation',
  'last',
  'announcement',
  'meeting',
  'estimate',
  'director',
  'vendor',
];

/** Why a page that has not left yet need not leave any more; undefined when it is still needed. */
export function unneededWhy(page: Page, incident: Incident): string | undefined {
  if (!ASKING.includes(page.kind)) return undefined;
  const reference = page.reference ?? 'The incident';
  if (incident.status === 'closed') return `${reference} is closed: no longer needed.`;
  const run = incident.escalation?.ladders.find((one) => one.ladder === page.ladder && one.run === page.run);
  if (run === undefined || run.state === 'running') return undefined;
  return run.state === 'ended'
    ? `${run.endedWhy ?? 'The ladder has ended.'} No longer needed.`
    : `${run.acknowledged?.by ?? 'Somebody'} has ${reference}: no longer needed.`;
}
