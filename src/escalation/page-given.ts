import type { Alert } from '../model/alert.ts';
import type { LadderRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { PageContent } from '../model/page.ts';
import type { Policy } from '../policy/schema.ts';
import type { Recipient } from './recipient.ts';

export type PolicyRung = Policy['ladders'][string]['rungs'][number];

/**
 * What a page about an incident can tell.
 *
 * Shape:  `sentence` says why now, in our own words: whoever is outside does not get to see it. `links` may hold any; each
 *         kind of page keeps those that make sense for it.
 * Absent: `rung` for what no rung tells, and once the policy no longer has it; `cause` while no alert belongs to the
 *         incident; `nextStep` when nothing follows.
 */
export type PageGiven = Readonly<{
  incident: Incident;
  policy: Policy;
  now: Date;
  run: LadderRun;
  rung?: PolicyRung;
  recipient: Recipient;
  sentence: string;
  links: PageContent['links'];
  history: PageContent['history'];
  cause?: Alert;
  nextStep?: Readonly<{ at: Date; name: string }>;
}>;

export type Fact = PageContent['facts'][number];
