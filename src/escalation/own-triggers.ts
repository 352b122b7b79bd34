import type { Trigger, TriggerKind } from '../model/escalation.ts';
import { isActive } from '../model/incident.ts';
import type { EscalationWork } from './escalation-work.ts';
import { laddersOf } from './ladder-policy.ts';

/** Triggers that need no event of their own, since they follow from what the incident is by now; see raiseTrigger. */
export function raiseOwnTriggers(work: EscalationWork): void {
  const { incident, now, policy, given } = work;
  if (!isActive(incident)) return;
  const { before } = given;
  const { reopenCount, customerId, desk } = incident;
  const isNewRound = before === undefined || before.reopenCount !== reopenCount;
  const customer = policy.customers[customerId ?? ''];
  if (customer?.vip && (isNewRound || before?.customerId !== customerId))
    raise(work, {
      kind: 'vip',
      id: `vip:${reopenCount}`,
      why: `${work.reference} is of ${customer.name}, who is a VIP.`,
    });
  if (isNewRound && reopenCount >= 2)
    raise(work, {
      kind: 'second_reopen',
      id: `reopen:${reopenCount}`,
      why: `${work.reference} was reopened ${reopenCount} times.`,
    });
  const due = updateMissedAt(work);
  if (due !== undefined && due <= now && desk.nextUpdateDueAt)
    raise(work, {
      kind: 'missed_update',
      id: `update:${desk.nextUpdateDueAt.toISOString()}`,
      why: `The reporter of ${work.reference} should have heard by ${work.when(desk.nextUpdateDueAt)} and did not.`,
    });
}

/** When an update to the reporter will have been missed; undefined when no ladder asks for that, or it is known already. */
export function updateMissedAt({ incident, policy, state }: EscalationWork): Date | undefined {
  const { nextUpdateDueAt } = incident.desk;
  if (nextUpdateDueAt === undefined || !isActive(incident) || !startsOn(policy, 'missed_update'))
    return undefined;
  const id = `update:${nextUpdateDueAt.toISOString()}`;
  if (state.triggers.some((one) => one.kind === 'missed_update' && one.id === id)) return undefined;
  return new Date(nextUpdateDueAt.getTime() + policy.escalation.missed_update_after);
}

const startsOn = (policy: EscalationWork['policy'], kind: TriggerKind): boolean =>
  laddersOf(policy).some(([, { starts_on }]) => starts_on.includes(kind));

const TRIGGERS_KEPT = 50;

function raise(work: EscalationWork, raised: Omit<Trigger, 'at'>): void {
  const { triggers } = work.state;
  if (!startsOn(work.policy, raised.kind)) return;
  if (triggers.some(({ kind, id }) => kind === raised.kind && id === raised.id)) return;
  work.change({ triggers: [...triggers, { ...raised, at: work.now }].slice(-TRIGGERS_KEPT) });
  work.tell(`trigger_${raised.kind}`, raised.why);
}
