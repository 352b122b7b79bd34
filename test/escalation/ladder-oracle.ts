import type { Incident } from '../../src/model/incident.ts';
import type { Page } from '../../src/model/page.ts';
import type { Policy } from '../../src/policy/schema.ts';

/**
 * Looks over the shoulder of a simulation: it knows the policy, what happened when, and which pages left, and works out by
 * itself whose turn it was. It knows nothing of what the incident remembers of its ladders.
 */

type Sent = { channel: string; at: number; outcome?: 'delivered' | 'failed' };
type Telling = { rung: string; at: number; again: boolean; told: Map<string, Sent[]> };
type Run = {
  counted: { from: number; to?: number }[];
  isPaused: boolean;
  silentSince: number;
  startedAt: number;
  tellings: Telling[];
  hasNobody: boolean;
  announcedAt?: number;
  stopped: boolean;
  isLastTold: boolean;
};
type Ladder = Policy['ladders'][string];

export type Facts = Readonly<{
  now: number;
  before: Incident | undefined;
  after: Incident;
  pages: readonly Page[];
  policy: Policy;
  stoppedDirectorOf: ReadonlySet<string>;
}>;

const MINUTE = 60_000;
const LOST_MS = 30 * MINUTE;
const CHANNELS = ['telegram', 'sms', 'email'];
const CHANNELS_OF: Readonly<Record<string, readonly string[]>> = {
  jo: CHANNELS,
  sam: CHANNELS,
  dana: ['sms', 'email'],
  max: ['email', 'sms'],
  'room:ops': ['slack'],
};

export class LadderOracle {
  readonly faults: string[] = [];
  readonly counts = {
    rungs: 0,
    again: 0,
    repeats: 0,
    directors: 0,
    announced: 0,
    last: 0,
    fallbacks: 0,
    nobody: 0,
  };
  readonly #runs = new Map<string, Run>();
  readonly #sent = new Map<string, Sent>();
  /** Levels: whichever ladder comes first tells the Director. */
  readonly #directorsTold = new Set<number | undefined>();
  #round = 0;
  #sign = 0;
  #holder = '';

  /** An outcome that reached the database. */
  outcome(intent: string, outcome: 'delivered' | 'failed'): void {
    const sent = this.#sent.get(intent);
    if (sent && sent.outcome !== 'delivered') sent.outcome = outcome;
  }

  /** A decision that was committed. */
  see(facts: Facts): void {
    const { now, after, policy, before } = facts;
    if (
      after.owner !== undefined &&
      before?.escalation?.acknowledged?.at !== after.escalation?.acknowledged?.at
    )
      this.#sign = now;
    this.#holder = after.escalation?.acknowledged?.person ?? '';
    const resumed = new Set<string>();
    for (const [key, ladder] of Object.entries(policy.ladders)) this.#follow(key, ladder, facts, resumed);
    this.#round = after.reopenCount;
    for (const key of this.#runs.keys()) if (policy.ladders[key] === undefined) this.#runs.delete(key);
    this.#judge(facts, resumed);
    this.#missed(facts);
  }

  /** Whether the ladder runs, counts, rests or is over, by the facts alone. */
  #follow(
    key: string,
    ladder: Ladder,
    { now, after, before, stoppedDirectorOf }: Facts,
    resumed: Set<string>,
  ): void {
    const isOver = after.status === 'resolved' || after.status === 'closed';
    const isFor = !ladder.when.priority || ladder.when.priority.includes(after.priority);
    if (isOver || !isFor || after.reopenCount !== this.#round) this.#runs.delete(key);
    if (isOver || !isFor) return;
    let run = this.#runs.get(key);
    if (run === undefined) {
      const wasFor = before && (!ladder.when.priority || ladder.when.priority.includes(before.priority));
      const wasActive = before?.status === 'new' || before?.status === 'acknowledged';
      const isFromOpening =
        ladder.watches === 'resolution' &&
        !(wasFor && wasActive && before?.reopenCount === after.reopenCount);
      const others = [...this.#runs.values()].map(({ startedAt }) => startedAt);
      const from = !isFromOpening
        ? now
        : after.reopenCount === 0
          ? after.openedAt.getTime()
          : Math.min(now, ...others);
      run = {
        counted: [{ from }],
        startedAt: from,
        isPaused: false,
        silentSince: -1,
        tellings: [],
        hasNobody: false,
        stopped: false,
        isLastTold: false,
      };
      this.#runs.set(key, run);
    }
    if (stoppedDirectorOf.has(key)) run.stopped = true;
    if (ladder.watches !== 'acknowledge') return;
    const sign =
      after.status === 'acknowledged'
        ? Math.max(Math.min(now, Math.max(this.#sign, after.acknowledgedAt?.getTime() ?? 0)), run.startedAt)
        : undefined;
    const until = sign === undefined ? undefined : sign + ladder.acknowledged_for;
    const last = run.counted.at(-1);
    if (last === undefined) throw new Error('no stretch');
    if (!run.isPaused) {
      if (sign === undefined || until === undefined || until <= now || sign <= run.silentSince) return;
      last.to = Math.max(last.from, now);
      run.isPaused = true;
      delete run.announcedAt;
    } else if (until === undefined || until <= now) {
      run.counted.push({ from: Math.max(until ?? now, last.to ?? 0) });
      run.isPaused = false;
      if (sign !== undefined) run.silentSince = sign;
      if (run.tellings.length > 0 || sign !== undefined) resumed.add(key);
    }
  }

  #counted({ counted }: Run, now: number, isOffice: boolean, since = 0): number {
    let sum = 0;
    for (const { from, to = now } of counted) {
      const begin = Math.max(from, since);
      if (to > begin) sum += isOffice ? officeTime(begin, to) : to - begin;
    }
    return sum;
  }

  /** Nothing early, nothing twice, nothing out of turn. */
  #judge(facts: Facts, resumed: ReadonlySet<string>): void {
    const { now, pages, policy, after } = facts;
    const groups = new Map<string, Page[]>();
    for (const page of pages) {
      if (this.#sent.has(page.intent)) this.faults.push(`${page.intent} twice`);
      this.#sent.set(page.intent, { channel: page.channel, at: now });
      if (page.kind === 'status') continue;
      const group = page.intent
        .split(':')
        .slice(0, page.kind === 'announcement' ? 3 : 5)
        .join(':');
      groups.set(group, [...(groups.get(group) ?? []), page]);
    }
    for (const [group, all] of groups) {
      const [page] = all;
      const key = page?.ladder ?? '';
      const [run, ladder] = [this.#runs.get(key), policy.ladders[key]];
      if (page === undefined || run === undefined || ladder === undefined || run.isPaused) {
        this.faults.push(`${group} of a ladder that does not run`);
        continue;
      }
      if (page.kind === 'fault') {
        run.hasNobody = true;
        run.tellings.push({ rung: page.rung ?? '', at: now, again: false, told: new Map() });
        this.counts.nobody++;
      } else if (page.kind === 'last') this.#lastTold(run, all);
      else if (page.kind === 'announcement') this.#announced(run, { group, ladder, after, now });
      else this.#rungTold({ run, ladder, pages: all, now, isResumed: resumed.has(key) });
    }
  }

  #lastTold(run: Run, pages: readonly Page[]): void {
    if (run.isLastTold && pages.every(({ channel }) => channel === 'sms'))
      this.faults.push('the catch-all twice');
    run.isLastTold = true;
    this.counts.last++;
  }

  #announced(
    run: Run,
    { group, ladder, now }: Readonly<{ group: string; ladder: Ladder; after: Incident; now: number }>,
  ): void {
    if (run.announcedAt !== undefined) return; // another channel
    const director = ladder.rungs.find((rung) => rung.director);
    if (this.#directorsTold.has(director?.level)) this.faults.push(`${group} announced, who knows already`);
    const ms = typeof director?.after === 'number' ? director.after : percentMs(ladder, director?.after);
    if (this.#counted(run, now, ladder.calendar === 'office') < ms)
      this.faults.push(`${group} announced early`);
    if (!this.#isLowerReached(run, ladder, now))
      this.faults.push(`${group} announced before lower rungs arrived`);
    run.announcedAt = now;
    this.counts.announced++;
  }

  #rungTold(
    told: Readonly<{
      run: Run;
      ladder: Ladder;
      pages: readonly Page[];
      now: number;
      isResumed: boolean;
    }>,
  ): void {
    const { run, ladder, pages, now, isResumed } = told;
    const [page] = pages;
    const index = ladder.rungs.findIndex(({ name }) => name === page?.rung);
    const rung = ladder.rungs[index];
    const known = page && this.#tellingOf(run, page);
    if (known) {
      this.#fellBack(known, pages, now);
      return;
    }
    if (page === undefined || rung === undefined) {
      this.faults.push(`${page?.intent} of no rung`);
      return;
    }
    const earlier = run.tellings.filter((one) => one.rung === rung.name);
    const at = { isOffice: ladder.calendar === 'office' };
    const counted = this.#counted(run, now, at.isOffice);
    const ms = typeof rung.after === 'number' ? rung.after : percentMs(ladder, rung.after);
    const previous = run.tellings.at(-1);
    let again = false;
    if (rung.director) {
      this.counts.directors++;
      if (this.#directorsTold.has(page.level)) this.faults.push(`${page.intent}: the Director twice`);
      this.#directorsTold.add(page.level);
      if (run.announcedAt === undefined || now < run.announcedAt + rung.stop_within)
        this.faults.push(`${page.intent}: the Director too early`);
      if (run.stopped) this.faults.push(`${page.intent}: the Director although stopped`);
      if (run.hasNobody) this.faults.push(`${page.intent}: the Director although a rung had nobody`);
      if (!this.#isLowerReached(run, ladder, now))
        this.faults.push(`${page.intent}: the Director before lower rungs arrived`);
    } else if (isResumed && !run.tellings.some((one) => one.at === now && one.again)) {
      again = true;
      this.counts.again++;
      const due = previous?.rung ?? ladder.rungs[0]?.name;
      const meant = ladder.rungs.find(({ name, director }) => name === due && !director);
      const hasSomebody = meant && !meant.tell.some((target) => 'team' in target && target.team === 'nobody');
      if (hasSomebody && rung.name !== due) this.faults.push(`${page.intent} after a rest instead of ${due}`);
    } else if (earlier.length > 0) {
      this.counts.repeats++;
      const last = earlier.at(-1);
      const since = this.#counted(run, now, at.isOffice, last?.at);
      const repeats = earlier.length - 1 - earlier.findLastIndex((one) => one.again);
      if (!rung.repeat || since < rung.repeat.every || repeats > rung.repeat.at_most)
        this.faults.push(`${page.intent} told twice`);
    } else {
      this.counts.rungs++;
      if (counted < ms) this.faults.push(`${page.intent} ${(ms - counted) / 1000} s early`);
      const above = ladder.rungs
        .slice(index + 1)
        .filter(({ name, director }) => !director && run.tellings.some((one) => one.rung === name));
      if (above.length > 0) this.faults.push(`${page.intent} after ${above[0]?.name}`);
      if (previous && !this.#isGateOpen(run, ladder, previous, now))
        this.faults.push(`${page.intent} before ${previous.rung} arrived`);
    }
    const telling: Telling = {
      rung: rung.name,
      at: now,
      again: again || earlier.length === 0,
      told: new Map(),
    };
    for (const { recipient, intent } of pages)
      telling.told.set(recipient, [this.#sent.get(intent) ?? fail()]);
    run.tellings.push(telling);
  }

  #tellingOf(run: Run, page: Page): Telling | undefined {
    const round = Number(page.intent.split(':')[4]);
    return run.tellings.filter(({ rung }) => rung === page.rung)[round - 1];
  }

  #fellBack(known: Telling, pages: readonly Page[], now: number): void {
    for (const { recipient, intent } of pages) {
      const sent = known.told.get(recipient);
      const last = sent?.at(-1);
      if (sent === undefined || last === undefined) {
        this.faults.push(`${intent} to somebody new`);
        return;
      }
      if (last.outcome !== 'failed' && now < last.at + 2 * MINUTE)
        this.faults.push(`${intent} while the last message may arrive`);
      if (sent.some(({ outcome }) => outcome === 'delivered'))
        this.faults.push(`${intent} although one arrived`);
      sent.push(this.#sent.get(intent) ?? fail());
      this.counts.fallbacks++;
    }
  }

  #isGateOpen(_run: Run, ladder: Ladder, previous: Telling, now: number): boolean {
    const rung = ladder.rungs.find(({ name }) => name === previous.rung);
    if (rung?.before_next === 'nothing') return true;
    if (rung?.before_next === 'acknowledged')
      return (
        (previous.told.has(this.#holder) && this.#sign >= previous.at) ||
        now >= previous.at + (rung.wait_at_most ?? Number.POSITIVE_INFINITY)
      );
    const all = [...previous.told];
    return (
      all.some(([, sent]) => sent.some(({ outcome }) => outcome === 'delivered')) ||
      all.every(
        ([who, sent]) =>
          isAllTried(who, sent) &&
          sent.every((one) => one.outcome === 'failed' || now >= one.at + 2 * MINUTE),
      )
    );
  }

  #isLowerReached(run: Run, ladder: Ladder, now: number): boolean {
    const directors = new Set(ladder.rungs.filter(({ director }) => director).map(({ name }) => name));
    const names = new Set(run.tellings.map(({ rung }) => rung).filter((name) => !directors.has(name)));
    return [...names].every((name) => {
      const tellings = run.tellings.filter(({ rung }) => rung === name);
      const last = tellings.at(-1);
      return (
        tellings.some(({ told }) =>
          [...told.values()].some((sent) => sent.some(({ outcome }) => outcome === 'delivered')),
        ) ||
        (last !== undefined &&
          [...last.told].every(
            ([who, sent]) =>
              isAllTried(who, sent) &&
              sent.every((one) => one.outcome === 'failed' || now >= one.at + LOST_MS),
          ))
      );
    });
  }

  /** Between decisions: nothing waits that a timer should have seen to. */
  probe(now: number, policy: Policy): void {
    this.#missed({ now, policy });
  }

  /** Whatever was due and free to be told by now has been, by the next channel too. */
  #missed({ now, policy }: Pick<Facts, 'now' | 'policy'>): void {
    for (const [key, run] of this.#runs) {
      const ladder = policy.ladders[key];
      if (ladder === undefined || run.isPaused) continue;
      for (const { rung, told } of new Map(run.tellings.map((one) => [one.rung, one])).values())
        for (const [who, sent] of told) {
          const last = sent.at(-1);
          if (last === undefined || isAllTried(who, sent)) continue;
          if (sent.some(({ outcome }) => outcome === 'delivered')) continue;
          if (last.outcome === 'failed' || now >= last.at + 2 * MINUTE)
            this.faults.push(`${key} ${rung}: ${who} is not told by the next channel`);
        }
      const position = ladder.rungs.findLastIndex(
        ({ name, director }) => !director && run.tellings.some(({ rung }) => rung === name),
      );
      if (position < 0 && run.tellings.length > 0) continue; // by level, since the policy knows none of them
      const next = ladder.rungs.find(
        (rung, index) =>
          index > position &&
          !(rung.director && (run.stopped || run.hasNobody || this.#directorsTold.has(rung.level))),
      );
      if (next === undefined) continue;
      const ms = typeof next.after === 'number' ? next.after : percentMs(ladder, next.after);
      if (this.#counted(run, now, ladder.calendar === 'office') < ms) continue;
      const previous = run.tellings.at(-1);
      if (previous && !this.#isGateOpen(run, ladder, previous, now)) continue;
      if (!next.director) this.faults.push(`${key} ${next.name} missed at ${new Date(now).toISOString()}`);
      else if (this.#isLowerReached(run, ladder, now)) {
        if (run.announcedAt === undefined) this.faults.push(`${key} ${next.name} not announced`);
        else if (now >= run.announcedAt + next.stop_within) this.faults.push(`${key} ${next.name} forgotten`);
      }
    }
  }
}

const isAllTried = (who: string, sent: readonly Sent[]): boolean =>
  sent.length >= (CHANNELS_OF[who]?.length ?? 1);

function percentMs(ladder: Ladder, after: unknown): number {
  const percent =
    typeof after === 'object' && after !== null && 'percent' in after ? Number(after.percent) : 0;
  return typeof ladder.target === 'number' ? (ladder.target * percent) / 100 : 0;
}

/** Minute by minute would be slow: hour by hour, Monday to Friday from 8 to 17 UTC. */
function officeTime(from: number, to: number): number {
  let sum = 0;
  for (let hour = Math.floor(from / (60 * MINUTE)); hour * 60 * MINUTE < to; hour++) {
    const begin = new Date(hour * 60 * MINUTE);
    const isWork = begin.getUTCHours() >= 8 && begin.getUTCHours() < 17 && begin.getUTCDay() % 6 !== 0;
    if (isWork) sum += Math.min(to, (hour + 1) * 60 * MINUTE) - Math.max(from, hour * 60 * MINUTE);
  }
  return sum;
}

function fail(): never {
  throw new Error('a page that was not sent');
}
