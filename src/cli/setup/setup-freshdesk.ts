import { ConnectorError } from '../../connectors/connector-error.ts';
import { listRules } from '../../connectors/freshdesk/automation-rules.ts';
import type { FreshdeskHttp } from '../../connectors/freshdesk/freshdesk-http.ts';
import { readTicketFields } from '../../connectors/freshdesk/read-ticket-fields.ts';
import type { Clock } from '../../model/clock.ts';
import { isLoopbackHost } from '../../setting-kinds.ts';
import type { RealSettings, Settings } from '../../settings.ts';
import type { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { type FreshdeskAccount, openFreshdeskAccount } from '../freshdesk-access.ts';
import { tryToOpenDatabase } from '../open-database.ts';
import { carryOut } from './carry-out.ts';
import { loadMemory, nothingMade, type SetupMemory, saveMemory, saveNames } from './memory.ts';
import {
  type AccountState,
  markOf,
  planSetup,
  type Step,
  settlePending,
  type WantedWebhook,
} from './plan.ts';
import { manualLines, planLines, subjectOf } from './show.ts';
import { carryOutUndo, planUndo, undoLines } from './undo.ts';

export type SetupOptions = Readonly<{ dryRun: boolean; yes: boolean; undo: boolean; fields: boolean }>;

export type SetupParts = Readonly<{
  settings: Settings;
  options: SetupOptions;
  clock: Clock;
  pause(ms: number): Promise<unknown>;
  tell(line: string): void;
  /** Absent when nobody is there to answer: without --yes nothing is done then. */
  confirm?: (question: string) => Promise<boolean>;
}>;

/** `watchdesk setup freshdesk`. Resolves to the exit code: 0 also when steps are left for a person. */
export async function setupFreshdesk(parts: SetupParts): Promise<number> {
  const { settings, options, clock, pause, tell } = parts;
  if (settings.mode === 'sandbox') {
    tell(
      'FRESHDESK_URL and FRESHDESK_API_KEY are not set, so there is no account to set up: docs/freshdesk.md says how.',
    );
    return 1;
  }
  const opened = await tryToOpenDatabase(settings, 'watchdesk setup');
  const { database } = opened;
  try {
    if (database) await migrate(database);
    const freshdesk = openFreshdeskAccount({
      settings,
      database,
      clock,
      pause,
      onPause: (ms) => tell(`Waiting ${Math.ceil(ms / 1000)} s for Freshdesk's limit of calls a minute …`),
    });
    if (!opened.database) tellForgetful(opened, tell);
    const run: Run = { ...parts, settings, database, freshdesk };
    return options.undo ? await undo(run) : await setUp(run);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    tell('Nothing more was done. Run it again: it goes on where it stopped.');
    return 1;
  } finally {
    await database?.close();
  }
}

type Run = Omit<SetupParts, 'settings'> &
  Readonly<{ settings: RealSettings; database: Database | undefined; freshdesk: FreshdeskAccount }>;

function tellForgetful(
  { isInUse, reason }: Readonly<{ isInUse: boolean; reason: string }>,
  tell: SetupParts['tell'],
): void {
  tell(
    isInUse
      ? 'Watchdesk runs and has its embedded database open, so what is made now cannot be remembered for --undo; stop Watchdesk for a minute if you want that. The fields are found by their labels all the same.'
      : `The database does not open, so what is made now cannot be remembered for --undo. ${reason}`,
  );
}

async function setUp(run: Run): Promise<number> {
  const { settings, options, freshdesk, tell } = run;
  const { ask, account } = freshdesk;
  const webhook = webhookOf(settings);
  const wanted: WantedWebhook =
    typeof webhook === 'string' ? webhook : { url: webhook.url, secretMark: markOf(webhook.secret) };
  const state = await readState(ask);
  const memory = await rememberingIn(run);
  const settled = settlePending(memory.current(), state, wanted);
  const { steps } = planSetup(state, wanted, run.database ? settled : undefined);
  const url = webhookUrl(settings);

  tell(`Freshdesk account ${account}, webhooks to ${url}`);
  for (const line of planLines(steps)) tell(line);
  const toDo = steps.filter(({ kind }) => kind === 'create' || kind === 'change');
  const byHand = steps.filter(({ kind }) => kind === 'manual');
  if (toDo.length > 0 && options.dryRun) {
    tell('Nothing was done, as this is a dry run.');
    return 0;
  }
  if (toDo.length > 0 && !(await mayGoOn(run, `Do this in ${account}?`))) return 0;
  if (!options.dryRun) await memory.change(() => settled);

  const { refused, stopped } = await carryOut(toDo, {
    ask,
    remember: memory.change,
    tell,
    ...(typeof webhook === 'string' ? {} : { webhook }),
  });
  if (stopped !== undefined) {
    tell(stopped);
    tell('It ended before all was done. Run it again: it goes on where it stopped.');
    return 1;
  }

  const after = toDo.length === 0 ? state : await readState(ask);
  if (!options.dryRun) await memory.change((now) => settlePending(now, after, wanted));
  const seen = planSetup(after, wanted, run.database ? memory.current() : undefined);
  if (run.database && !options.dryRun) {
    const names = Object.fromEntries([...seen.matched.found].map(([key, { name }]) => [key, name]));
    await saveNames(run.database, account, names, run.clock.now());
  }
  const open = seen.steps.filter(({ kind }) => kind === 'create' || kind === 'change');
  return report({ run, left: [...open, ...byHand], refused, url, hadWork: toDo.length > 0 });
}

type Report = Readonly<{
  run: Run;
  left: readonly Step[];
  refused: Awaited<ReturnType<typeof carryOut>>['refused'];
  url: string;
  hadWork: boolean;
}>;

function report({ run: { tell }, left, refused, url, hadWork }: Report): number {
  for (const message of new Set(refused.map(({ message }) => message))) {
    const about = refused.filter((one) => one.message === message).map(({ step }) => subjectOf(step));
    const whom = about.length > 2 ? `${about[0]} and ${about.length - 1} more` : about.join(', ');
    tell(`Refused, ${whom}: ${message}`);
  }
  if (left.length === 0) {
    tell(
      hadWork
        ? 'Done, and read back from Freshdesk: everything is there.'
        : 'Nothing to do: everything is there.',
    );
    return 0;
  }
  tell('Manual steps left, in Freshdesk:');
  for (const line of manualLines(left, url)) tell(line);
  tell('Then run “watchdesk setup freshdesk” once more, which finds them, and “watchdesk doctor”.');
  return 0;
}

async function undo(run: Run): Promise<number> {
  const { options, freshdesk, database, tell, confirm } = run;
  if (!database) {
    tell(
      'Without the database nobody knows what setup made, so nothing is deleted. Stop Watchdesk and run it again.',
    );
    return 1;
  }
  const state = await readState(freshdesk.ask);
  const memory = await rememberingIn(run);
  let steps = planUndo(memory.current(), state, { withFields: options.fields });
  if (steps.length === 0) {
    tell(`Setup made nothing in ${freshdesk.account} that it remembers, so there is nothing to undo.`);
    return 0;
  }
  for (const line of undoLines(steps)) tell(line);
  if (options.dryRun) {
    tell('Nothing was done, as this is a dry run.');
    return 0;
  }
  if (!(await mayGoOn(run, `Do this in ${freshdesk.account}?`))) return 0;
  const fields = steps.filter((step) => 'field' in step && step.kind === 'delete').length;
  const question = `Delete ${fields} ticket fields with all that tickets hold in them, for good?`;
  if (fields > 0 && !options.yes && !(await confirm?.(question))) {
    tell('The fields stay.');
    steps = planUndo(memory.current(), state, { withFields: false });
  }
  const refused = await carryOutUndo(steps, { ask: freshdesk.ask, remember: memory.change, tell });
  for (const line of refused) tell(`Refused, delete it by hand: ${line}`);
  return refused.length === 0 ? 0 : 1;
}

async function mayGoOn({ options, confirm, tell }: Run, question: string): Promise<boolean> {
  if (options.yes) return true;
  if (!confirm) {
    tell('Nothing was done: there is nobody to ask here. Run it in a terminal, or with --yes.');
    return false;
  }
  const isWanted = await confirm(question);
  if (!isWanted) tell('Nothing was done.');
  return isWanted;
}

/** What setup made, kept in the database after each change; in memory only, where there is none. */
async function rememberingIn({ database, freshdesk, clock }: Run) {
  let memory: SetupMemory = database
    ? await loadMemory(database, freshdesk.account)
    : nothingMade(freshdesk.account);
  return {
    current: () => memory,
    async change(to: (memory: SetupMemory) => SetupMemory): Promise<void> {
      const next = to(memory);
      if (next === memory) return;
      if (database) await saveMemory(database, next, clock.now());
      memory = next;
    },
  };
}

/** Throws when the fields cannot be read; rules that Freshdesk does not show are told instead. */
export async function readState(ask: FreshdeskHttp): Promise<AccountState> {
  const fields = await readTicketFields({ ask });
  try {
    return {
      fields,
      rules: [...(await listRules({ ask }, 'creation')), ...(await listRules({ ask }, 'update'))],
    };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.status === undefined || error.status === 401) throw error;
    return { fields, rules: `Freshdesk does not show its automation rules (${error.message})` };
  }
}

export const webhookUrl = ({ publicUrl }: Pick<Settings, 'publicUrl'>): string =>
  `${publicUrl}/webhooks/freshdesk`;

/** What the rules call, or why there can be none. */
export function webhookOf(settings: RealSettings): Readonly<{ url: string; secret: string }> | string {
  const [secret] = settings.freshdeskWebhookSecrets;
  const url = webhookUrl(settings);
  const isHere = isLoopbackHost(new URL(url).hostname);
  if (isHere && !isLoopbackHost(new URL(settings.freshdesk.url).hostname)) {
    return `PUBLIC_URL is ${settings.publicUrl}, which Freshdesk cannot reach: set it to the address of Watchdesk in the internet`;
  }
  if (!isHere && url.startsWith('http:')) {
    return `PUBLIC_URL is ${settings.publicUrl}, where the secret would travel in clear text: use an https:// address`;
  }
  if (secret === undefined) {
    return 'FRESHDESK_WEBHOOK_SECRET is not set: make one with openssl rand -hex 32, set it, and run setup again';
  }
  return { url, secret };
}
