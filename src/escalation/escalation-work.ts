import type { Alert } from '../model/alert.ts';
import type { Why } from '../model/decision.ts';
import {
  type EscalationState,
  LADDER_RUNS_KEPT,
  type LadderRun,
  NO_ESCALATION,
} from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import { incidentReference } from '../model/incident.ts';
import type { Page } from '../model/page.ts';
import type { Policy } from '../policy/schema.ts';
import { timeText } from './time-text.ts';

type AcknowledgeLink = Readonly<{ incidentId: string; ladder?: string; person: string; expiresAt: Date }>;
type StopLink = Readonly<{
  incidentId: string;
  ladder: string;
  run: number;
  person: string;
  expiresAt: Date;
}>;

/**
 * What ladders look at.
 *
 * Absent: `before` for a new incident; `owner` unless whoever has it is in `people`; `cause` while no alert belongs to it;
 *         `ticketId` until there is a ticket.
 */
export type EscalationGiven = Readonly<{
  /** As it was stored. */
  before: Incident | undefined;
  /** As it was decided. */
  incident: Incident;
  policy: Policy;
  now: Date;
  /** Key from `people`. */
  owner?: string;
  cause?: Alert;
  ticketId?: number;
  links: Readonly<{
    acknowledgeUrl(asked: AcknowledgeLink): string;
    stopUrl(asked: StopLink): string;
    ticketUrl(ticketId: number): string;
    watchdeskUrl(incident: Pick<Incident, 'id' | 'number'>): string | undefined;
  }>;
}>;

export type EscalationNote = Readonly<{ intent: string; sentence: string; details: readonly string[] }>;

/** Older runs of a ladder than its newest are forgotten beyond LADDER_RUNS_KEPT, tellings of a rung beyond this. */
const RUNG_RUNS_KEPT = 100;

/** Ladders while they are brought up to date: the runs as they are by now, and what is to be sent and told. */
export class EscalationWork {
  readonly given: EscalationGiven;
  readonly pages: Page[] = [];
  readonly timeline: Why[] = [];
  readonly notes: EscalationNote[] = [];
  #state: EscalationState;
  #hasChanged = false;
  #incident: Incident;

  constructor(given: EscalationGiven) {
    this.given = given;
    this.#state = given.incident.escalation ?? NO_ESCALATION;
    this.#incident = given.incident;
  }

  get now(): Date {
    return this.given.now;
  }

  get policy(): Policy {
    return this.given.policy;
  }

  get state(): EscalationState {
    return this.#state;
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  get reference(): string {
    return incidentReference(this.given.incident);
  }

  /** That of the decision: part of what tells its messages from those of another one. */
  get version(): number {
    return (this.given.before?.version ?? 0) + 1;
  }

  /** As it will be. */
  get incident(): Incident {
    if (this.#hasChanged && this.#incident.escalation !== this.#state)
      this.#incident = { ...this.given.incident, escalation: this.#state };
    return this.#incident;
  }

  /** `Sat 02:31 (Europe/Zurich)`, by the clocks of the policy. */
  when(at: Date): string {
    return timeText(at, this.policy.defaults.time_zone, this.now);
  }

  ladderName(key: string): string {
    return `“${this.policy.ladders[key]?.name ?? key}”`;
  }

  change(state: Partial<EscalationState>): void {
    this.#state = { ...this.#state, ...state };
    this.#hasChanged = true;
  }

  forgetAcknowledgement(): void {
    const { acknowledged: _acknowledged, ...rest } = this.#state;
    this.#state = rest;
    this.#hasChanged = true;
  }

  lookAt(at: Date | undefined): void {
    const { lookAt: before, ...rest } = this.#state;
    if (before?.getTime() === at?.getTime()) return;
    this.#state = at === undefined ? rest : { ...rest, lookAt: at };
    this.#hasChanged = true;
  }

  /** The newest run of a ladder. */
  runOf(key: string): LadderRun | undefined {
    return this.#state.ladders.findLast(({ ladder }) => ladder === key);
  }

  /** Adds a run, or puts it in the place of what it was. */
  put(run: LadderRun): LadderRun {
    const bounded = withFewerRungs(run);
    const { ladders } = this.#state;
    const index = ladders.findIndex((one) => one.ladder === run.ladder && one.run === run.run);
    this.change({
      ladders: index < 0 ? withFewerRuns([...ladders, bounded]) : ladders.with(index, bounded),
    });
    return bounded;
  }

  tell(rule: string, sentence: string): void {
    this.timeline.push({ rule, sentence });
  }

  note(intent: string, sentence: string, details: readonly string[] = []): void {
    this.notes.push({ intent, sentence, details });
  }
}

/** The newest run of each ladder stays whatever there are: it knows how often the ladder ran. */
function withFewerRuns(runs: readonly LadderRun[]): readonly LadderRun[] {
  if (runs.length <= LADDER_RUNS_KEPT) return runs;
  const oldest = runs.find(
    (run, index) =>
      run.state === 'ended' && runs.findLastIndex(({ ladder }) => ladder === run.ladder) > index,
  );
  return oldest === undefined ? runs : withFewerRuns(runs.filter((run) => run !== oldest));
}

/** The newest telling of each rung stays: it knows how often it was told. */
function withFewerRungs(run: LadderRun): LadderRun {
  const { rungs } = run;
  if (rungs.length <= RUNG_RUNS_KEPT) return run;
  const oldest = rungs.find((one, index) => rungs.findLastIndex(({ rung }) => rung === one.rung) > index);
  return oldest === undefined
    ? run
    : withFewerRungs({ ...run, rungs: rungs.filter((one) => one !== oldest) });
}
