import { z } from 'zod';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { parseRows } from '../../src/store/rows.ts';
import { SECOND } from './manual-clock.ts';
import type { TestWatchdesk } from './watchdesk.ts';

/** How busy a help desk is. */
export type DeskLoad = Readonly<{
  /** Tickets that are there before the time that counts. */
  tickets: number;
  /** What agents and customers do with them, new tickets included. */
  updates: number;
  withinMs: number;
  stepMs: number;
}>;

export type DeskFigures = Readonly<{
  calls: number;
  /** Of the fullest window of a minute. */
  fullest: Readonly<{ total: number; create: number; update: number; list: number }>;
  /** Answered with 429. */
  refused: number;
  /** From what a person did until Watchdesk had decided about it; undefined where it never did. */
  decidedAfterMs: readonly (number | undefined)[];
  byPath: ReadonlyMap<string, number>;
}>;

type Change = { ticketId: number; at: number; messageId?: number; decidedAt?: number };

const TOPICS = [
  'Printer prints only blank pages',
  'Laptop screen flickers',
  'How do I export my address book?',
  'Payroll report shows wrong totals',
  'Please add a dark theme to the portal',
  'Badge does not open the garage',
  'Video calls freeze after a minute',
  'Cannot save drawings in the archive',
  'Invoice was sent twice',
  'Scanner is out of order',
];
const SITES = 'Aarau Basel Chur Davos Erlach Flims Genf Horgen Interlaken Jona Kriens Luzern Murten'.split(
  ' ',
);
const RESOLVED = 4;

/** Numbers in [0, 1) that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Lets agents and customers work, at times and in an order that look random and are the same in every run: a fifth of
 * the time two things within one second, as when an agent answers and sets a status.
 */
export async function workAnHour(
  desk: TestWatchdesk,
  { tickets: before, updates, withinMs, stepMs }: DeskLoad,
): Promise<DeskFigures> {
  const random = randomFrom(7);
  const { freshdesk } = desk.sandbox;
  const tickets: Ticket[] = [];
  const changes: Change[] = [];
  const note = (ticketId: number, messageId?: number): void =>
    void changes.push({
      ticketId,
      at: desk.clock.now().getTime(),
      ...(messageId === undefined ? {} : { messageId }),
    });

  function raise(): Ticket {
    const count = tickets.length;
    const topic = TOPICS[count % TOPICS.length] ?? '';
    const ticket = freshdesk.customers.raise({
      email: `person${count}@company${count % 37}.example`,
      subject: `${topic} in ${SITES[count % SITES.length]} ${count}`,
      text: `${topic}. It is room ${count} on floor ${count % 7}. Please have a look.`,
    });
    tickets.push(ticket);
    return ticket;
  }

  function act(ticket: Ticket): void {
    const agent = freshdesk.agent();
    const kind = random();
    if (kind < 0.04) note(raise().id);
    else if (kind < 0.3) {
      const statuses = [2, 3, 3, RESOLVED, RESOLVED, 5];
      agent.update(ticket.id, { status: statuses[Math.floor(random() * statuses.length)] ?? 2 });
      note(ticket.id);
    } else if (kind < 0.55)
      note(ticket.id, agent.note(ticket.id, '<p>Looked at it, the cable is fine.</p>').id);
    else if (kind < 0.75) {
      const text = [
        'It happens again every morning.',
        'Thanks',
        'Yes, it works again',
        'What about my second one?',
      ];
      note(
        ticket.id,
        freshdesk.customers.reply(ticket.id, text[Math.floor(random() * text.length)] ?? '').id,
      );
    } else if (kind < 0.9)
      note(ticket.id, agent.reply(ticket.id, '<p>We are on it and will write again.</p>').id);
    else {
      agent.update(ticket.id, { priority: 1 + Math.floor(random() * 4) });
      note(ticket.id);
    }
  }

  for (let index = 0; index < before; index++) {
    raise();
    if (index % 5 === 4) await desk.advance(20 * SECOND, 20 * SECOND);
  }
  await desk.advance(4 * 60 * SECOND, 20 * SECOND);

  const { calls, minutes } = freshdesk.state;
  const callsBefore = calls.length;
  const minutesBefore = minutes.length;
  const start = desk.clock.now().getTime();
  const times = Array.from({ length: updates }, () => Math.floor(random() * withinMs)).toSorted(
    (a, b) => a - b,
  );
  let done = 0;
  for (let passed = 0; passed < withinMs; passed += stepMs) {
    for (; done < updates && (times[done] ?? withinMs) < passed + stepMs; done++) {
      const ticket = tickets[Math.floor(random() * tickets.length)];
      if (ticket === undefined) continue;
      act(ticket);
      if (random() < 0.2 && done + 1 < updates) {
        done++;
        act(ticket);
      }
    }
    await desk.advance(stepMs, stepMs);
    await markDecided(desk, changes);
  }
  for (let waited = 0; waited < 3 * 60 * SECOND && changes.some(isUndecided); waited += stepMs) {
    await desk.advance(stepMs, stepMs);
    await markDecided(desk, changes);
  }
  if (desk.clock.now().getTime() < start) throw new Error('The clock went backwards');
  const counted = minutes.slice(minutesBefore);
  const most = (of: (minute: (typeof minutes)[number]) => number) => Math.max(0, ...counted.map(of));
  return {
    calls: calls.length - callsBefore,
    fullest: {
      total: most(({ total }) => total),
      create: most(({ create }) => create),
      update: most(({ update }) => update),
      list: most(({ list }) => list),
    },
    refused: minutes.reduce((sum, { refused }) => sum + refused, 0),
    decidedAfterMs: changes.map(({ at, decidedAt }) =>
      decidedAt === undefined ? undefined : decidedAt - at,
    ),
    byPath: countBy(
      calls.slice(callsBefore).map(({ method, path }) => `${method} ${path.replace(/\/\d+/g, '/N')}`),
    ),
  };
}

const isUndecided = ({ decidedAt }: Change): boolean => decidedAt === undefined;

const Row = z.object({
  ticketId: z.bigint().transform(Number),
  seenAt: z.date().optional(),
  lastMessageId: z.bigint().transform(Number).optional(),
});

/** Decided: read after it happened, with the message that it was, and nothing of it waits in the inbox. */
async function markDecided(desk: TestWatchdesk, changes: readonly Change[]): Promise<void> {
  const open = changes.filter(isUndecided);
  if (open.length === 0) return;
  const ids = [...new Set(open.map(({ ticketId }) => BigInt(ticketId)))];
  const rows = await desk.database.prisma.$queryRaw`
    SELECT freshdesk_id AS "ticketId", seen_at AS "seenAt", last_message_id AS "lastMessageId" FROM ticket
    WHERE freshdesk_id = ANY(${ids}::bigint[])`;
  const seen = new Map(parseRows(Row, rows).map((row) => [row.ticketId, row]));
  for (const change of open) {
    const row = seen.get(change.ticketId);
    const isRead = row?.seenAt !== undefined && row.seenAt.getTime() > change.at;
    if (isRead && (row.lastMessageId ?? 0) >= (change.messageId ?? 0))
      change.decidedAt = row.seenAt?.getTime() ?? 0;
  }
}

const countBy = (keys: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    [...Map.groupBy(keys, (key) => key)]
      .map(([key, some]): [string, number] => [key, some.length])
      .sort((a, b) => b[1] - a[1]),
  );
