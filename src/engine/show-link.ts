import { associationRefusal } from '../connectors/freshdesk/association-refusal.ts';
import type { Association } from '../connectors/freshdesk/freshdesk.ts';
import type { ChildLink, LinkStrategy } from '../model/child-link.ts';
import type { Command } from '../model/decision.ts';
import type { CommandRow } from '../store/commands.ts';
import * as commands from '../store/commands.ts';
import * as ticketLinks from '../store/ticket-links.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction, type Tx } from '../store/transaction.ts';
import { enqueueCommands } from './commit-changes.ts';
import { RetryAt } from './job-loop.ts';
import { loadRefusals, saveRefusals } from './known-refusals.ts';
import type { LinkCarrier, Tie } from './link-strategies/link-carrier.ts';
import { howShown, notTakenAway, type Refused, ruledOut, whyNot } from './link-strategies/link-texts.ts';
import {
  type KnownRefusal,
  knownRefusal,
  learnt,
  orderOf,
  withRoom,
} from './link-strategies/next-strategies.ts';
import { noteOnly } from './link-strategies/note-only.ts';
import { parentChild } from './link-strategies/parent-child.ts';
import { tracker } from './link-strategies/tracker.ts';
import type { EngineParts } from './parts.ts';
import { overtaken } from './sync-ticket.ts';

const CARRIERS: Readonly<Record<LinkStrategy, LinkCarrier>> = {
  parent_child: parentChild,
  tracker,
  note_only: noteOnly,
};

const NO_TICKET_YET_MS = 30_000;
const HIDDEN_SOON_MS = 5_000;

/**
 * Has Freshdesk show a link in the best way that policy wants and the account allows. What is refused falls back to the
 * next, and is said: on the child always, on the main ticket once for each way that is ruled out for all.
 *
 * Errors: a ConnectorError or RetryAt; the job loop knows what each means. A refused link is no error.
 */
export async function showLink(parts: EngineParts, command: CommandRow): Promise<void> {
  const { database, clock } = parts;
  const pair = pairOf(command);
  const link = await ticketLinks.loadLink(database.prisma, pair);
  const isLinked = link?.state === 'linked';
  const known = isLinked || command.startedAt ? await tieOf(parts, pair) : undefined;
  if (!isLinked || known === undefined) {
    // A try whose answer was lost may have tied them before they were unlinked.
    if (known !== undefined && command.startedAt) await takeAway(parts, known.tie);
    return commands.markDone(database.prisma, command.id, { now: clock.now() });
  }
  await afterOthersAreHidden(parts, pair);
  if (!(await commands.markStarted(database.prisma, command, clock.now()))) {
    throw overtaken(clock.now(), 'link');
  }
  const refusals = await loadRefusals(database.prisma);
  const shown = await carryOut(parts, command, { ...pair, tie: known.tie, refusals });
  const { as, refused } = shown;
  const now = clock.now();
  const why = whyNot(refused);
  await record(parts, command, known, async (tx) => {
    await saveRefusals(tx, learnt(refusals, refused, { parentId: pair.parentId, now }), now);
    await ticketLinks.saveShown(tx, pair, { as, ...(why === undefined ? {} : { why }) });
    return [
      note(
        pair.childId,
        `shown:${pair.parentId}:${command.intent}`,
        howShown(as, mainOf(parts, known.tie), refused),
      ),
      ...refused
        .filter(({ refusal }) => refusal !== 'not_possible')
        .map((one) => note(pair.parentId, `link_refused:${one.as}:${one.refusal}`, ruledOut(one, as))),
    ];
  });
}

/** Takes away what Freshdesk shows of a link that is no longer one; what people tied otherwise meanwhile stays. */
export async function hideLink(parts: EngineParts, command: CommandRow): Promise<void> {
  const { database, clock } = parts;
  const pair = pairOf(command);
  const link = await ticketLinks.loadLink(database.prisma, pair);
  const known = link?.shownAs === undefined ? undefined : await tieOf(parts, pair);
  if (link?.state === 'linked' || link?.shownAs === undefined || known === undefined) {
    return commands.markDone(database.prisma, command.id, { now: clock.now() });
  }
  const { shownAs } = link;
  const isGone = shownAs === 'note_only' || (await takeAway(parts, known.tie));
  await record(parts, command, known, async (tx) => {
    await saveRefusals(tx, withRoom(await loadRefusals(tx), pair.parentId), clock.now());
    await ticketLinks.saveShown(tx, pair, {});
    const html = notTakenAway(shownAs, mainOf(parts, known.tie));
    return isGone ? [] : [note(pair.childId, `not_hidden:${pair.parentId}:${command.intent}`, html)];
  });
}

type Pair = Pick<ChildLink, 'parentId' | 'childId'>;

function pairOf({ incidentId, payload }: CommandRow): Pair {
  if (payload.kind !== 'show_link' && payload.kind !== 'hide_link')
    throw new Error(`Command ${payload.intent} of kind ${payload.kind} is about no link`);
  return { parentId: incidentId, childId: payload.childId };
}

type Known = Readonly<{ tie: Tie; priority: tickets.TicketRow['wanted']['priority'] }>;

/** Undefined when one of the tickets is gone. Errors: RetryAt while one does not exist yet. */
async function tieOf(
  { database, clock }: EngineParts,
  { parentId, childId }: Pair,
): Promise<Known | undefined> {
  const [main, child] = [
    await tickets.load(database.prisma, parentId),
    await tickets.load(database.prisma, childId),
  ];
  if (main?.gone !== undefined || child?.gone !== undefined) return undefined;
  if (main?.freshdeskId === undefined || child?.freshdeskId === undefined) {
    throw new RetryAt(
      new Date(clock.now().getTime() + NO_TICKET_YET_MS),
      'One of the two tickets does not exist yet',
    );
  }
  const tie = { mainId: main.freshdeskId, childId: child.freshdeskId };
  return { tie, priority: main.wanted.priority };
}

/** A ticket has one role: while it is still shown as another's child, which is about to end, it cannot become this one's. */
async function afterOthersAreHidden({ database, clock }: EngineParts, pair: Pair): Promise<void> {
  const links = await ticketLinks.loadLinks(database.prisma, [pair.childId]);
  const others = links.filter(
    ({ parentId, childId, shownAs }) =>
      childId === pair.childId &&
      parentId !== pair.parentId &&
      shownAs !== undefined &&
      shownAs !== 'note_only',
  );
  for (const { parentId } of others) {
    const open = await commands.listOpenOfKind(database.prisma, parentId, 'hide_link');
    if (open.every((one) => pairOf(one).childId !== pair.childId)) continue;
    throw new RetryAt(
      new Date(clock.now().getTime() + HIDDEN_SOON_MS),
      'The ticket is still shown as linked to another, which is being taken away',
    );
  }
}

type Shown = Readonly<{ as: LinkStrategy; refused: readonly Refused[] }>;
type Task = Pair & Readonly<{ tie: Tie; refusals: readonly KnownRefusal[] }>;

async function carryOut(parts: EngineParts, { startedAt }: CommandRow, task: Task): Promise<Shown> {
  const { freshdesk, clock } = parts;
  const { tie, refusals, parentId } = task;
  const order = orderOf(parts.policy().tickets.linking.strategies);
  const refused: Refused[] = [];
  const before = startedAt === undefined ? undefined : await read(parts, tie.childId);
  for (const as of order) {
    const carrier = CARRIERS[as];
    if (before !== undefined && carrier.isShown(before, tie)) return { as, refused };
    const known = knownRefusal(refusals, { as, parentId, now: clock.now() });
    if (known) {
      refused.push(known);
      continue;
    }
    try {
      await carrier.show(freshdesk, tie);
      return { as, refused };
    } catch (error) {
      const refusal = associationRefusal(error);
      if (refusal === undefined) throw error;
      // A full tracker, say, is refused as a parent in the words for a full parent.
      const isOtherRole = refusal !== 'feature_off' && (await isRuledOut(parts, carrier, tie));
      refused.push({ as, refusal: isOtherRole ? 'other_role' : refusal });
    }
  }
  return { as: 'note_only', refused };
}

async function isRuledOut(parts: EngineParts, carrier: LinkCarrier, { mainId }: Tie): Promise<boolean> {
  const main = await read(parts, mainId);
  return main !== undefined && carrier.isRuledOut(main);
}

/** Undefined when the ticket is not there. */
async function read({ freshdesk }: EngineParts, ticketId: number): Promise<Association | undefined> {
  try {
    return await freshdesk.readAssociation(ticketId);
  } catch (error) {
    if (associationRefusal(error) === undefined) throw error;
    return undefined;
  }
}

/** False when Freshdesk refuses; true also when these two are not tied. */
async function takeAway(parts: EngineParts, tie: Tie): Promise<boolean> {
  const association = await read(parts, tie.childId);
  const carrier = association && Object.values(CARRIERS).find((one) => one.isShown(association, tie));
  if (carrier === undefined) return true;
  try {
    await carrier.hide(parts.freshdesk, tie);
    return true;
  } catch (error) {
    if (associationRefusal(error) === undefined) throw error;
    return false;
  }
}

const note = (incidentId: string, intent: string, html: string): Command => ({
  kind: 'private_note',
  incidentId,
  intent,
  html,
});

const mainOf = ({ links }: EngineParts, { mainId }: Tie) => ({
  number: mainId,
  url: links.ticketUrl(mainId),
});

/** What came of it, its notes, and that it is done: together, so that a crash before it tries all of it again. */
async function record(
  parts: EngineParts,
  command: CommandRow,
  { priority }: Known,
  save: (tx: Tx) => Promise<readonly Command[]>,
): Promise<void> {
  const now = parts.clock.now();
  await inTransaction(parts.database, async (tx) => {
    const notes = await save(tx);
    await enqueueCommands(tx, parts, notes, { now, priorityOf: () => priority });
    await commands.markDone(tx, command.id, { now });
  });
  parts.wake.outbound();
}
