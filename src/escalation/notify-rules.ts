import type { ChannelName } from '../model/escalation.ts';
import type { Priority } from '../model/priority.ts';
import type { Policy } from '../policy/schema.ts';
import type { Recipient } from './recipient.ts';
import { isWorkingTime, nextWorkingTime } from './working-time.ts';

export type WaysGiven = Readonly<{
  priority: Priority;
  now: Date;
  /** Of the rung. */
  channels?: readonly ChannelName[];
  /** Key of the rung's calendar. */
  holdUntil?: string;
}>;

/**
 * How somebody is told.
 *
 * Shape:   `channels` in the order in which they are tried, empty only for one who has no address at all.
 * Absent:  `holdUntil` unless the message waits for working hours.
 */
export type Ways = Readonly<{
  channels: readonly ChannelName[];
  holdUntil?: Date;
  /** What decided: the rung, a rule's name, or `notify.channels`. */
  rule: string;
}>;

type NotifyRule = Policy['notify']['rules'][number];

/**
 * Channels by the rung, else the first rule of `notify` that matches, else `notify.channels`; of these, the ones that the
 * recipient has an address for. Who has none of them is told by whatever address there is, since a message by the wrong
 * channel is better than none. A room has its own channel only. Rules are for colleagues: whoever is outside is told by
 * the rung's channels, else by mail, else by telephone, and a vendor while it answers.
 *
 * A rung's own `hold_until` comes before a rule's `hold`; a rule holds back also what a rung sends by its own channels.
 */
export function waysFor(policy: Policy, recipient: Recipient, given: WaysGiven): Ways {
  const isOutside = recipient.kind === 'customer' || recipient.kind === 'vendor';
  const rule = isOutside ? undefined : policy.notify.rules.find((one) => matches(policy, one, given));
  const { channels, by } = wanted(policy, given, rule, isOutside);
  const reachable = channels.filter((channel) => recipient.addresses[channel] !== undefined);
  const holdUntil = holdOf(policy, recipient, given, rule);
  return {
    channels: reachable.length > 0 ? [...new Set(reachable)] : otherwise(policy, recipient),
    ...(holdUntil === undefined ? {} : { holdUntil }),
    rule: by,
  };
}

function wanted(policy: Policy, given: WaysGiven, rule: NotifyRule | undefined, isOutside: boolean) {
  if (given.channels !== undefined) return { channels: given.channels, by: 'the rung’s own channels' };
  if (isOutside) return { channels: OUTSIDE, by: 'mail before telephone' };
  if (rule?.channels !== undefined) return { channels: rule.channels, by: rule.name };
  return { channels: policy.notify.channels, by: rule?.name ?? 'notify.channels' };
}

const OUTSIDE: readonly ChannelName[] = ['email', 'voice'];

function otherwise(policy: Policy, { addresses }: Recipient): readonly ChannelName[] {
  const usual = policy.notify.channels.filter((channel) => addresses[channel] !== undefined);
  if (usual.length > 0) return [...new Set(usual)];
  return (Object.keys(addresses) as ChannelName[]).slice(0, 1);
}

function matches(policy: Policy, { when }: NotifyRule, { priority, now }: WaysGiven): boolean {
  if (when.priority !== undefined && !when.priority.includes(priority)) return false;
  const calendar = when.calendar === undefined ? undefined : policy.calendars[when.calendar];
  if (calendar === undefined || when.hours === undefined) return true;
  return isWorkingTime(calendar, now) === (when.hours === 'within');
}

function holdOf(
  policy: Policy,
  { recipient, kind }: Recipient,
  { holdUntil, now }: WaysGiven,
  rule: NotifyRule | undefined,
): Date | undefined {
  const byVendor = kind === 'vendor' ? policy.vendors[recipient.slice('vendor:'.length)]?.hours : undefined;
  const key = holdUntil ?? byVendor ?? (rule?.hold ? rule.when.calendar : undefined);
  const calendar = key === undefined ? undefined : policy.calendars[key];
  const next = calendar && nextWorkingTime(calendar, now);
  return next && next > now ? next : undefined;
}
