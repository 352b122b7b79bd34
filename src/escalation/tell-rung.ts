import type { ChannelName, LadderRun, RungRun, Told } from '../model/escalation.ts';
import type { Page } from '../model/page.ts';
import type { EscalationWork } from './escalation-work.ts';
import { type Ladder, levelOf, type Rung } from './ladder-policy.ts';
import { LAST_RUNG } from './ladder-steps.ts';
import { nextText, rungText, toldText, whyNow } from './ladder-texts.ts';
import { attempted, makePage } from './make-page.ts';
import { waysFor } from './notify-rules.ts';
import type { IncidentPageKind } from './page-text.ts';
import { capital } from './plain-line.ts';
import { everybodyTold } from './reached.ts';
import type { Recipient } from './recipient.ts';
import { type Recipients, recipientsOf } from './recipients.ts';

type OfLadder = Readonly<{ ladder: Ladder; run: LadderRun }>;
type Telling = OfLadder & Readonly<{ rung: Rung; dueAt: Date; again?: RungRun['again']; why?: string }>;

/** Whom targets of the policy mean now; `told` in them means those whom this run told. */
export function targetsOf(work: EscalationWork, tell: Rung['tell'], run?: LadderRun): Recipients {
  const { incident, policy, now, state } = work;
  const { owner } = work.given;
  return recipientsOf(tell, {
    incident,
    policy,
    now,
    told: everybodyTold(run ? { ladders: [run] } : state),
    ...(owner === undefined ? {} : { owner }),
  });
}

/** Tells a rung: a page to everybody it means by the first channel of each, or, with nobody in it, to those who mend that. */
export function tellRung(work: EscalationWork, telling: Telling): LadderRun {
  const { ladder, run, rung, dueAt, again } = telling;
  const { found, missing, leftOut } = targetsOf(work, rung.tell, run);
  const rungRun: RungRun = {
    rung: rung.name,
    level: levelOf(ladder, rung),
    round: roundOf(run, rung.name),
    dueAt,
    at: work.now,
    told: [],
    ...(again && { again }),
  };
  if (found.length === 0) return tellNobody(work, telling, { ...rungRun, nobodyWhy: missing.join(' ') });
  const kind = rung.director ? 'director' : rung.meeting === undefined ? 'escalation' : 'meeting';
  const why = telling.why ?? whyNow(ladder, run, work.incident, work.now);
  const whoNow = again === 'repeat' ? withoutHeld(work, telling, found) : found;
  const after = tellAll(work, { ladder, run, rung, rungRun, kind, found: whoNow, sentence: `${why}.` });
  const told = after.rungs.at(-1)?.told ?? [];
  const whom = `so ${rungText(rung, rungRun.level)} of ${work.ladderName(run.ladder)} is told${again ? ' again' : ''}: ${toldText(told, work)}.`;
  const next = nextText(work, ladder, after);
  const without = [...missing, ...leftOut];
  work.tell(again ? 'rung_told_again' : 'rung_told', [`${why}, ${whom}`, next, ...without].join(' '));
  const intent = `rung:${run.ladder}:${run.run}:${rung.name}:${rungRun.round}`;
  if (again !== 'repeat' || !isSameAgain(after)) work.note(intent, `${why}, ${whom}`, [next, ...without]);
  if (rung.ask_estimate) askEstimate(work, { ladder, run: after, rung, rungRun });
  return after;
}

/** Whose message still waits for working hours gets no second one to wait beside it. */
function withoutHeld({ now }: EscalationWork, { run, rung }: Telling, found: readonly Recipient[]) {
  const held = new Set(
    toldBy(run, rung.name)
      .filter(({ attempts }) =>
        attempts.some(({ heldUntil, outcome }) => heldUntil && heldUntil > now && outcome === undefined),
      )
      .map(({ recipient }) => recipient),
  );
  const free = found.filter(({ recipient }) => !held.has(recipient));
  return free.length > 0 ? free : found;
}

const toldBy = ({ rungs }: Pick<LadderRun, 'rungs'>, name: string): readonly Told[] =>
  rungs.filter(({ rung }) => rung === name).flatMap(({ told }) => told);

/** The same people hear of it once more: the timeline has it, the ticket has enough notes, each a call of Freshdesk. */
function isSameAgain({ rungs }: LadderRun): boolean {
  const current = rungs.at(-1);
  const known = toldBy({ rungs: rungs.slice(0, -1) }, current?.rung ?? '').map(({ recipient }) => recipient);
  return current?.told.every(({ recipient }) => known.includes(recipient)) ?? false;
}

const roundOf = ({ rungs }: LadderRun, name: string): number =>
  Math.max(0, ...rungs.filter(({ rung }) => rung === name).map(({ round }) => round)) + 1;

type TellingAll = OfLadder &
  Readonly<{
    rung?: Rung;
    rungRun: RungRun;
    kind: IncidentPageKind;
    found: readonly Recipient[];
    sentence: string;
    channels?: readonly ChannelName[] | undefined;
  }>;

/** The run with everybody told by the first channel of each. */
function tellAll(work: EscalationWork, telling: TellingAll): LadderRun {
  const { run, rung, rungRun, found, sentence, kind, ladder } = telling;
  const pages: Page[] = [];
  const following = { ...run, rungs: [...run.rungs, rungRun] };
  const told = found.map((recipient): Told => {
    const ways = waysFor(work.policy, recipient, {
      priority: work.incident.priority,
      now: work.now,
      ...withChannels(telling.channels ?? rung?.channels),
      ...(rung?.hold_until === undefined ? {} : { holdUntil: rung.hold_until }),
    });
    const channels = kind === 'director' ? mailFirst(ways.channels) : ways.channels;
    const [channel] = channels;
    const named = { recipient: recipient.recipient, name: recipient.name, channels };
    const page =
      channel &&
      makePage(work, {
        ...{
          kind: kindFor(kind, recipient),
          run,
          following,
          ladder,
          rung,
          rungRun,
          recipient,
          channel,
          sentence,
        },
        intent: intentOf(run, rungRun, { recipient: recipient.recipient, channel }),
        holdUntil: ways.holdUntil,
      });
    if (page === undefined) return { ...named, attempts: [] };
    pages.push(page);
    return { ...named, attempts: [attempted(page, work.now)] };
  });
  const after = work.put({ ...run, rungs: [...run.rungs, { ...rungRun, told }] });
  work.pages.push(...pages);
  return after;
}

const withChannels = (channels: readonly ChannelName[] | undefined) =>
  channels === undefined ? {} : { channels };

/** A Director reads a page of mail, not a text message. */
const mailFirst = (channels: readonly ChannelName[]): readonly ChannelName[] =>
  channels.includes('email') ? ['email', ...channels.filter((one) => one !== 'email')] : channels;

/** Whoever is outside gets a text for those outside. */
export const kindFor = (kind: IncidentPageKind, recipient: Recipient): IncidentPageKind =>
  recipient.kind === 'customer' || recipient.kind === 'vendor' ? recipient.kind : kind;

/** The page's identity within its incident. */
export function intentOf(
  { ladder, run }: LadderRun,
  { rung, round, isLast }: Pick<RungRun, 'rung' | 'round' | 'isLast'>,
  { recipient, channel }: Readonly<{ recipient: string; channel: ChannelName }>,
): string {
  return isLast
    ? `last:${ladder}:${run}:${round}:${recipient}:${channel}`
    : `page:${ladder}:${run}:${rung}:${round}:${recipient}:${channel}`;
}

/** A fault of the policy and no escalation: its owner and the catch-all hear of it, the Director does not. */
function tellNobody(work: EscalationWork, { ladder, run, rung }: Telling, rungRun: RungRun): LadderRun {
  const isFirst = !run.rungs.some((one) => one.rung === rung.name && one.nobodyWhy !== undefined);
  const director = ladder.rungs.find((one) => one.director);
  const isOut = run.director?.toldAt ?? run.director?.stopped ?? run.director?.withheldWhy;
  const withheldWhy = `${rungText(rung, rungRun.level)} had nobody in it`;
  const after = work.put({
    ...run,
    rungs: [...run.rungs, rungRun],
    ...(director && isOut === undefined
      ? { director: { rung: director.name, announcedAt: work.now, firesAt: work.now, withheldWhy } }
      : {}),
  });
  const of = `${rungText(rung, rungRun.level)} of ${work.ladderName(run.ladder)}`;
  const sentence = `Nobody is told by ${of} about ${work.reference}, since it has nobody in it: ${rungRun.nobodyWhy}`;
  const withheld =
    director && isOut === undefined ? [`The Director is not told by this ladder, since ${withheldWhy}.`] : [];
  const next = nextText(work, ladder, after);
  work.tell('rung_nobody', [sentence, ...withheld, next].join(' '));
  work.note(`rung_nobody:${run.ladder}:${run.run}:${rung.name}`, sentence, [...withheld, next]);
  if (isFirst) tellFault(work, { ladder, run: after, rung, rungRun, sentence });
  return tellLast(work, { ladder, run: after, why: `${capital(of)} of ${work.reference} has nobody in it` });
}

type OfRung = OfLadder & Readonly<{ rung: Rung; rungRun: RungRun }>;

function tellFault(work: EscalationWork, told: OfRung & Readonly<{ sentence: string }>): void {
  const { policy_owner: person } = work.policy.defaults;
  if (person === undefined) return;
  const { run, rung } = told;
  sendOnce(work, [{ person }], {
    ...told,
    kind: 'fault',
    intent: `fault:${run.ladder}:${run.run}:${rung.name}`,
    asWho: 'answer for the policy',
  });
}

function askEstimate(work: EscalationWork, told: OfRung): void {
  const { run, rung, rungRun } = told;
  const round = `${run.ladder}:${run.run}:${rung.name}:${rungRun.round}`;
  const sentence = `How long will ${work.reference} take? Please write an estimate into the ticket, and what comes next.`;
  sendOnce(work, [{ owner: true }], { ...told, kind: 'estimate', intent: `estimate:${round}`, sentence });
  work.note(`estimate:${round}`, sentence);
}

type Sending = OfLadder &
  Readonly<{
    rung: Rung;
    rungRun: RungRun;
    kind: IncidentPageKind;
    intent: string;
    sentence: string;
    /** Why these people are told, where that is not what the target says. */
    asWho?: string;
  }>;

/** A message beside the rung, by the first channel of each recipient. */
function sendOnce(work: EscalationWork, tell: Rung['tell'], sending: Sending): void {
  const { priority } = work.incident;
  const { asWho } = sending;
  for (const found of targetsOf(work, tell).found) {
    const recipient = asWho === undefined ? found : { ...found, why: asWho };
    const { channels, holdUntil } = waysFor(work.policy, recipient, { priority, now: work.now });
    const [channel] = channels;
    const intent = `${sending.intent}:${recipient.recipient}:${channel}`;
    const page = channel && makePage(work, { ...sending, intent, recipient, channel, holdUntil });
    if (page) work.pages.push(page);
  }
}

/** The catch-all: a named person who hears of it when a ladder has run out, or a rung had nobody in it; once per run. */
export function tellLast(
  work: EscalationWork,
  { ladder, run, why, dueAt = work.now }: OfLadder & Readonly<{ why: string; dueAt?: Date }>,
): LadderRun {
  const { last } = ladder;
  if (last === undefined || run.lastToldAt !== undefined) return run;
  const { found, missing } = targetsOf(work, [{ person: last.person }]);
  const level = Math.max(...ladder.rungs.map((rung) => levelOf(ladder, rung)));
  const rungRun: RungRun = {
    ...{ rung: LAST_RUNG, level, round: 1, dueAt, at: work.now, told: [], isLast: true },
    ...(found.length === 0 ? { nobodyWhy: missing.join(' ') } : {}),
  };
  const begun = { ...run, lastToldAt: work.now };
  if (found.length === 0) {
    const sentence = `${why}, so the catch-all of ${work.ladderName(run.ladder)} is to be told, which has nobody in it: ${rungRun.nobodyWhy}`;
    work.tell('last_nobody', sentence);
    work.note(`last:${run.ladder}:${run.run}`, sentence);
    return work.put({ ...begun, rungs: [...run.rungs, rungRun] });
  }
  const sentence = `${why}, so the catch-all of ${work.ladderName(run.ladder)} is told`;
  const after = tellAll(work, {
    ...{ ladder, run: begun, rungRun, kind: 'last' as const, found, sentence: `${why}.` },
    channels: last.channels,
  });
  const whom = `${sentence}: ${toldText(after.rungs.at(-1)?.told ?? [], work)}.`;
  work.tell('last_told', whom);
  work.note(`last:${run.ladder}:${run.run}`, whom);
  return after;
}
