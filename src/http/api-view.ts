import type { LadderView, NextRung } from '../escalation/describe-ladders.ts';
import type { RotationView, Turn } from '../escalation/on-call-overview.ts';
import type { Acknowledgement, DirectorRung, RungRun } from '../model/escalation.ts';
import { incidentReference } from '../model/incident.ts';
import type { ApiIncident } from './api-data.ts';

// What /api answers; described in docs/openapi.yaml. A key without a value is left out of the JSON.

export function incidentSummary(found: ApiIncident) {
  const { incident } = found;
  return {
    reference: incidentReference(incident),
    number: incident.number,
    title: incident.desk.subject ?? incident.title,
    status: incident.status,
    type: incident.type,
    priority: incident.priority,
    customer: found.customer,
    service: found.service,
    ticket: found.ticket,
    started_at: incident.startedAt,
    opened_at: incident.openedAt,
    acknowledged_at: incident.acknowledgedAt,
    resolved_at: incident.resolvedAt,
    closed_at: incident.closedAt,
    owner: incident.owner,
    has_it: found.hasIt && acknowledgement(found.hasIt),
    level: found.level,
    next_step: found.next && nextStep(found.next),
  };
}

export const incidentWhole = (found: ApiIncident) => ({
  ...incidentSummary(found),
  priority_rule: found.incident.priorityRule,
  priority_why: found.incident.priorityWhy,
  ladders: found.ladders.map(ladder),
});

const acknowledgement = ({ by, person, via, at }: Acknowledgement) => ({ by, person, via, at });
const nextStep = ({ name, level, at, why }: NextRung) => ({ name, level, at, why });

const ladder = (run: LadderView) => ({
  ladder: run.ladder,
  name: run.name,
  kind: run.kind,
  run: run.run,
  state: run.state,
  why: run.why,
  started_at: run.startedAt,
  resumes_at: run.resumesAt,
  ended_at: run.endedAt,
  ended_why: run.endedWhy,
  acknowledged: run.acknowledged && acknowledgement(run.acknowledged),
  next_step: run.next && nextStep(run.next),
  rungs: run.rungs.map(rung),
  director: run.director && director(run.director),
  last_told_at: run.lastToldAt,
});

const rung = (one: RungRun) => ({
  name: one.rung,
  level: one.level,
  round: one.round,
  due_at: one.dueAt,
  at: one.at,
  nobody_why: one.nobodyWhy,
  told: one.told.map(({ recipient, name, attempts }) => ({
    recipient,
    name,
    attempts: attempts.map(({ channel, at, outcome, outcomeAt, why }) => ({
      ...{ channel, at, outcome: outcome ?? 'waiting', outcome_at: outcomeAt, why },
    })),
  })),
});

const director = (one: DirectorRung) => ({
  announced_at: one.announcedAt,
  fires_at: one.firesAt,
  stopped: one.stopped,
  withheld_why: one.withheldWhy,
  told_at: one.toldAt,
});

export const rotation = (one: RotationView) => ({
  rotation: one.id,
  name: one.name,
  time_zone: one.timeZone,
  now: one.now ? turn(one.now) : null,
  next: one.next ? turn(one.next) : null,
});

const turn = ({ person, name, from, to, why }: Turn) => ({ person, name, from, until: to, why });
