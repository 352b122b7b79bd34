import type { Attempt, LadderRun, RungRun, Told } from '../model/escalation.ts';
import { channelText } from './channel-text.ts';
import type { EscalationWork } from './escalation-work.ts';
import { whyNow } from './ladder-texts.ts';
import { attempted, makePage } from './make-page.ts';
import type { IncidentPageKind } from './page-text.ts';
import { isUnneeded, OUTCOME_WAIT_MS, wasReached } from './reached.ts';
import { recipientOf } from './recipient.ts';
import { intentOf, kindFor } from './tell-rung.ts';
import { lastingText } from './time-text.ts';

/** Brings the messages of a running ladder up to date: the next channel where one failed or is not known in time. */
export function fallBack(work: EscalationWork, run: LadderRun): LadderRun {
  let after = run;
  for (const rung of newestOfEach(run)) {
    const told = rung.told.map((one) => fellBack(work, { run: after, rungRun: rung, told: one }));
    if (told.some((one, index) => one !== rung.told[index])) {
      const rungs = after.rungs.map((one) => (one === rung ? { ...rung, told } : one));
      after = work.put({ ...after, rungs });
    }
  }
  const announced = run.director?.announcedTo;
  const told = announced?.map((one) => fellBack(work, { run: after, told: one }));
  if (after.director && told?.some((one, index) => one !== announced?.[index]))
    after = work.put({ ...after, director: { ...after.director, announcedTo: told } });
  return after;
}

/** What is pending of an earlier telling does not matter any more once the rung was told again. */
const newestOfEach = ({ rungs }: LadderRun): readonly RungRun[] =>
  rungs.filter(
    (one, index) =>
      rungs.findLastIndex(({ rung, isLast }) => rung === one.rung && isLast === one.isLast) === index,
  );

type Telling = Readonly<{
  run: LadderRun;
  /** Absent for the announcement of the Director. */
  rungRun?: RungRun;
  told: Told;
}>;

const sinceOf = ({ at, heldUntil }: Attempt): number => (heldUntil ?? at).getTime();

function fellBack(work: EscalationWork, telling: Telling): Told {
  const { told } = telling;
  if (wasReached(told) || told.attempts.some(isUnneeded)) return told;
  const attempts = told.attempts.map((attempt) => overdue(work, attempt));
  const isChanged = attempts.some((one, index) => one !== told.attempts[index]);
  const known = isChanged ? { ...told, attempts } : told;
  const last = attempts.at(-1);
  if (last === undefined || (last.outcome === undefined && last.why === undefined)) return known;
  return tryNext(work, { ...telling, told: known }, last);
}

/** The attempt with what can be said of it by now although nothing was heard. */
function overdue({ now, policy }: EscalationWork, attempt: Attempt): Attempt {
  if (attempt.outcome !== undefined) return attempt;
  const within = policy.notify.delivered_within;
  const waited = now.getTime() - sinceOf(attempt);
  if (waited >= Math.max(within, OUTCOME_WAIT_MS)) {
    const why = `Nothing was heard of it for ${lastingText(Math.max(within, OUTCOME_WAIT_MS))}.`;
    return { ...attempt, outcome: 'failed', outcomeAt: now, why };
  }
  if (attempt.why !== undefined || waited < within) return attempt;
  return { ...attempt, why: `It is not known to be delivered within ${lastingText(within)}.` };
}

/** A page by the next channel that still reaches the recipient. */
function tryNext(work: EscalationWork, { run, rungRun, told }: Telling, last: Attempt): Told {
  const channel = told.channels[told.attempts.length];
  if (channel === undefined) return told;
  const ladder = work.policy.ladders[run.ladder];
  const rung = ladder?.rungs.find(({ name }) => name === (rungRun?.rung ?? run.director?.rung));
  const recipient = recipientOf(work.policy, told.recipient);
  const of = { recipient: told.recipient, channel };
  const intent = rungRun === undefined ? last.intent.replace(/[^:]*$/, channel) : intentOf(run, rungRun, of);
  const kind = kindOf(run, rungRun, rung?.meeting !== undefined);
  const page =
    recipient &&
    makePage(work, {
      ...{ run, ladder, rung, rungRun, recipient, channel, intent },
      kind: kindFor(kind, recipient),
      sentence: ladder ? `${whyNow(ladder, run, work.incident, work.now)}.` : run.why,
      holdUntil: last.heldUntil !== undefined && last.heldUntil > work.now ? last.heldUntil : undefined,
    });
  const before = `the ${channelText(last.channel)}: ${last.why ?? 'it failed'}`;
  if (page === undefined) {
    const why = 'The policy has no address for it any more.';
    const lost: Attempt = { channel, intent, at: work.now, outcome: 'failed', outcomeAt: work.now, why };
    return tryNext(
      work,
      { run, ...(rungRun && { rungRun }), told: { ...told, attempts: [...told.attempts, lost] } },
      lost,
    );
  }
  work.pages.push(page);
  work.tell(
    'told_by_next_channel',
    `${told.name} is told about ${work.reference} by ${channelText(channel)} as well, because of ${before}`,
  );
  return { ...told, attempts: [...told.attempts, attempted(page, work.now)] };
}

function kindOf(run: LadderRun, rungRun: RungRun | undefined, isMeeting: boolean): IncidentPageKind {
  if (rungRun === undefined) return 'announcement';
  if (rungRun.isLast) return 'last';
  if (run.director?.rung === rungRun.rung) return 'director';
  return isMeeting ? 'meeting' : 'escalation';
}

/** The next instant at which something can be said of messages of which nothing was heard. */
export function messagesDueAt({ policy, now }: EscalationWork, run: LadderRun): Date | undefined {
  const within = policy.notify.delivered_within;
  let first = Number.POSITIVE_INFINITY;
  const told = [...newestOfEach(run).flatMap((rung) => rung.told), ...(run.director?.announcedTo ?? [])];
  for (const one of told) {
    if (wasReached(one)) continue;
    for (const attempt of one.attempts) {
      if (attempt.outcome !== undefined) continue;
      const wait = attempt.why === undefined ? within : Math.max(within, OUTCOME_WAIT_MS);
      first = Math.min(first, sinceOf(attempt) + wait);
    }
  }
  return first === Number.POSITIVE_INFINITY ? undefined : new Date(Math.max(first, now.getTime() + 1));
}
