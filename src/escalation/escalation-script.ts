import type { Alert } from '../model/alert.ts';
import type { ChannelName } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Page, PageEvent, PageKind } from '../model/page.ts';
import type { Policy } from '../policy/schema.ts';
import { type Escalated, escalate } from './escalate.ts';
import { findAttempt, withPageOutcome } from './page-outcome.ts';

/**
 * One thing that would happen.
 *
 * Absent: `ladder`, `rung` for what no rung tells; `again` the first time; `told` where nobody is, then `why` says it; `heldUntil` unless the
 *         message waits for working hours.
 */
export type ScriptStep = Readonly<{
  at: Date;
  ladder?: string;
  rung?: string;
  level?: number;
  again?: true;
  kind: PageKind | 'nobody' | 'withheld';
  told?: Readonly<{ recipient: string; name: string; channels: readonly ChannelName[] }>;
  heldUntil?: Date;
  why?: string;
}>;

/** `isCut` when it would go on after the last step that is given. */
export type Script = Readonly<{ steps: readonly ScriptStep[]; isCut: boolean }>;

/** So far a script is followed. */
export const SCRIPT_MS_MAX = 31 * 86_400_000;
const LOOKS_MAX = 2_000;

const NO_LINKS = {
  acknowledgeUrl: () => '',
  stopUrl: () => '',
  ticketUrl: () => '',
  watchdeskUrl: () => undefined,
};

type Given = Readonly<{ incident: Incident; policy: Policy; now: Date; cause?: Alert }>;

/**
 * Who would be told of a new incident if every message arrived and nobody reacted. It is the engine that escalates for real,
 * run through its own instants, so what is said here is what would happen.
 */
export function escalationScript(given: Given): Script {
  const { policy, cause } = given;
  const steps: ScriptStep[] = [];
  let held: readonly Page[] = [];
  let now = given.now;
  let { incident } = given;
  let before: Incident | undefined;
  for (let look = 0; look < LOOKS_MAX; look++) {
    const arrived = held.filter(({ holdUntil }) => holdUntil !== undefined && holdUntil <= now);
    held = held.filter((page) => !arrived.includes(page));
    incident = delivered(incident, arrived, now);
    const after = escalate({ before, incident, policy, now, links: NO_LINKS, ...(cause && { cause }) });
    const pages = pagesOf(after);
    before = incident;
    incident = after?.incident ?? incident;
    steps.push(...pages.map((page) => stepOf(page, incident, now)));
    held = [...held, ...pages.filter(({ holdUntil }) => holdUntil !== undefined && holdUntil > now)];
    const atOnce = pages.filter((page) => !held.includes(page));
    incident = delivered(incident, atOnce, now);
    if (atOnce.length > 0) continue;

    const next = earliest([incident.escalation?.lookAt, ...held.map(({ holdUntil }) => holdUntil)]);
    if (next === undefined) return { steps: inOrder([...steps, ...untold(incident)]), isCut: false };
    if (next.getTime() - given.now.getTime() > SCRIPT_MS_MAX) break;
    // An instant that is past already would be looked at at once, and not again.
    now = next > now ? next : new Date(now.getTime() + 1);
  }
  return { steps: inOrder([...steps, ...untold(incident)]), isCut: true };
}

const pagesOf = (after: Escalated | undefined): readonly Page[] => after?.pages ?? [];

function delivered(incident: Incident, pages: readonly Page[], at: Date): Incident {
  if (incident.escalation === undefined || pages.length === 0) return incident;
  const escalation = pages.reduce((state, { intent }) => {
    const event: PageEvent = {
      kind: 'page',
      incidentId: incident.id,
      intent,
      outcome: 'delivered',
      why: '',
      at,
    };
    return withPageOutcome(state, event);
  }, incident.escalation);
  return { ...incident, escalation };
}

function stepOf(page: Page, { escalation }: Incident, at: Date): ScriptStep {
  const { kind, ladder, rung, level, recipient, recipientName, channel, holdUntil } = page;
  const found = escalation && findAttempt(escalation, page.intent);
  return {
    at,
    kind,
    ...(ladder === undefined ? {} : { ladder }),
    ...(rung === undefined ? {} : { rung }),
    ...(level === undefined ? {} : { level }),
    ...(found?.rung?.again && { again: true }),
    told: { recipient, name: recipientName, channels: found?.told.channels ?? [channel] },
    ...(holdUntil === undefined ? {} : { heldUntil: holdUntil }),
  };
}

/** Rungs with nobody in them, and the Director who is not told because of one. */
const untold = ({ escalation }: Incident): readonly ScriptStep[] =>
  (escalation?.ladders ?? []).flatMap(({ ladder, rungs, director }) => [
    ...rungs.flatMap(({ rung, level, at, nobodyWhy }): ScriptStep[] =>
      nobodyWhy === undefined ? [] : [{ at, ladder, rung, level, kind: 'nobody', why: nobodyWhy }],
    ),
    ...(director?.withheldWhy === undefined
      ? []
      : [
          {
            at: director.firesAt,
            ladder,
            rung: director.rung,
            kind: 'withheld',
            why: director.withheldWhy,
          } as const,
        ]),
  ]);

const inOrder = (steps: readonly ScriptStep[]): readonly ScriptStep[] =>
  steps.toSorted((a, b) => a.at.getTime() - b.at.getTime());

function earliest(instants: readonly (Date | undefined)[]): Date | undefined {
  const known = instants.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => (a <= b ? a : b));
}
