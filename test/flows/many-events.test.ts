import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, hosts, OPEN, onlyTicket, RESOLVED } from './flows.ts';

type Macros = Readonly<Record<string, string>>;

/** The same for the same seed: numerical recipes' linear congruential generator. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

const objectOf = (macros: Macros): string => `${macros.NAGIOS_HOSTNAME} ${macros.NAGIOS_SERVICEDESC}`;

/** A shuffle that keeps the order of what is about one object, as the notification script does. */
function shuffledAmongObjects(items: readonly Macros[], seed: number): Macros[] {
  const queues = Map.groupBy(items, objectOf);
  return shuffled(items, seed).map((item) => queues.get(objectOf(item))?.shift() as Macros);
}

describe.each(databases)('many events (%s)', (kind) => {
  const open = flowsOn(kind);

  test('for one incident in one batch: one ticket with the last word, and each thing said once', async () => {
    const desk = await open({ policy: { alerts: { acknowledge_in_opsview: 'never' } } });
    const states = ['WARNING', 'CRITICAL', 'OK', 'CRITICAL', 'WARNING', 'CRITICAL', 'OK'] as const;
    for (let turn = 0; turn < 5; turn++) {
      for (const state of states) {
        desk.clock.advance(SECOND);
        desk.checks.setState('web01', 'HTTP', state);
      }
    }
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(12 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const notes = desk.notes(1);
    expect(new Set(notes).size).toBe(notes.length);
    expect(desk.calls().filter((call) => call.startsWith('POST /tickets 201'))).toHaveLength(1);
  });

  test('P1, P2 three hundred deliveries in one go, each twice: none is lost, none is decided twice', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `node-${index}`);
    const checks = Array.from({ length: 30 }, (_, index) => `Check ${index}`);
    const desk = await open({
      sandbox: { opsview: { inventory: hosts(names, checks), settings: { contacts: ['one', 'two'] } } },
    });
    for (const check of checks) for (const host of names) desk.checks.setState(host, check, 'CRITICAL');
    await desk.settle();
    const [counted] = await desk.database.query(
      `SELECT (SELECT count(*)::int FROM delivery WHERE source = 'opsview') AS kept, (SELECT count(*)::int FROM delivery WHERE status <> 'decided') AS waiting,
         (SELECT count(*)::int FROM alert WHERE bad_since IS NOT NULL AND incident_id IS NOT NULL) AS bad`,
    );
    expect(counted).toEqual({ kept: 300, waiting: 0, bad: 300 });
    const [sums] = await desk.database.query('SELECT sum(member_count)::int AS members FROM incident');
    expect(sums).toEqual({ members: 300 });
    expect(desk.tickets()).toHaveLength(4); // the fifth host of the group and what follows join the first
  });

  describe('notifications that arrive in another order', () => {
    const HOSTS = ['p', 'q', 'r', 's', 't', 'u'];
    const inventory = hosts(HOSTS, ['A']).map((host) => ({ ...host, hostGroup: host.name }));
    const options = {
      policy: { alerts: { acknowledge_in_opsview: 'never' } },
      sandbox: { opsview: { inventory } },
    };

    /** Over ten minutes things break, mend, worsen and flap; at the end q, s and u are bad. */
    async function story(desk: TestWatchdesk): Promise<void> {
      const set = async (
        host: string,
        check: string,
        state: 'OK' | 'WARNING' | 'CRITICAL' | 'DOWN' | 'UP',
      ) => {
        desk.clock.advance(7 * SECOND);
        desk.checks.setState(host, check, state);
      };
      await set('p', 'A', 'CRITICAL');
      await set('q', 'A', 'WARNING');
      await set('p', 'A', 'OK');
      await set('r', '', 'DOWN');
      await set('q', 'A', 'CRITICAL');
      await set('s', 'A', 'CRITICAL');
      await set('s', 'A', 'OK');
      await set('r', '', 'UP');
      await set('s', 'A', 'CRITICAL');
      await set('t', 'A', 'WARNING');
      await set('q', 'A', 'OK');
      await set('t', 'A', 'OK');
      await set('u', '', 'DOWN');
      await set('q', 'A', 'WARNING');
    }

    const final = (desk: TestWatchdesk): string[] =>
      desk
        .tickets()
        .map(
          ({ subject, status, priority }: Ticket) =>
            `${subject.replace(/\[WD-\d+\] /, '')} ${status} ${priority}`,
        )
        .sort();

    async function told(desk: TestWatchdesk, order: (sent: readonly Macros[]) => readonly Macros[]) {
      desk.deliverNotifications(false);
      await story(desk);
      const sent = [...desk.sent];
      for (const macros of order([...sent])) await desk.deliver(macros);
      await desk.settle();
      await desk.advance(45 * MINUTE, 5 * MINUTE);
      return final(desk);
    }

    test('P2 of different objects, with duplicates: the same final tickets', async () => {
      const expected = await told(await open(options), (sent) => sent);
      expect(expected).toHaveLength(6);
      for (const seed of [1, 2, 3]) {
        const desk = await open(options);
        expect(await told(desk, (sent) => shuffledAmongObjects([...sent, ...sent], seed))).toEqual(expected);
      }
    });

    test('P2, P4 of one object too: what is bad has one open ticket, and nothing else is left open', async () => {
      for (const seed of [4, 5, 6, 7]) {
        const desk = await open(options);
        await told(desk, (sent) => shuffled([...sent, ...sent], seed));
        const stillOpen = desk.tickets().filter(({ status }) => status === OPEN);
        expect(stillOpen.map(({ subject }) => /(q A|s A|host u)/.exec(subject)?.[0]).sort()).toEqual([
          'host u',
          'q A',
          's A',
        ]);
        expect(
          desk
            .tickets()
            .filter(({ status }) => status !== OPEN)
            .every(({ status }) => status === CLOSED),
        ).toBe(true);
        const incidents = await desk.incidents();
        expect(new Set(incidents.map(({ cause }) => cause?.host)).size).toBe(incidents.length);
      }
    });
  });
});
