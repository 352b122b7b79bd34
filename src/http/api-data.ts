import type { LadderView, NextRung } from '../escalation/describe-ladders.ts';
import type { RotationView } from '../escalation/on-call-overview.ts';
import type { Acknowledgement } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';

/** An incident with what other programs ask of it. Absent: `next` when nothing is due by itself. */
export type ApiIncident = Readonly<{
  incident: Incident;
  ladders: readonly LadderView[];
  level: number;
  next?: NextRung;
  hasIt?: Acknowledgement;
  customer?: string;
  service?: string;
  ticket?: Readonly<{ number: number; url: string }>;
}>;

export const API_INCIDENTS_MAX = 200;

/** Undefined: not there. Errors: rejects when the store is away. */
export type ApiData = Readonly<{
  /** Not closed, the most urgent first, then the oldest; at most one more than API_INCIDENTS_MAX. */
  openIncidents(offset: number): Promise<readonly ApiIncident[]>;
  incident(number: number): Promise<ApiIncident | undefined>;
  onCall(): readonly RotationView[];
  /** Whom a word such as a key, a name or an e-mail address means in the policy. */
  person(by: string): Readonly<{ key: string; name: string }> | undefined;
  /** Whether the policy in force, or the incident, has such a ladder. */
  hasLadder(found: ApiIncident, ladder: string): boolean;
}>;
