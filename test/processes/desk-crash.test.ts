import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import type { Database } from '../../src/store/database.ts';
import { openFront } from '../support/front.ts';
import { freePort, openSite, QUICK_POLICY, type Running, type Site, until } from '../support/process.ts';
import { atRest, pick, seededRandom, workLeft } from './story.ts';

const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const ROUNDS = Number(process.env.CRASH_ROUNDS_DESK ?? 4);
const WEBHOOK_SECRET = 'a secret of Freshdesk for tests';
const [OPEN, RESOLVED, CLOSED] = [2, 4, 5] as const;

/** All of another kind, by people of different companies, so that none is taken for a report of another. */
const THINGS = 'Printer Mailbox Payroll Intranet Telephone Wiki Calendar Scanner Backup Invoicing'.split(' ');
/** These reporters never answer. */
const isSilent = ({ id }: Ticket): boolean => id % 4 === 0;
const CLOSES_MAX = 2; // below the rounds of policy's gate

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Customers and agents who go on with whatever they find, whether Watchdesk runs or not. */
function desk({ sandbox }: Site, random: () => number, url: string) {
  const { freshdesk } = sandbox;
  const answered = new Set<string>();
  const saidYes = new Set<string>();
  const closes = new Map<number, number>();
  const saidNo = new Set<number>();
  const did: Record<string, number> = {};
  const count = (what: string): void => {
    did[what] = (did[what] ?? 0) + 1;
  };

  const questionsOf = ({ id }: Ticket) =>
    freshdesk.state
      .conversations(id)
      .flatMap(({ body }) => [[...body.matchAll(/href="[^"]*(\/confirm\/[^"]+)"/g)].map(([, path]) => path)])
      .flatMap(([yes, no]) => (yes && no ? [{ yes, no }] : []));

  /** What is closed before Watchdesk has seen it for the first time is left alone. */
  const isKnown = ({ id }: Pick<Ticket, 'id'>): boolean => freshdesk.state.conversations(id).length > 0;

  function agentActs({ id }: Ticket): void {
    const mayClose = isKnown({ id }) && (closes.get(id) ?? 0) < CLOSES_MAX;
    const status = mayClose && random() < 0.5 ? CLOSED : RESOLVED;
    if (status === CLOSED) closes.set(id, (closes.get(id) ?? 0) + 1);
    count(status === CLOSED ? 'closed' : 'resolved');
    freshdesk.agent().update(id, { status });
  }

  async function customerAnswers(ticket: Ticket): Promise<void> {
    const newest = questionsOf(ticket).at(-1);
    if (!newest || answered.has(newest.yes)) return;
    const answer = !saidNo.has(ticket.id) && random() < 0.4 ? 'no' : 'yes';
    if (random() < 0.5) {
      const words = answer === 'yes' ? 'Yes, it works again, thanks' : 'No, it is still broken';
      freshdesk.customers.reply(ticket.id, words);
    } else {
      const response = await fetch(`${url}${newest[answer]}`, {
        method: 'POST',
        body: new URLSearchParams({ answer, words: '' }),
        signal: AbortSignal.timeout(5_000),
      }).catch(() => undefined);
      await response?.arrayBuffer().catch(() => undefined);
      if (response?.status !== 200) return; // tries again
    }
    answered.add(newest.yes);
    if (answer === 'no') saidNo.add(ticket.id);
    else saidYes.add(newest.yes);
    count(`said ${answer}`);
  }

  /** Closed by hand it is closed as well, until Watchdesk has seen that; so what was said to the last question counts. */
  const isDone = (ticket: Ticket): boolean =>
    isSilent(ticket)
      ? ticket.status === RESOLVED && closes.get(ticket.id) === CLOSES_MAX
      : ticket.status === CLOSED && saidYes.has(questionsOf(ticket).at(-1)?.yes ?? '');

  async function act(): Promise<void> {
    const { tickets } = freshdesk.state.data;
    const thing = THINGS[tickets.length];
    if (thing !== undefined && (tickets.length === 0 || random() < 0.4)) {
      const email = `u@${thing.toLowerCase()}.example`;
      freshdesk.customers.raise({
        email,
        subject: `${thing} is broken`,
        text: `Our ${thing} fails with an error.`,
      });
      return;
    }
    const open = tickets.filter((ticket) => !isDone(ticket));
    if (open.length === 0) return;
    const ticket = pick(random, open);
    if (ticket.status === OPEN) agentActs(ticket);
    else if (!isSilent(ticket)) await customerAnswers(ticket);
    else if (ticket.status === RESOLVED && isKnown(ticket) && (closes.get(ticket.id) ?? 0) < CLOSES_MAX) {
      closes.set(ticket.id, (closes.get(ticket.id) ?? 0) + 1);
      count('closed');
      freshdesk.agent().update(ticket.id, { status: CLOSED });
    }
  }

  return {
    act,
    did,
    questionsOf,
    left: () => freshdesk.state.data.tickets.filter((ticket) => !isDone(ticket)),
    isOver: () =>
      freshdesk.state.data.tickets.length === THINGS.length && freshdesk.state.data.tickets.every(isDone),
  };
}

async function expectAllRight(
  { sandbox: { freshdesk } }: Site,
  database: Database,
  questionsOf: ReturnType<typeof desk>['questionsOf'],
) {
  const { tickets } = freshdesk.state.data;
  const rows = async (sql: string) => await database.query(sql);

  // Every ticket is one issue, and no issue has made another ticket.
  const issues = await rows(
    `SELECT i.number, i.status, i.type, i.reopen_count::int AS round, i.proofs, t.freshdesk_id::int AS ticket_id
     FROM incident i LEFT JOIN ticket t ON t.incident_id = i.id ORDER BY t.freshdesk_id`,
  );
  expect(issues.map(({ ticket_id }) => ticket_id)).toEqual(tickets.map(({ id }) => id));
  expect(issues.every(({ type }) => type === 'Incident')).toBe(true);

  // Every note and reply once, and none missing.
  const messages = await rows(
    `SELECT c.sequence, i.number, t.freshdesk_id::int AS ticket_id FROM command c JOIN incident i ON i.id = c.incident_id
     JOIN ticket t ON t.incident_id = i.id WHERE c.kind IN ('private_note', 'public_reply')`,
  );
  const marks = freshdesk.state.data.conversations.flatMap(({ ticket_id, body }) =>
    [...body.matchAll(/\[WD-\d+\/\d+\]/g)].map(([mark]) => `${ticket_id} ${mark}`),
  );
  expect(marks.toSorted()).toEqual(
    messages.map(({ ticket_id, number, sequence }) => `${ticket_id} [WD-${number}/${sequence}]`).toSorted(),
  );
  expect(
    await rows('SELECT kind, intent, last_error FROM command WHERE done_at IS NULL OR dead_at IS NOT NULL'),
  ).toEqual([]);
  const adoptions = await rows(
    `SELECT incident_id FROM timeline_entry WHERE rule = 'ticket_adopted' GROUP BY 1 HAVING count(*) > 1`,
  );
  expect(adoptions).toEqual([]);

  for (const { ticket_id, status, round, proofs } of issues) {
    const ticket = tickets.find(({ id }) => id === ticket_id);
    if (!ticket) throw new Error(`There is no ticket ${ticket_id}`);
    const kinds = (Array.isArray(proofs) ? proofs : []).map(({ kind }) => String(kind));
    const seen = {
      ticket_id,
      status,
      round,
      ticket: ticket.status,
      kinds,
      asked: questionsOf(ticket).length,
    };
    // Asked once in each round, and closed by the reporter's word alone.
    expect(seen.asked, JSON.stringify(seen)).toBeLessThanOrEqual(Number(round) + 1);
    if (isSilent(ticket))
      expect(seen).toMatchObject({ status: 'resolved', ticket: RESOLVED, kinds: [], asked: 1 });
    else {
      expect(seen, JSON.stringify(seen)).toMatchObject({ status: 'closed', ticket: CLOSED });
      expect(seen.kinds[0], JSON.stringify(seen)).toMatch(/^reporter_(link|reply)$/);
    }
  }
  expect(await rows('SELECT delivery_id FROM delivery WHERE status <> $$decided$$')).toEqual([]);
  return {
    issues: issues.length,
    messages: messages.length,
    rounds: issues.map(({ round }) => Number(round)),
  };
}

test('P1 P2 P3 killed again and again while customers and agents go on: asked once, closed on proof alone', {
  timeout: 300_000,
}, async () => {
  console.log(`CRASH_SEED=${SEED}`);
  const random = seededRandom(SEED);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = await openSite('postgresql', {
    policy: QUICK_POLICY,
    sandbox: {
      freshdesk: {
        plan: 'enterprise',
        isFurnished: true,
        settings: {
          settleDelayMs: 100,
          searchDelayMs: 1_000,
          webhook: { url: `${url}/webhooks/freshdesk`, secret: WEBHOOK_SECRET },
          webhookRetryMs: Array.from({ length: 100 }, () => 500),
        },
      },
    },
  });
  site = place;
  let running: Running | undefined;
  let trap: 'none' | 'before' | 'after' = 'none';
  const front = await openFront(place.sandbox, ({ method }) => {
    if (trap === 'none' || method === 'GET' || random() < 0.5) return undefined;
    const when = trap;
    trap = 'none';
    const kill = async () => await running?.kill();
    if (when === 'after') return { after: () => void kill() };
    return { before: () => kill().then(() => random() < 0.5) };
  });
  const settings = {
    PORT: String(port),
    FRESHDESK_URL: front.freshdeskUrl,
    FRESHDESK_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };
  const people = desk(place, random, url);
  // What was raised before Watchdesk came for the first time is not its own, and Freshdesk dates by whole seconds.
  await (await place.start(settings)).kill();
  await wait(1_000);
  let isStory = true;
  const told = (async () => {
    while (isStory) {
      await people.act();
      await wait(250);
    }
  })();

  const died: Record<string, number> = {};
  const errors: string[] = [];
  const errorsOf = ({ log }: Running) =>
    log.filter(({ level }) => level === 'error').map(({ message, error }) => `${message}: ${error}`);
  for (let round = 0; round < ROUNDS; round++) {
    const process = await place.start(settings);
    running = process;
    trap = pick(random, ['none', 'before', 'after', 'after'] as const);
    const moment = trap;
    const ms = trap === 'none' ? 200 + random() * 1_500 : 3_000;
    await until(() => process.isGone(), { ms, everyMs: 5, what: 'it died' }).catch(() => undefined);
    trap = 'none';
    await process.kill();
    died[moment] = (died[moment] ?? 0) + 1;
    errors.push(...errorsOf(process));
  }
  const last = await place.start(settings);
  running = last;
  const isOver = async () => people.isOver() && (await place.inDatabase(atRest)) && people.isOver();
  await until(isOver, { ms: 120_000, everyMs: 100, what: 'all that is proven is closed' }).catch(
    async (error: unknown) => {
      const left = people.left().map(({ id, status }) => ({ id, status }));
      const known = await place.inDatabase(async (database) => [
        ...(await database.query(
          `SELECT t.freshdesk_id::int AS id, i.status, i.reopen_count::int AS round, t.stuck FROM incident i
           JOIN ticket t ON t.incident_id = i.id`,
        )),
        ...(await database.query('SELECT * FROM ticket_intake')),
        ...(await workLeft(database)),
      ]);
      throw new Error(
        `${error}\n${JSON.stringify({ left, known, did: people.did }, (_, value) => (typeof value === 'bigint' ? Number(value) : value), 1)}`,
      );
    },
  );
  isStory = false;
  await told;
  const figures = await place.inDatabase(async (database) => {
    await until(() => atRest(database), { what: 'all is at rest' });
    return await expectAllRight(place, database, people.questionsOf);
  });
  errors.push(...errorsOf(last));
  expect(await last.stop()).toBe(0);
  await front.close();
  console.log(`${ROUNDS} rounds, seed ${SEED}`, { died, did: people.did, ...figures });
  expect(errors.filter((line) => /fault of ours/.test(line))).toEqual([]);
});
