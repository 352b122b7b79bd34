import { z } from 'zod';
import { type HandOver, handOversBetween } from '../escalation/hand-over.ts';
import { handoverContent } from '../escalation/handover-text.ts';
import { waysFor } from '../escalation/notify-rules.ts';
import { recipientOf } from '../escalation/recipient.ts';
import { type Incident, isActive } from '../model/incident.ts';
import type { Page } from '../model/page.ts';
import type { Policy } from '../policy/schema.ts';
import { listOpen } from '../store/incidents.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import * as pages from '../store/pages.ts';
import { lastOfEach } from '../store/rows.ts';
import { inTransaction } from '../store/transaction.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

const EVERY_MS = 15_000;
/** After a longer absence nobody wants to know who began when. */
const CATCH_UP_MS_MAX = 12 * 3_600_000;
const OPEN_LISTED_MAX = 50;
const MEMO = 'handed_over_until';

/** Tells whoever begins to be on call, once, with what is open. By whichever process is first. */
export async function handOver(parts: EngineParts): Promise<void> {
  const { database, clock } = parts;
  const policy = parts.policy();
  if (Object.values(policy.rotations).every(({ hand_over }) => !hand_over)) return;
  const now = clock.now();
  const turn = { name: 'hand_over', everyMs: EVERY_MS, now, taken: parts.turns };
  if (!(await takeTurn(database.prisma, turn))) return;
  await inTransaction(database, async (tx) => {
    const until = await loadMemo(tx, MEMO, z.coerce.date());
    const earliest = new Date(now.getTime() - CATCH_UP_MS_MAX);
    const after = until === undefined || until > now ? now : until < earliest ? earliest : until;
    const changes = newestOf(handOversBetween(policy, after, now), now);
    if (changes.length > 0) {
      const open = (await listOpen(tx, { limit: OPEN_LISTED_MAX })).filter(isAtWork);
      const told = changes.flatMap((change) => pagesFor(policy, change, { now, open, parts }));
      await pages.add(
        tx,
        told.map((page) => ({ id: parts.newId(), page })),
        now,
      );
    }
    await saveMemo(tx, MEMO, now.toISOString(), now);
  });
  parts.wake.messages();
}

/** After a stop several shifts may have begun, and ended: only who is on call now has something to take over. */
const newestOf = (changes: readonly HandOver[], now: Date): readonly HandOver[] =>
  lastOfEach(changes, ({ rotation }) => rotation).filter(({ until }) => until > now);

type Given = Readonly<{
  now: Date;
  open: Awaited<ReturnType<typeof listOpen>>;
  parts: Pick<EngineParts, 'homeUrl'>;
}>;

/** Reports of others' problems are worked on where those are. */
const isAtWork = (incident: Incident): boolean =>
  isActive(incident) && incident.type === 'Incident' && incident.parentId === undefined;

/** By the first channel that the person is reached by; who begins a shift looks for what is open anyway. */
function pagesFor(policy: Policy, change: HandOver, { now, open, parts }: Given): Page[] {
  const recipient = recipientOf(policy, change.to);
  if (recipient === undefined) return [];
  const { channels, holdUntil } = waysFor(policy, recipient, { priority: 'low', now });
  const [channel] = channels;
  const address = channel && recipient.addresses[channel];
  if (channel === undefined || address === undefined) return [];
  const before = change.from === undefined ? undefined : policy.people[change.from]?.name;
  const page: Page = {
    intent: `handover:${change.rotation}:${change.at.toISOString()}:${change.to}`,
    kind: 'handover',
    recipient: recipient.recipient,
    recipientName: recipient.name,
    channel,
    address,
    timeZone: recipient.timeZone,
    priority: 'low',
    content: handoverContent({
      recipient,
      rotation: policy.rotations[change.rotation]?.name ?? change.rotation,
      ...(before === undefined ? {} : { before }),
      now,
      until: change.until,
      open,
      links: { watchdesk: parts.homeUrl },
    }),
    ...(holdUntil === undefined ? {} : { holdUntil }),
  };
  return [page];
}
