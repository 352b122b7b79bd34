import type { EscalationState, LadderRun, Told } from '../model/escalation.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { PageContent } from '../model/page.ts';
import { channelText, viaText } from './channel-text.ts';
import type { EscalationWork } from './escalation-work.ts';
import type { Ladder, Rung } from './ladder-policy.ts';
import { type Step, stepsAhead } from './ladder-steps.ts';
import { lastingText } from './time-text.ts';

/** Why a ladder tells somebody now, one sentence without its full stop. */
export function whyNow(ladder: Ladder, run: LadderRun, incident: Incident, now: Date): string {
  const reference = incidentReference(incident);
  const lasting = sinceText(now.getTime() - run.startedAt.getTime());
  switch (ladder.watches) {
    case 'acknowledge':
      return incident.status === 'new'
        ? `Nobody has taken ${reference} ${lasting}`
        : `${holderOf(incident)} has ${reference}, but nothing was seen of it`;
    case 'response':
      return `The reporter of ${reference} has had no answer ${lasting}`;
    case 'progress':
      return `No work on ${reference} was seen ${lasting}`;
    case 'resolution':
      return `${reference} has not been resolved ${lasting}`;
    case 'accept':
      return `Nobody has accepted “${ladder.name}” of ${reference} ${lasting}`;
    case 'level':
      return `The escalation of ${reference} has reached another level`;
    case 'trigger':
      return run.why.replace(/\.$/, '');
  }
}

/** `for 15 min`; what has only just begun has not happened `yet`. */
const sinceText = (ms: number): string => (ms < 60_000 ? 'yet' : `for ${lastingText(ms)}`);

export const holderOf = ({ escalation, owner }: Incident): string =>
  escalation?.acknowledged?.by ?? owner ?? 'Somebody';

/** `Dana has it, by Telegram`. */
export function holdsIt(incident: Incident): string {
  const via = incident.escalation?.acknowledged?.via;
  return `${holderOf(incident)} has it${via === undefined ? '' : `, as said ${viaText(via)}`}`;
}

/** `Jo Moss by phone call, Acme Telecom by e-mail, held until Mon 08:00 (Europe/Zurich)`. */
export const toldText = (told: readonly Told[], work: Pick<EscalationWork, 'when'>): string =>
  told
    .map(({ name, attempts }) => {
      const latest = attempts.at(-1);
      if (latest === undefined) return `${name} by nothing, for want of an address`;
      const held = latest.heldUntil === undefined ? '' : `, held until ${work.when(latest.heldUntil)}`;
      return `${name} by ${channelText(latest.channel)}${held}`;
    })
    .join(', ');

/** `Next: “Manager”, Sat 03:00 (Europe/Zurich).` */
export function nextText(work: EscalationWork, ladder: Ladder, run: LadderRun): string {
  const next = nextStepOf(work, ladder, run);
  if (next === undefined) return 'Nobody comes after that.';
  const when = dueOf(next, work.now);
  if (when === undefined) return `Next: “${next.name}”${next.why === undefined ? '' : `; it ${next.why}`}.`;
  if (!next.rung?.director) return `Next: “${next.name}”, ${work.when(when)}.`;
  const { director } = run;
  return director?.rung === next.name
    ? `Next: “${next.name}”, ${work.when(director.firesAt)} unless somebody stops it.`
    : `Next: “${next.name}”, announced ${work.when(when)} and told ${lastingText(next.rung.stop_within)} later.`;
}

/** What was due before, such as after a rest, comes at once. */
function dueOf({ at, dueAt }: Step, now: Date): Date | undefined {
  const due = at ?? dueAt;
  return due !== undefined && due < now ? now : due;
}

export function nextStepOf(work: EscalationWork, ladder: Ladder, run: LadderRun) {
  const { incident, policy, state } = work;
  const steps = stepsAhead({ incident, policy, state, ladder, run });
  const time = (step: (typeof steps)[number]) =>
    (step.at ?? step.dueAt)?.getTime() ?? Number.POSITIVE_INFINITY;
  return steps.toSorted((a, b) => time(a) - time(b))[0];
}

/** The page's “nextStep”: when, and whose turn it is then; for a Director, when the time to stop it is over. */
export function nextStepFact(work: EscalationWork, ladder: Ladder, run: LadderRun) {
  const next = nextStepOf(work, ladder, run);
  const due = next && dueOf(next, work.now);
  if (next === undefined || due === undefined) return undefined;
  if (!next.rung?.director) return { at: due, name: next.name };
  const at = run.director?.firesAt ?? new Date(due.getTime() + next.rung.stop_within);
  return { at, name: next.name };
}

export const rungText = (rung: Pick<Rung, 'name'>, level: number): string => `level ${level} “${rung.name}”`;

const HISTORIES = new WeakMap<EscalationState, PageContent['history']>();

/** What ladders did so far, oldest first; the same for everybody whom a rung tells. */
export function historyOf(work: EscalationWork): PageContent['history'] {
  const known = HISTORIES.get(work.state) ?? history(work);
  HISTORIES.set(work.state, known);
  return known;
}

function history(work: EscalationWork): PageContent['history'] {
  const { incident, state, policy } = work;
  const entries: PageContent['history'][number][] = [{ at: incident.openedAt, text: 'It was opened.' }];
  for (const { ladder, rungs, acknowledged } of state.ladders) {
    const name = policy.ladders[ladder]?.name ?? ladder;
    for (const { rung, level, at, told, nobodyWhy } of rungs)
      entries.push({
        at,
        text:
          nobodyWhy === undefined
            ? `Level ${level} “${rung}” of “${name}”: ${toldText(told, work)}.`
            : `Level ${level} “${rung}” of “${name}” had nobody in it.`,
      });
    if (acknowledged)
      entries.push({
        at: acknowledged.at,
        text: `${acknowledged.by} acknowledged “${name}” ${viaText(acknowledged.via)}.`,
      });
  }
  if (state.acknowledged)
    entries.push({
      at: state.acknowledged.at,
      text: `${state.acknowledged.by} took it ${viaText(state.acknowledged.via)}.`,
    });
  return entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
