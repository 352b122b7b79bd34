import { ConnectorError } from '../../connectors/connector-error.ts';
import { createDeskField } from '../../connectors/freshdesk/admin-ticket-fields.ts';
import {
  createWebhookRule,
  replaceWebhookRule,
  type WebhookRuleDraft,
} from '../../connectors/freshdesk/automation-rules.ts';
import type { FreshdeskHttp } from '../../connectors/freshdesk/freshdesk-http.ts';
import type { DeskField } from '../../model/desk-field.ts';
import type { RuleKey, SetupMemory } from './memory.ts';
import { markOf, RULES, type Step } from './plan.ts';

export type Refused = Readonly<{ step: Step; message: string }>;
export type Carried = Readonly<{
  done: readonly Step[];
  /** What Freshdesk would not do: left for a person. */
  refused: readonly Refused[];
  /** Why it ended before all steps were tried; another run goes on from there. */
  stopped?: string;
}>;

export type CarryParts = Readonly<{
  ask: FreshdeskHttp;
  /** Undefined when the settings lack the secret; then no step is about a rule. */
  webhook?: Readonly<{ url: string; secret: string }> | undefined;
  /** Changes and stores what is remembered; before and after each thing made, so that no crash makes us forget one. */
  remember(change: (memory: SetupMemory) => SetupMemory): Promise<void>;
  tell(line: string): void;
}>;

/** Does what the plan says, in its order. Throws nothing of the world: a refusal is a result. */
export async function carryOut(steps: readonly Step[], parts: CarryParts): Promise<Carried> {
  const done: Step[] = [];
  const refused: Refused[] = [];
  /** Where the right or the feature is missing, the next one of the same kind would only cost a call. */
  const closed = new Map<'field' | 'rule', string>();

  for (const step of steps) {
    if (step.kind !== 'create' && step.kind !== 'change') continue;
    const group = 'field' in step ? 'field' : 'rule';
    const known = closed.get(group);
    if (known !== undefined) {
      refused.push({ step, message: known });
      continue;
    }
    try {
      await carryOutOne(step, parts);
      done.push(step);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (isOver(error)) return { done, refused, stopped: error.message };
      refused.push({ step, message: error.message });
      if (error.status === 403 || error.status === 405 || error.status === 404)
        closed.set(group, error.message);
    }
  }
  return { done, refused };
}

/** Nobody answers, or nobody lets us in: the next call would fare no better. */
const isOver = ({ kind, status }: ConnectorError): boolean =>
  kind === 'not_sent' ||
  kind === 'rate_limited' ||
  status === 401 ||
  (kind === 'outcome_unknown' && status === undefined);

async function carryOutOne(step: Step, parts: CarryParts): Promise<void> {
  if ('field' in step) return makeField(step.field, parts);
  if (!('rule' in step) || !parts.webhook) return;
  const { rule, id } = step;
  const draft: WebhookRuleDraft = { ...RULES[rule], ...parts.webhook };
  if (step.kind === 'create' || id === undefined) return makeRule(rule, draft, parts);
  await replaceWebhookRule(parts, id, draft);
  await parts.remember((memory) => withRule(memory, rule, { id, secretMark: markOf(draft.secret) }));
}

async function makeField(key: DeskField, { ask, remember }: CarryParts): Promise<void> {
  await remember((memory) => ({ ...memory, pending: { field: key } }));
  const { id, name } = await made(createDeskField({ ask }, key), remember);
  await remember(({ pending: _, ...memory }) => ({
    ...memory,
    fields: { ...memory.fields, [key]: { id, name } },
  }));
}

async function makeRule(
  rule: RuleKey,
  draft: WebhookRuleDraft,
  { ask, remember }: CarryParts,
): Promise<void> {
  await remember((memory) => ({ ...memory, pending: { rule } }));
  const { id } = await made(createWebhookRule({ ask }, draft), remember);
  await remember(({ pending: _, ...memory }) =>
    withRule(memory, rule, { id, secretMark: markOf(draft.secret) }),
  );
}

/** What was surely not made is not pending. */
async function made<T>(making: Promise<T>, remember: CarryParts['remember']): Promise<T> {
  try {
    return await making;
  } catch (error) {
    const isUnsure =
      error instanceof ConnectorError &&
      (error.kind === 'outcome_unknown' || error.kind === 'unexpected_response');
    if (!isUnsure) await remember(({ pending: _, ...memory }) => memory);
    throw error;
  }
}

const withRule = (
  memory: SetupMemory,
  rule: RuleKey,
  facts: Readonly<{ id: number; secretMark: string }>,
): SetupMemory => ({ ...memory, rules: { ...memory.rules, [rule]: facts } });
