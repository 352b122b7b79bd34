import type { Health, Reachability } from './console-view.ts';
import { age, atTime, plural } from './format.ts';

/** `tone` is never told by colour alone: the text says the same. `title` is the exact figure behind it. */
export type HealthItem = Readonly<{
  name: string;
  text: string;
  tone: 'good' | 'warn' | 'bad' | 'quiet';
  title?: string;
}>;

/** An inbox that waits this long is late: an idle service decides within milliseconds. */
const INBOX_LATE_MS = 60_000;
/** Several missed read-backs in a row with the default of 5 min. */
const READ_BACK_LATE_MS = 20 * 60_000;

/** How Watchdesk itself is, in a dozen words a line. */
export function healthItems(health: Health, now: Date): HealthItem[] {
  const { inbox, outbox, policy } = health;
  const late = inbox.oldestAt !== undefined && now.getTime() - inbox.oldestAt.getTime() > INBOX_LATE_MS;
  const oldest = late && inbox.oldestAt ? `, oldest ${age(inbox.oldestAt, now)}` : '';
  const dead = outbox.dead + outbox.stuckTickets;
  const failed = dead > 0 ? `, ${dead} failed` : '';
  return [
    reachable('Freshdesk', health.freshdesk, now),
    reachable('Opsview', health.opsview, now),
    {
      name: 'Inbox',
      text: `${inbox.waiting === 0 ? 'empty' : `${inbox.waiting} waiting`}${oldest}`,
      tone: late ? 'bad' : 'good',
    },
    {
      name: 'Outbox',
      text: `${outbox.waiting === 0 ? 'empty' : `${outbox.waiting} waiting`}${failed}`,
      tone: dead > 0 ? 'bad' : 'good',
      title: `${plural(outbox.dead, 'message')} given up, ${plural(outbox.stuckTickets, 'ticket')} stuck`,
    },
    readBack(health.lastReadBackAt, now),
    ...budget(health.apiBudget, now),
    { name: 'Policy', text: policy.hash, tone: 'quiet', title: policy.source },
  ];
}

function reachable(name: string, side: Reachability, now: Date): HealthItem {
  if (side.state === 'unknown') return { name, text: 'not asked yet', tone: 'quiet' };
  if (side.state === 'reachable') return { name, text: 'reachable', tone: 'good' };
  const since = side.since ? ` since ${atTime(side.since, now)}` : '';
  return {
    name,
    text: `not reachable${since}`,
    tone: 'bad',
    ...(side.why !== undefined && { title: side.why }),
  };
}

function readBack(at: Date | undefined, now: Date): HealthItem {
  if (!at) return { name: 'Read-back', text: 'none yet', tone: 'quiet' };
  const late = now.getTime() - at.getTime() > READ_BACK_LATE_MS;
  return { name: 'Read-back', text: age(at, now), tone: late ? 'warn' : 'good' };
}

function budget(spent: Health['apiBudget'], now: Date): HealthItem[] {
  if (!spent) return [];
  const blocked = spent.blockedUntil !== undefined && spent.blockedUntil > now;
  const text = `${spent.used} of ${spent.limit} a min`;
  const wait = blocked && spent.blockedUntil ? `, paused until ${atTime(spent.blockedUntil, now)}` : '';
  const tone = blocked || spent.used >= spent.limit ? 'warn' : 'good';
  return [{ name: 'API budget', text: text + wait, tone }];
}
