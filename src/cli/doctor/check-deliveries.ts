import type { Database } from '../../store/database.ts';
import { lastReceived } from '../../store/deliveries.ts';
import { ago, type Finding, ok, warn } from './finding.ts';

/** The real trip, from the other side: when something last came. */
export async function checkDeliveries(
  database: Database | undefined,
  now: Date,
): Promise<readonly Finding[]> {
  const sources = [
    {
      check: 'Last webhook',
      source: 'freshdesk',
      nothing: 'no webhook of Freshdesk has come yet',
      remedy:
        'change any ticket in Freshdesk and run doctor again; Freshdesk tells failed webhooks by e-mail',
    },
    {
      check: 'Last alert',
      source: 'opsview',
      nothing: 'no notification of Opsview has come yet',
      remedy: 'docs/opsview.md, “Try it from Opsview”: notify_watchdesk --test proves the way',
    },
  ] as const;
  const findings: Finding[] = [];
  for (const { check, source, nothing, remedy } of sources) {
    const at = database && (await lastReceived(database.prisma, source));
    if (!database)
      findings.push(
        warn(
          check,
          'could not tell: the database is not open',
          'stop Watchdesk and run this again, or set DATABASE_URL',
        ),
      );
    else if (at) findings.push(ok(check, `${ago(at, now)}, ${at.toISOString()}`));
    else findings.push(warn(check, nothing, remedy));
  }
  return findings;
}
