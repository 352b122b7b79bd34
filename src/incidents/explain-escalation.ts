import { escalationScript, type ScriptStep } from '../escalation/escalation-script.ts';
import { dayText, timeText } from '../escalation/time-text.ts';
import { objectName } from '../model/check-event.ts';
import type { Policy } from '../policy/schema.ts';
import { openedBy, type Question } from './explain.ts';

/** What a step is, where that is more than the rung's telling. */
const KIND_WORDS: Readonly<Partial<Record<ScriptStep['kind'], string>>> = {
  director: 'the Director',
  last: 'the catch-all',
  announcement: 'told that the Director is next',
  meeting: 'called together',
  estimate: 'asked for an estimate',
  customer: 'the customer',
  vendor: 'the vendor',
  fault: 'told of the fault in the policy',
};

/** A script may be about any year, so its beginning is given with it. */
const LONG_AGO = new Date(0);

/** Who would be told if Opsview notified this at `at` and nobody reacted: one line each, in the policy's time zone. */
export function explainEscalation(question: Question, policy: Policy, at: Date): string {
  const { zone, incident, decision, script } = follow(question, policy, at);
  if (incident === undefined) return `Nothing is opened: ${decision.why.sentence}`;
  const head = `${objectName(question)} is ${question.state} from ${timeText(at, zone, LONG_AGO)} on, and nobody reacts:`;
  const what = `  priority ${incident.priority}, team ${policy.teams[incident.assignmentGroup ?? '']?.name ?? 'none'}`;
  if (script.steps.length === 0) {
    const hasNone = Object.keys(policy.ladders).length === 0;
    const why = hasNone ? 'the policy has no ladders (docs/escalation.md)' : 'no ladder is for this';
    return [head, what, '', `  nobody would be told: ${why}`].join('\n');
  }
  return [
    head,
    what,
    '',
    ...script.steps.map((step) => `  ${timeOf(step, script.steps, zone)}  ${lineOf(step, policy, zone)}`),
    ...(script.isCut ? ['  … and so on: the rest is left out'] : []),
  ].join('\n');
}

/** The same for programs: instants in UTC, `local` as people there read them. */
export function explainEscalationJson(question: Question, policy: Policy, at: Date): string {
  const { zone, incident, decision, script } = follow(question, policy, at);
  const opened =
    incident === undefined
      ? { why: decision.why.sentence }
      : {
          priority: incident.priority,
          title: incident.title,
          team: incident.assignmentGroup,
          service: incident.serviceId,
          customer: incident.customerId,
        };
  const steps = script.steps.map((step) => ({ ...step, local: timeText(step.at, zone, LONG_AGO) }));
  return JSON.stringify(
    { when: at, timeZone: zone, opens: incident !== undefined, ...opened, steps, isCut: script.isCut },
    null,
    2,
  );
}

function follow(question: Question, policy: Policy, at: Date) {
  const zone = policy.defaults.time_zone;
  const decision = openedBy(question, policy, at);
  const [opened] = decision.incidents;
  const [cause] = decision.alerts;
  if (opened === undefined) return { zone, decision, script: { steps: [], isCut: false } };
  // Its ladders begin here, so that every telling is followed from the first.
  const { escalation: _, ...incident } = opened;
  const script = escalationScript({ incident, policy, now: at, ...(cause && { cause }) });
  return { zone, decision, incident, script };
}

/** With seconds where ladders are so short that minutes would tell nothing. */
function timeOf({ at }: ScriptStep, steps: readonly ScriptStep[], zone: string): string {
  const seconds = (one: Date) => one.getUTCSeconds();
  const isShort = steps.some((one) => seconds(one.at) !== seconds(steps[0]?.at ?? one.at));
  return `${dayText(at, zone)}${isShort ? `:${String(seconds(at)).padStart(2, '0')}` : ''}`;
}

function lineOf(step: ScriptStep, policy: Policy, zone: string): string {
  const { ladder, rung, again, level, kind, told, heldUntil, why } = step;
  const name = ladder === undefined ? undefined : (policy.ladders[ladder]?.name ?? ladder);
  const place = [
    level === undefined ? undefined : `level ${level}`,
    name === undefined ? undefined : `“${name}”`,
    again ? `${rung} again` : rung,
  ].filter((part) => part !== undefined);
  const whom =
    told === undefined ? `nobody: ${why}` : `${told.name}${asText(kind)} by ${byText(told.channels)}`;
  const wait = heldUntil === undefined ? '' : `, held until ${dayText(heldUntil, zone)}`;
  return `${place.join(', ')}${place.length > 0 ? ': ' : ''}${whom}${wait}`;
}

const asText = (kind: ScriptStep['kind']): string => {
  const words = KIND_WORDS[kind];
  return words === undefined ? '' : ` (${words})`;
};

const byText = ([first = 'no channel', ...rest]: readonly string[]): string =>
  rest.length === 0 ? first : `${first}, else ${rest.join(', ')}`;
