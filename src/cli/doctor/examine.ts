import type { Clock } from '../../model/clock.ts';
import type { Policy } from '../../policy/schema.ts';
import { type RealSettings, readSettings } from '../../settings.ts';
import type { Database } from '../../store/database.ts';
import { type FreshdeskAccount, openFreshdeskAccount } from '../freshdesk-access.ts';
import { tryToOpenDatabase } from '../open-database.ts';
import { loadMemory } from '../setup/memory.ts';
import { markOf, type WantedWebhook } from '../setup/plan.ts';
import { readState, webhookOf } from '../setup/setup-freshdesk.ts';
import { checkChannels } from './check-channels.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkClosers, checkFields, checkRules, checkTypes, readOrTell } from './check-desk.ts';
import { checkKey, checkPlan, checkRole } from './check-freshdesk.ts';
import { checkOpsview } from './check-opsview.ts';
import { checkDatabase, checkPolicyFile, checkSettings } from './check-own-side.ts';
import { checkReferences } from './check-references.ts';
import { checkWebhook } from './check-webhook.ts';
import { clockFinding, type Finding, fail } from './finding.ts';

export type ExamineParts = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  clock: Clock;
  pause(ms: number): Promise<unknown>;
  onPause(ms: number): void;
}>;

/** Every check, in the order in which their remedies make sense. Reads only: nothing is changed anywhere. */
export async function examine(parts: ExamineParts): Promise<readonly Finding[]> {
  const read = readSettings(parts.env, parts.readFile);
  if ('faults' in read)
    return read.faults.map((fault) => fail('Settings', fault, 'docs/settings.md lists all'));
  const { settings } = read;
  const { policy, findings: onPolicy } = await checkPolicyFile(settings.policyFile, parts.clock.now());
  const own = [...checkSettings(settings), ...onPolicy];
  if (settings.mode === 'sandbox') return own;

  const opened = await tryToOpenDatabase(settings, 'watchdesk doctor');
  const { database } = opened;
  try {
    const { usable, findings: onDatabase } = await checkDatabase(opened);
    const [onFreshdesk, onWebhook, onOpsview, onChannels] = await Promise.all([
      examineFreshdesk({ ...parts, settings, database: usable, policy }),
      checkWebhook(settings),
      checkOpsview(settings, parts.clock),
      checkChannels(settings, policy, parts.clock),
    ]);
    const onDeliveries = await checkDeliveries(usable, parts.clock.now());
    return [
      ...own,
      ...onDatabase,
      ...onFreshdesk,
      ...onWebhook,
      ...onOpsview,
      ...onChannels,
      ...onDeliveries,
    ];
  } finally {
    await database?.close();
  }
}

type FreshdeskParts = ExamineParts &
  Readonly<{ settings: RealSettings; database: Database | undefined; policy: Policy | undefined }>;

async function examineFreshdesk(parts: FreshdeskParts): Promise<readonly Finding[]> {
  const { settings, policy } = parts;
  const freshdesk = openFreshdeskAccount(parts);
  const key = await checkKey({ freshdesk, settings });
  if (!key.isIn) return [key.finding];
  return [
    key.finding,
    ...(await checkRole({ freshdesk, settings })),
    ...(await checkPlan({ freshdesk, settings })),
    clockFinding('Freshdesk clock', freshdesk.told().aheadMs, 'Freshdesk'),
    ...(await examineDesk(parts, freshdesk)),
    ...(await checkClosers(freshdesk, policy)),
    ...(policy ? await checkReferences(freshdesk, policy) : []),
  ];
}

async function examineDesk(
  { settings, database }: FreshdeskParts,
  freshdesk: FreshdeskAccount,
): Promise<readonly Finding[]> {
  const memory = database && (await loadMemory(database, freshdesk.account));
  const webhook = webhookOf(settings);
  const wanted: WantedWebhook =
    typeof webhook === 'string' ? webhook : { url: webhook.url, secretMark: markOf(webhook.secret) };
  const read = await readOrTell('Ticket fields', () => readState(freshdesk.ask));
  if ('finding' in read) return [read.finding];
  const { value: state } = read;
  return [
    ...checkFields(state.fields, memory),
    ...checkTypes(state.fields),
    ...checkRules(state, wanted, memory),
  ];
}
