import { ConnectorError } from '../../connectors/connector-error.ts';
import {
  type AutomationRule,
  listRules,
  type RuleTrigger,
} from '../../connectors/freshdesk/automation-rules.ts';
import { matchDeskFields } from '../../connectors/freshdesk/match-desk-fields.ts';
import type { TicketField } from '../../connectors/freshdesk/read-ticket-fields.ts';
import { faultsOf } from '../../engine/greet-other-sides.ts';
import { DESK_FIELD_KEYS, DESK_FIELDS } from '../../model/desk-field.ts';
import type { Policy } from '../../policy/schema.ts';
import type { FreshdeskAccount } from '../freshdesk-access.ts';
import type { SetupMemory } from '../setup/memory.ts';
import { type AccountState, namesOf, planSetup, type WantedWebhook } from '../setup/plan.ts';
import { subjectOf } from '../setup/show.ts';
import { type Finding, fail, look, ok, some, warn } from './finding.ts';

/** Ticket fields, types and automation rules. */

const SETUP = 'run: watchdesk setup freshdesk';

export function checkFields(
  fields: readonly TicketField[],
  memory: SetupMemory | undefined,
): readonly Finding[] {
  const check = 'Ticket fields';
  const { found, unfit, missing, lackingChoices } = matchDeskFields(fields, namesOf(memory));
  const labels = (keys: readonly (keyof typeof DESK_FIELDS)[]): string =>
    some(keys.map((key) => DESK_FIELDS[key].label));
  return [
    missing.length === 0
      ? ok(check, `${found.size} of ${DESK_FIELD_KEYS.length} are there and fit`)
      : warn(check, `${missing.length} of ${DESK_FIELD_KEYS.length} are missing: ${labels(missing)}`, SETUP),
    ...[...unfit].map(([key, reason]) =>
      warn(check, `“${DESK_FIELDS[key].label}” is left out: ${reason}`, SETUP),
    ),
    ...[...lackingChoices].map(([key, choices]) =>
      warn(
        check,
        `“${DESK_FIELDS[key].label}” lacks the choices ${choices.join(', ')}`,
        'Freshdesk, Admin, Ticket Fields: add them',
      ),
    ),
    // Types have a check of their own.
    ...faultsOf(fields.filter(({ type }) => type !== 'default_ticket_type')).map((fault) => {
      const [finding = fault, remedy = 'make it optional'] = fault.split(/: (?=[^:]*$)/);
      return fail(check, finding, remedy);
    }),
    ...fields
      .filter(({ isRequiredForClosure, name }) => isRequiredForClosure && name.startsWith('cf_'))
      .map(({ label }) =>
        warn(
          check,
          `“${label}” has to be filled in before a ticket closes, so Watchdesk may be refused to close one`,
          'Freshdesk, Admin, Ticket Fields: make it optional, or see that agents fill it in',
        ),
      ),
  ];
}

export function checkTypes(fields: readonly TicketField[]): readonly Finding[] {
  const check = 'Ticket types';
  const byHand = 'Freshdesk, Admin, Ticket Fields, Type: add them';
  const types = fields.find(({ type }) => type === 'default_ticket_type')?.choices ?? [];
  if (types.length === 0) return [warn(check, 'could not tell: Freshdesk lists no types', byHand)];
  const { steps } = planSetup({ fields, rules: [] }, '', undefined);
  const missing = steps.flatMap((step) => ('ticketType' in step ? [step.ticketType] : []));
  if (missing.length === 0) return [ok(check, 'Question, Incident, Problem and Feature Request are there')];
  return [
    fail(check, `missing: ${missing.join(', ')}; Freshdesk would refuse tickets of these types`, byHand),
  ];
}

export function checkRules(
  state: AccountState,
  webhook: WantedWebhook,
  memory: SetupMemory | undefined,
): readonly Finding[] {
  const check = 'Webhook rules';
  if (typeof state.rules === 'string') {
    const byHand = 'Freshdesk, Admin, Automations: look for the two rules that docs/freshdesk.md shows';
    return [warn(check, `could not tell: ${state.rules}`, byHand)];
  }
  const steps = planSetup(state, webhook, memory).steps.filter((step) => 'rule' in step);
  const late = 'until then changes are found by polling, about a minute late';
  const bad = steps.filter(({ kind }) => kind !== 'keep');
  if (bad.length === 0) return [ok(check, 'both are there, active, and call the right address')];
  if (typeof webhook === 'string') return [warn(check, `${webhook}; ${late}`, SETUP)];
  return bad.map((step) => warn(check, `${subjectOf(step)}: ${step.reason}; ${late}`, SETUP));
}

const CLOSED = 5;
const TRIGGERS: readonly RuleTrigger[] = ['creation', 'time', 'update'];

/** Freshdesk closes by itself what Watchdesk wants proved first. */
export function checkClosers(
  freshdesk: FreshdeskAccount,
  policy: Policy | undefined,
): Promise<readonly Finding[]> {
  const check = 'Closing by Freshdesk';
  const byHand = 'Freshdesk, Admin, Automations: look for rules that set the status to Closed';
  return look(check, byHand, async () => {
    const rules: AutomationRule[] = [];
    for (const trigger of TRIGGERS) rules.push(...(await listRules(freshdesk, trigger)));
    const closers = rules.filter(({ isActive, setsStatuses }) => isActive && setsStatuses.includes(CLOSED));
    if (closers.length === 0) return [ok(check, 'no automation rule closes tickets')];
    const names = some(closers.map(({ name }) => `“${name}”`));
    const rounds = policy === undefined ? 'a few' : String(policy.closing.gate.rounds);
    return [
      warn(
        check,
        `${names} closes tickets; Watchdesk sets one that was closed without proof back to Resolved with a note, at most ${rounds} times, then tells a person`,
        'Freshdesk, Admin, Automations: switch it off, as Watchdesk closes on proof by itself',
      ),
    ];
  });
}

/** Fields that cannot be read are told; the checks that need them are left out then. */
export async function readOrTell<T>(
  check: string,
  read: () => Promise<T>,
): Promise<Readonly<{ value: T } | { finding: Finding }>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return {
      finding: warn(check, `could not tell: ${error.message}`, 'look at them in Freshdesk, Admin, Workflows'),
    };
  }
}
