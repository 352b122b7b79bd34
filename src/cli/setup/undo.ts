import { ConnectorError } from '../../connectors/connector-error.ts';
import { deleteTicketField } from '../../connectors/freshdesk/admin-ticket-fields.ts';
import { deleteRule } from '../../connectors/freshdesk/automation-rules.ts';
import type { FreshdeskHttp } from '../../connectors/freshdesk/freshdesk-http.ts';
import { DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../../model/desk-field.ts';
import { RULE_KEYS, type RuleKey, type SetupMemory } from './memory.ts';
import { type AccountState, RULES } from './plan.ts';

/** `gone`: somebody deleted it already, so it is only forgotten. `leave`: made by setup and not to be deleted now. */
export type UndoStep = Readonly<{ kind: 'delete' | 'gone' | 'leave'; id: number; label: string }> &
  (Readonly<{ field: DeskField }> | Readonly<{ rule: RuleKey }>);

/** Pure: what setup made and the account still has. Fields only `withFields`, as Freshdesk deletes what they hold. */
export function planUndo(
  memory: SetupMemory,
  state: AccountState,
  { withFields }: Readonly<{ withFields: boolean }>,
): readonly UndoStep[] {
  const { rules, fields } = state;
  const ruleIsThere = (id: number): boolean =>
    typeof rules === 'string' || rules.some((rule) => rule.id === id); // not shown: try it
  return [
    ...RULE_KEYS.flatMap((rule): UndoStep[] => {
      const made = memory.rules[rule];
      if (!made) return [];
      return [
        {
          kind: ruleIsThere(made.id) ? 'delete' : 'gone',
          rule,
          id: made.id,
          label: `rule “${RULES[rule].name}”`,
        },
      ];
    }),
    ...DESK_FIELD_KEYS.flatMap((field): UndoStep[] => {
      const made = memory.fields[field];
      if (!made) return [];
      const label = `field “${DESK_FIELDS[field].label}” (${made.name})`;
      // An id alone is not enough to delete what people typed: the name has to be the one that was made.
      const isThere = fields.some(({ id, name }) => id === made.id && name === made.name);
      const kind = isThere ? (withFields ? 'delete' : 'leave') : 'gone';
      return [{ kind, field, id: made.id, label }];
    }),
  ];
}

export function undoLines(steps: readonly UndoStep[]): readonly string[] {
  const stay = steps.filter(({ kind }) => kind === 'leave').length;
  return [
    ...steps.flatMap(({ kind, label }) => (kind === 'delete' ? [`- ${label}`] : [])),
    ...steps.flatMap(({ kind, label }) => (kind === 'gone' ? [`  ${label}: deleted already`] : [])),
    ...(stay === 0
      ? []
      : [`= ${stay} ticket fields stay; --undo --fields deletes them and what tickets hold in them`]),
  ];
}

export type UndoParts = Readonly<{
  ask: FreshdeskHttp;
  remember(change: (memory: SetupMemory) => SetupMemory): Promise<void>;
  tell(line: string): void;
}>;

/** Deletes and forgets, one after the other. Resolves to the steps that Freshdesk refused, with its words. */
export async function carryOutUndo(
  steps: readonly UndoStep[],
  { ask, remember, tell }: UndoParts,
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const step of steps) {
    if (step.kind === 'leave') continue;
    try {
      if (step.kind === 'delete') await deleteOne(step, ask);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.kind !== 'not_found') {
        refused.push(`${step.label}: ${error.message}`);
        continue;
      }
    }
    await remember((memory) => forget(memory, step));
    if (step.kind === 'delete') tell(`- ${step.label} deleted`);
  }
  return refused;
}

const deleteOne = (step: UndoStep, ask: FreshdeskHttp): Promise<void> =>
  'rule' in step
    ? deleteRule({ ask }, RULES[step.rule].trigger, step.id)
    : deleteTicketField({ ask }, step.id);

function forget(memory: SetupMemory, step: UndoStep): SetupMemory {
  if ('rule' in step) {
    const { [step.rule]: _, ...rules } = memory.rules;
    return { ...memory, rules };
  }
  const { [step.field]: _, ...fields } = memory.fields;
  return { ...memory, fields };
}
