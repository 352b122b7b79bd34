import { escalationNotes } from '../../escalation/escalation-notes.ts';
import { faultLine } from '../../policy/fault.ts';
import { loadPolicy } from '../../policy/load-policy.ts';
import type { Policy } from '../../policy/schema.ts';
import { isLoopbackHost } from '../../setting-kinds.ts';
import type { Settings } from '../../settings.ts';
import type { Database } from '../../store/database.ts';
import { pendingMigrations } from '../../store/migrate.ts';
import { readPolicyFiles } from '../../store/policy-files.ts';
import type { Opened } from '../open-database.ts';
import { type Finding, fail, ok, some, warn } from './finding.ts';

/** Settings, policy and database: what Watchdesk needs before it asks anybody. */

export function checkSettings(settings: Settings): readonly Finding[] {
  const { hostname, protocol } = new URL(settings.publicUrl);
  if (settings.mode === 'sandbox') {
    const what = 'FRESHDESK_URL, FRESHDESK_API_KEY, OPSVIEW_URL, OPSVIEW_USERNAME and OPSVIEW_PASSWORD';
    return [
      warn(
        'Settings',
        'neither Freshdesk nor Opsview is set, so Watchdesk would run in its sandbox and there is nothing to look at outside',
        `set ${what}; docs/freshdesk.md and docs/opsview.md say how`,
      ),
    ];
  }
  const read = ok('Settings', `Freshdesk ${settings.freshdesk.url}, Opsview ${settings.opsview.url}`);
  if (isLoopbackHost(hostname) && !isLoopbackHost(new URL(settings.freshdesk.url).hostname)) {
    const found = `PUBLIC_URL is ${settings.publicUrl}, which only this machine can reach`;
    return [
      read,
      fail('Settings', found, 'set PUBLIC_URL to the address that Freshdesk and your agents can reach'),
    ];
  }
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    const found = `PUBLIC_URL is ${settings.publicUrl}: secrets and sign-ins travel in clear text`;
    return [
      read,
      warn('Settings', found, 'put a reverse proxy with TLS in front and set PUBLIC_URL to https://…'),
    ];
  }
  return [read];
}

const FAULTS_SHOWN_MAX = 5;

/** The policy too, for the checks that look at what it refers to; undefined when it has faults. Shifts are as at `now`. */
export async function checkPolicyFile(
  file: string,
  now: Date,
): Promise<Readonly<{ policy: Policy | undefined; findings: readonly Finding[] }>> {
  const check = 'Policy';
  try {
    const loaded = loadPolicy(await readPolicyFiles(file));
    if ('faults' in loaded) {
      const faults = some(loaded.faults.map(faultLine), FAULTS_SHOWN_MAX);
      return {
        policy: undefined,
        findings: [fail(check, faults, `correct it; watchdesk check ${file} lists all`)],
      };
    }
    const { policy, notes } = loaded;
    const good = ok(check, `${policy.source}, version ${policy.hash}`);
    const hints = [...notes, ...escalationNotes(policy, now)].map(({ path, message }) =>
      warn(check, `${path}: ${message}`, `look at it in ${file}`),
    );
    return { policy, findings: [good, ...hints] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      policy: undefined,
      findings: [fail(check, message, 'set POLICY_FILE to a file that can be read')],
    };
  }
}

/** `usable` is there when its tables are those of this version. */
export type DatabaseChecked = Readonly<{ usable?: Database; findings: readonly Finding[] }>;

export async function checkDatabase({ database, ...opened }: Opened): Promise<DatabaseChecked> {
  const check = 'Database';
  if (!database) {
    const isInUse = 'isInUse' in opened && opened.isInUse;
    const reason = 'reason' in opened ? opened.reason : '';
    const found = 'embedded, and a running Watchdesk has it open, so this command cannot look inside';
    return {
      findings: [
        isInUse
          ? warn(check, found, 'set DATABASE_URL for production; to look inside now, stop Watchdesk first')
          : fail(check, reason, 'check DATABASE_URL, or DATA_DIR and its permissions'),
      ],
    };
  }
  try {
    const pending = await pendingMigrations(database);
    if (pending.length > 0) {
      const found = `${database.kind}, answers; ${pending.length} ${pending.length === 1 ? 'migration is' : 'migrations are'} to be applied: ${some(pending, 2)}`;
      return { findings: [warn(check, found, 'start Watchdesk, which applies them')] };
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { findings: [fail(check, reason, 'see docs/operating.md, Upgrade')] };
  }
  const finding =
    database.kind === 'postgresql'
      ? ok(check, 'PostgreSQL answers, its tables are up to date')
      : warn(
          check,
          'embedded, up to date; it survives a crash but not a power cut',
          'set DATABASE_URL for production',
        );
  return { usable: database, findings: [finding] };
}
