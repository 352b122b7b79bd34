import type { Attempt, ChannelName, LadderRun, RungRun } from '../model/escalation.ts';
import type { Page, PageContent } from '../model/page.ts';
import type { EscalationWork } from './escalation-work.ts';
import { isOwnDuty, type Ladder, type Rung } from './ladder-policy.ts';
import { historyOf, nextStepFact } from './ladder-texts.ts';
import { type IncidentPageKind, pageContent } from './page-text.ts';
import type { Recipient } from './recipient.ts';

/** Links in messages can be used for so long. */
const LINK_MS = 7 * 86_400_000;

type Making = Readonly<{
  kind: IncidentPageKind;
  intent: string;
  run: LadderRun;
  /** The run as it will be when the recipient reads it, where that differs: what comes next is told by it. */
  following?: LadderRun;
  /** Absent when the policy has the ladder no more. */
  ladder?: Ladder | undefined;
  rung?: Rung | undefined;
  /** What it tells, unless that is no rung. */
  rungRun?: Pick<RungRun, 'rung' | 'level'> | undefined;
  recipient: Recipient;
  channel: ChannelName;
  sentence: string;
  holdUntil?: Date | undefined;
}>;

/** A page as a channel gets it; undefined where the recipient has no address for the channel (any more). */
export function makePage(work: EscalationWork, making: Making): Page | undefined {
  const { incident, now, policy } = work;
  const { kind, intent, run, ladder, rung, rungRun, recipient, channel, sentence, holdUntil } = making;
  const { following = run } = making;
  const address = recipient.addresses[channel];
  if (address === undefined) return undefined;
  const nextStep = ladder && run.state === 'running' ? nextStepFact(work, ladder, following) : undefined;
  const content = pageContent(kind, {
    incident,
    policy,
    now,
    run,
    ...(rung && { rung }),
    recipient,
    sentence,
    links: linksFor(work, making),
    history: historyOf(work),
    ...(work.given.cause && { cause: work.given.cause }),
    ...(nextStep && { nextStep }),
  });
  return {
    intent,
    kind,
    incidentId: incident.id,
    reference: work.reference,
    ladder: run.ladder,
    run: run.run,
    ...(rungRun && { rung: rungRun.rung, level: rungRun.level }),
    recipient: recipient.recipient,
    recipientName: recipient.name,
    channel,
    address,
    timeZone: recipient.timeZone,
    priority: incident.priority,
    content,
    ...(holdUntil && { holdUntil }),
  };
}

function linksFor(work: EscalationWork, { kind, run, ladder, recipient }: Making): PageContent['links'] {
  const { links, ticketId } = work.given;
  const { incident, now } = work;
  const isOwn = kind === 'director' || (ladder !== undefined && isOwnDuty(ladder));
  const of = {
    incidentId: incident.id,
    person: recipient.recipient,
    expiresAt: new Date(now.getTime() + LINK_MS),
  };
  const watchdesk = links.watchdeskUrl(incident);
  return {
    acknowledge: links.acknowledgeUrl(isOwn ? { ...of, ladder: run.ladder } : of),
    ...(kind === 'announcement' ? { stop: links.stopUrl({ ...of, ladder: run.ladder, run: run.run }) } : {}),
    ...(watchdesk === undefined ? {} : { watchdesk }),
    ...(ticketId === undefined ? {} : { ticket: links.ticketUrl(ticketId) }),
  };
}

export const attempted = (page: Page, at: Date): Attempt => ({
  channel: page.channel,
  intent: page.intent,
  at,
  ...(page.holdUntil && { heldUntil: page.holdUntil }),
});
