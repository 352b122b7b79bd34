import type { Message } from '../connectors/channel.ts';
import type { ChannelName } from '../model/escalation.ts';
import type { PageKind } from '../model/page.ts';
import { claimCompanions, claimDue, keepQuiet, lastLeftAt } from '../store/claim-pages.ts';
import { earlierMessage, messageUpToDate } from '../store/earlier-messages.ts';
import { loadIncidents } from '../store/incidents.ts';
import { messageOrder, type PageRow } from '../store/page-row.ts';
import * as pages from '../store/pages.ts';
import type { Tx } from '../store/transaction.ts';
import { tellOutcome } from './page-outcome.ts';
import type { EngineParts } from './parts.ts';
import { unneededWhy } from './unneeded-page.ts';

/** In one message; more of them come in the next. */
const BUNDLE_MAX = 500;
/** What is for people of ours and may come in one message with others. */
const BUNDLED: readonly PageKind[] = [
  'escalation',
  'last',
  'announcement',
  'meeting',
  'estimate',
  'fault',
  'handover',
];

/** What a turn took on: a message to send, to look for since its outcome is unknown, or to ask about. */
export type PageTask = Readonly<{
  do: 'send' | 'look' | 'ask';
  bundle: Bundle;
  message: Message;
  /** Nobody else looks at these pages before. */
  lease: Date;
}>;
type Bundle = readonly [PageRow, ...PageRow[]];

/**
 * Decides under lock what to do with the page that waits longest; `settled` when nothing has to be sent for it. Those of
 * `busy` channels go on waiting.
 */
export async function claimPage(
  tx: Tx,
  parts: EngineParts,
  busy: readonly ChannelName[],
): Promise<PageTask | 'settled' | 'none_due'> {
  const now = parts.clock.now();
  const first = await claimDue(tx, now, busy);
  if (first === undefined) return 'none_due';
  if (first.startedAt !== undefined || first.acceptedAt !== undefined) return await resume(tx, parts, first);
  const { bundle_within: within } = parts.policy().notify;
  const isBundled = BUNDLED.includes(first.payload.kind) && within > 0;
  if (isBundled) {
    const since = new Date(now.getTime() - within);
    const last = await lastLeftAt(tx, first.payload, { since, now, kinds: BUNDLED });
    if (last !== undefined) {
      const until = new Date(last.getTime() + within);
      await keepQuiet(tx, first.payload, { now, kinds: BUNDLED, until });
      return 'settled';
    }
  }
  const others = isBundled
    ? await claimCompanions(tx, first.payload, { now, kinds: BUNDLED, limit: BUNDLE_MAX })
    : [];
  const due = [first, ...others.filter(({ id }) => id !== first.id)].slice(0, BUNDLE_MAX);
  const [one, ...more] = await dropUnneeded(tx, parts, due);
  if (one === undefined) return 'settled';
  const bundle = inOrder([one, ...more]);
  const bundleId = parts.newId();
  const lease = leaseEnd(parts, now);
  await pages.markStarted(tx, idsOf(bundle), { now, until: lease, bundleId });
  const message = await messageOf(tx, bundle, { id: bundleId, sentAt: now, mayBeRepeat: false });
  return { do: 'send', bundle, message, lease };
}

/** One that was tried before: its outcome is unknown, or it was only accepted. */
async function resume(tx: Tx, parts: EngineParts, first: PageRow): Promise<PageTask> {
  const now = parts.clock.now();
  const id = first.bundleId ?? parts.newId();
  const all = first.bundleId === undefined ? [] : await pages.ofBundle(tx, first.bundleId);
  const open = all.filter(({ deliveredAt, failedAt }) => deliveredAt === undefined && failedAt === undefined);
  const bundle = inOrder([first, ...open.filter((page) => page.id !== first.id)]);
  const lease = leaseEnd(parts, now);
  await pages.postpone(tx, idsOf(bundle), { until: lease });
  // Looked for is what left at the earlier try, and not what leaves now.
  const sentAt = first.startedAt ?? now;
  const message = await messageOf(tx, bundle, { id, sentAt, mayBeRepeat: true });
  return { do: first.acceptedAt === undefined ? 'look' : 'ask', bundle, message, lease };
}

/** A page falls silent when what it asks for has happened meanwhile. Returns those that are still needed. */
async function dropUnneeded(
  tx: Tx,
  parts: EngineParts,
  due: readonly PageRow[],
): Promise<readonly PageRow[]> {
  const ids = new Set(due.flatMap(({ payload }) => payload.incidentId ?? []));
  const incidents = new Map((await loadIncidents(tx, [...ids])).map((one) => [one.id, one]));
  const needed: PageRow[] = [];
  for (const page of due) {
    const incident = incidents.get(page.payload.incidentId ?? '');
    const why = incident && unneededWhy(page.payload, incident);
    if (why === undefined) needed.push(page);
    else await tellOutcome(tx, parts, [page], { outcome: 'failed', why, now: parts.clock.now() });
  }
  return needed;
}

type Given = Readonly<{ id: string; sentAt: Date; mayBeRepeat: boolean }>;

async function messageOf(tx: Tx, bundle: Bundle, given: Given): Promise<Message> {
  const [first, ...others] = bundle;
  const { address, recipientName, timeZone, kind, incidentId } = first.payload;
  const isStatus = kind === 'status';
  const isOfOne = others.every(({ payload }) => payload.incidentId === incidentId);
  const asked = { before: first.createdAt, isAlone: !isStatus };
  const earlier = isOfOne ? await earlierMessage(tx, first.payload, asked) : undefined;
  const whole = { ...given, address, recipientName, timeZone };
  if (earlier === undefined)
    return { ...whole, pages: [first.payload, ...others.map(({ payload }) => payload)] };
  // What else an earlier message told stays in it, and its buttons go on meaning what they meant.
  const [one, ...more] = isStatus ? await messageUpToDate(tx, first.payload, earlier) : bundle;
  const told = one ?? first;
  return {
    ...whole,
    id: (isStatus ? told.bundleId : undefined) ?? given.id,
    pages: [told.payload, ...more.map(({ payload }) => payload)],
    earlier,
  };
}

/** After that a process that vanished in the middle of a try is given up; longer than a try may take. */
export const leaseEnd = ({ settleMs }: Pick<EngineParts, 'settleMs'>, now: Date): Date =>
  new Date(now.getTime() + 2 * settleMs);

export const idsOf = (bundle: readonly PageRow[]): string[] => bundle.map(({ id }) => id);

const inOrder = (bundle: Bundle): [PageRow, ...PageRow[]] =>
  bundle.toSorted(messageOrder) as [PageRow, ...PageRow[]];
