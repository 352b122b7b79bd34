import type { IncidentLine, NextTimer } from './console-view.ts';
import { escalationStep } from './escalation-texts.ts';
import { atTime } from './format.ts';

const WORK: Readonly<Record<NextTimer['name'], string>> = {
  soak: 'Asks Opsview again',
  digest: 'Tells the ticket which alerts joined',
  confirm: 'Looks whether the reporter has answered',
  repeat: 'Looks whether this happens too often',
  overdue: 'Looks whether the Problem is solved',
  escalation: 'Looks at the ladders',
};

/** `Asks Opsview again at 09:25 UTC: healthy must hold for 10 min`. */
export function timerSentence(timer: NextTimer, now: Date): string {
  return `${WORK[timer.name]} ${whenDue(timer, now)}: ${timer.why}`;
}

const whenDue = ({ dueAt }: NextTimer, now: Date): string =>
  dueAt > now ? `at ${atTime(dueAt, now)}` : `now, due since ${atTime(dueAt, now)}`;

/** What happens next to an issue, also when no timer runs. */
export function nextStep(line: IncidentLine, now: Date): string {
  if (line.ticket?.stuck !== undefined) return `A person must look at the ticket: ${line.ticket.stuck}`;
  if (line.status === 'closed') return 'Nothing: it is closed';
  if (line.isGateStopped) return 'Closed without proof too often: a person must look';
  if (line.isReplyUnclear) return 'Waits for a person to read the last reply: Watchdesk cannot understand it';
  const { nextTimer } = line;
  if (nextTimer?.name === 'confirm') {
    return `Waits for the reporter’s answer; ${whenDue(nextTimer, now)} comes a reminder, or the rule for silence`;
  }
  if (nextTimer?.name === 'escalation' && line.escalation)
    return `${step(line)}. ${escalationStep(line.escalation, now)}`;
  if (nextTimer?.name === 'overdue') return `${step(line)}; looked at again ${whenDue(nextTimer, now)}`;
  return nextTimer ? timerSentence(nextTimer, now) : step(line);
}

/** What is waited for while no timer runs. */
function step(line: IncidentLine): string {
  if (line.status === 'resolved') return afterResolving(line);
  if (line.parentNumber !== undefined) return `Waits for WD-${line.parentNumber}, with which it is resolved`;
  if (line.status === 'new') {
    return line.origin === 'alert'
      ? 'Waits for someone to take it, or for recovery'
      : 'Waits for an agent to take it';
  }
  return line.origin === 'alert' || line.badAlertCount > 0
    ? 'Waits for recovery'
    : 'Waits for an agent to resolve it';
}

function afterResolving(line: IncidentLine): string {
  if (line.type !== 'Incident') return 'Waits for an agent to close the ticket';
  if (line.isAsked) return 'Waits for the reporter’s answer';
  if (line.alertCount > 0) return 'Waits for Opsview to be read back as proof';
  return 'Waits for an agent to record who confirmed that it works again';
}
