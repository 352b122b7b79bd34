import type { ChannelName, LadderRun } from '../model/escalation.ts';
import { viaText } from './channel-text.ts';
import { announcedOf } from './director.ts';
import type { EscalationWork } from './escalation-work.ts';
import { holdsIt } from './ladder-texts.ts';
import { makePage } from './make-page.ts';
import { recipientOf } from './recipient.ts';

/** Channels in which an earlier message can be brought up to date. */
const CHATS: ReadonlySet<ChannelName> = new Set(['slack', 'telegram', 'webex', 'pushover']);

/** Brings messages in chats up to date when somebody took the incident, stopped something, or it is over. */
export function sendStatus(work: EscalationWork): void {
  if (work.given.before?.escalation === undefined) return;
  const sentence = whatChanged(work);
  if (sentence === undefined) return;
  for (const { run, recipient: key, channel } of messagesInChats(work)) {
    const recipient = recipientOf(work.policy, key);
    const intent = `status:${work.version}:${key}:${channel}`;
    const ladder = work.policy.ladders[run.ladder];
    // As it goes on from now: what comes next may have changed.
    const current = work.state.ladders.find((one) => one.ladder === run.ladder && one.run === run.run) ?? run;
    const page =
      recipient &&
      makePage(work, { kind: 'status', intent, run: current, ladder, recipient, channel, sentence });
    if (page) work.pages.push(page);
  }
}

function whatChanged({ given, incident, state, reference }: EscalationWork): string | undefined {
  const { before } = given;
  if (before === undefined) return undefined;
  const [was, is] = [before.status, incident.status];
  if (is === 'closed' && was !== 'closed') return `${reference} is closed.`;
  if (is === 'resolved' && was !== 'resolved') return `${reference} is resolved.`;
  if (is === 'acknowledged' && (was !== is || before.escalation?.acknowledged?.by !== state.acknowledged?.by))
    return `${holdsIt(incident)}.`;
  if (is === 'new' && was === 'acknowledged') return `Nobody has ${reference} any more.`;
  for (const run of state.ladders) {
    const earlier = before.escalation?.ladders.find(
      (one) => one.ladder === run.ladder && one.run === run.run,
    );
    const said = run.acknowledged;
    if (said && earlier?.acknowledged?.by !== said.by)
      return `${said.by} acknowledged it ${viaText(said.via)}.`;
    const stopped = run.director?.stopped;
    if (stopped && earlier?.director?.stopped === undefined)
      return `${stopped.by} stopped that the Director is told: ${stopped.reason}`;
    const isWithdrawn = earlier && announcedOf(earlier) && run.director === undefined;
    if (isWithdrawn && run.endedWhy !== undefined) return `The Director is not told now. ${run.endedWhy}`;
  }
  return undefined;
}

/** Who was told what in a chat, each chat once, with the newest run that did so. */
function messagesInChats({ given }: EscalationWork) {
  const chats = new Map<string, Readonly<{ run: LadderRun; recipient: string; channel: ChannelName }>>();
  // As it was: whoever is told only now is up to date.
  for (const run of given.before?.escalation?.ladders ?? []) {
    const told = [...run.rungs.flatMap((rung) => rung.told), ...(run.director?.announcedTo ?? [])];
    for (const { recipient, attempts } of told)
      for (const { channel, outcome } of attempts)
        if (CHATS.has(channel) && outcome !== 'failed')
          chats.set(`${recipient} ${channel}`, { run, recipient, channel });
  }
  return chats.values();
}
