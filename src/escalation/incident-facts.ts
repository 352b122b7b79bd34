import { objectName } from '../model/check-event.ts';
import type { Attempt, LadderRun, RungRun, Told } from '../model/escalation.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { PRIORITY_NAMES } from '../model/priority.ts';
import type { Policy } from '../policy/schema.ts';
import { channelText, viaText } from './channel-text.ts';
import type { Fact, PageGiven } from './page-given.ts';
import { plainLine } from './plain-line.ts';
import { clockText, lastingText, timeText } from './time-text.ts';

/** What is known of an incident, a fact each, for our own people. A fact that there is nothing to say about is absent. */

const OBJECT_MAX = 120;
const OUTPUT_MAX = 160;
const TRIED_MAX = 5;

/** `WD-42 Urgent` */
export const headOf = (incident: Incident): string =>
  `${incidentReference(incident)} ${PRIORITY_NAMES[incident.priority]}`;

/** The object, its state and what its check says; for what a person reported, the first words of that. */
export function whatFact({ incident, cause }: PageGiven): Fact {
  const others = incident.badAlertCount - (cause === undefined ? 0 : 1);
  const more = others > 0 ? `, and ${others} more` : '';
  if (cause !== undefined) {
    const output = cause.output.trim() === '' ? '' : `: ${plainLine(cause.output, OUTPUT_MAX)}`;
    return {
      label: 'What',
      value: `${plainLine(objectName(cause), OBJECT_MAX)} is ${cause.state}${more}${output}`,
    };
  }
  const words = incident.origin === 'ticket' ? plainLine(incident.desk.text ?? '', OUTPUT_MAX) : '';
  return { label: 'What', value: `${incident.title}${words === '' ? '' : `: ${words}`}${more}` };
}

/** Service, customers and how many reported it. */
export function hitFact({ incident, policy }: PageGiven): Fact {
  const { serviceId, customerId, childCount, reporter } = incident;
  const service = serviceId === undefined ? undefined : policy.services[serviceId];
  const keys = [...(customerId === undefined ? [] : [customerId]), ...(service?.customers ?? [])];
  const customers = [...new Set(keys)].map((key) => {
    const customer = policy.customers[key];
    return `${customer?.name ?? key}${customer?.vip ? ' (VIP)' : ''}`;
  });
  const reports = childCount + (reporter === undefined ? 0 : 1);
  return {
    label: 'Who is hit',
    value: [
      service === undefined ? 'no known service' : `${service.name} (criticality ${service.criticality})`,
      customers.length === 0 ? 'no known customer' : customers.join(', '),
      reports === 0
        ? 'nobody has reported it yet'
        : `${reports} ${reports === 1 ? 'person' : 'people'} reported it`,
    ].join('; '),
  };
}

export const sinceFact = ({ incident, now, recipient }: PageGiven): Fact => ({
  label: 'Since',
  value: `${timeText(incident.startedAt, recipient.timeZone, now)}, for ${lastingText(
    (incident.resolvedAt ?? now).getTime() - incident.startedAt.getTime(),
  )}${incident.reopenCount === 0 ? '' : `; reopened ${incident.reopenCount} times`}`,
});

/** The colleague who has it, as people call them; undefined while nobody has. */
export function holderName({ incident, policy }: Pick<PageGiven, 'incident' | 'policy'>): string | undefined {
  if (incident.status === 'new') return undefined;
  const taken = incident.escalation?.acknowledged;
  const name = taken?.person === undefined ? taken?.by : (policy.people[taken.person]?.name ?? taken.by);
  return name ?? incident.owner;
}

export function holderFact(given: PageGiven): Fact {
  const name = holderName(given);
  const taken = given.incident.escalation?.acknowledged;
  const team = given.policy.teams[given.incident.assignmentGroup ?? '']?.name;
  const of = team === undefined ? '' : ` (${team})`;
  if (name === undefined) {
    const nobody = given.incident.status === 'new' ? 'nobody yet' : 'somebody whose name is not known here';
    return { label: 'Who has it', value: nobody + of };
  }
  const how =
    taken === undefined
      ? ''
      : `, since ${timeText(taken.at, given.recipient.timeZone, given.now)} ${viaText(taken.via)}`;
  return { label: 'Who has it', value: `${name}${of}${how}` };
}

/** Who was told so far, the newest last, and what became of it. */
export function triedFact(given: PageGiven): Fact {
  const rungs = toldRungs(given);
  const shown = rungs.slice(-TRIED_MAX).map((rung) => triedText(rung, given));
  const earlier = rungs.length - shown.length;
  const answer = given.run.acknowledged === undefined ? '' : `; ${reactionText(given)}`;
  return {
    label: 'Tried',
    value:
      rungs.length === 0
        ? 'nobody was told before you'
        : `${earlier > 0 ? `${earlier} earlier; ` : ''}${shown.join('; ')}${answer}`,
  };
}

/** Rungs of every ladder of this incident, in the order in which they were told. */
function toldRungs({ incident, run }: PageGiven): readonly RungRun[] {
  const others = (incident.escalation?.ladders ?? []).filter(
    (one: LadderRun) => one.ladder !== run.ladder || one.run !== run.run,
  );
  return [...others, run]
    .flatMap(({ rungs }) => rungs)
    .filter(({ told }) => told.length > 0)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

const triedText = (rung: RungRun, { recipient }: PageGiven): string =>
  `${clockText(rung.at, recipient.timeZone)} ${rung.rung}: ${rung.told.map(toldText).join(', ')}`;

/** `Jo Moss (telegram failed, sms delivered)` */
function toldText({ name, attempts }: Told): string {
  const tries = attempts.map(
    ({ channel, outcome }: Attempt) => `${channelText(channel)} ${outcome ?? 'not known to have arrived'}`,
  );
  return tries.length === 0 ? name : `${name} (${tries.join(', ')})`;
}

const reactionText = ({ run, policy, recipient }: PageGiven): string => {
  const { acknowledged } = run;
  if (acknowledged === undefined) return '';
  const { by, person, at, via } = acknowledged;
  const name = person === undefined ? by : (policy.people[person]?.name ?? by);
  return `${name} took it at ${clockText(at, recipient.timeZone)} ${viaText(via)}`;
};

export const nextUpdateFact = ({ incident, recipient, now }: PageGiven): Fact => {
  const { nextUpdateDueAt } = incident.desk;
  return {
    label: 'Next update',
    value:
      nextUpdateDueAt === undefined
        ? 'none is promised'
        : `to the reporter by ${timeText(nextUpdateDueAt, recipient.timeZone, now)}${nextUpdateDueAt < now ? ', overdue' : ''}`,
  };
};

/** What happens next if nobody reacts. */
export const nextStepFacts = ({ nextStep, recipient, now }: PageGiven): readonly Fact[] =>
  nextStep === undefined
    ? []
    : [
        {
          label: 'Next step',
          value: `${timeText(nextStep.at, recipient.timeZone, now)}: ${nextStep.name}`,
        },
      ];

/** How people call a ladder; its key where the policy no longer has it. */
export const ladderName = (policy: Policy, run: LadderRun): string =>
  policy.ladders[run.ladder]?.name ?? run.ladder;
