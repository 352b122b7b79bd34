import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openFront } from '../support/front.ts';
import { alertSender, openSite, type Running, type Site, until } from '../support/process.ts';
import {
  atRest,
  endStory,
  expectAllRight,
  OBJECTS,
  STORY_POLICY,
  seededRandom,
  someFault,
  tellStory,
} from './story.ts';

const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const TWO_CONTACTS = {
  opsview: { settings: { acknowledgeDelayMs: 100, contacts: ['watchdesk/01', 'watchdesk/02'] } },
};

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Which timers the log of a process says it fired. */
const fired = ({ log }: Running): readonly string[] =>
  log.flatMap(({ eventId }) => (/^timer \d+$/.test(String(eventId)) ? [String(eventId)] : []));

/** Has decided more than the test asks of each at its end. */
const isBusy = ({ log }: Running): boolean => log.filter(({ reason }) => reason !== undefined).length > 15;

describe('two processes on one PostgreSQL', () => {
  test('P2 P7 under the same load: no second ticket, no timer twice; one is killed and the other finishes', {
    timeout: 400_000,
  }, async () => {
    const random = seededRandom(SEED);
    let alive: readonly Running[] = [];
    const sender = alertSender(() => alive.map(({ url }) => url), { everywhere: true });
    const place = await openSite('postgresql', {
      send: sender.send,
      policy: STORY_POLICY,
      sandbox: TWO_CONTACTS,
    });
    site = place;
    let victim: Running | undefined;
    let isTrapSet = false;
    let death = '';
    const front = await openFront(place.sandbox, ({ method, path }) => {
      if (!isTrapSet || method !== 'POST' || !/\/(tickets|notes)$/.test(path)) return undefined;
      return {
        // Not told when the stand-in itself cuts the connection: then the next call springs the trap.
        after: () => {
          if (!isTrapSet) return;
          isTrapSet = false;
          death = path;
          void victim?.kill();
        },
      };
    });
    const [one, two] = await Promise.all([place.start(), place.start({ FRESHDESK_URL: front.freshdeskUrl })]);
    alive = [one, two];
    const story = tellStory(place, random, 150);
    const faulty = setInterval(() => place.sandbox.freshdesk.faults.next(someFault(random)), 400);
    await wait(5_000);
    await until(() => isBusy(one) && isBusy(two) && fired(one).length + fired(two).length > 15, {
      ms: 120_000,
      what: 'both have decided a good deal and timers have fired',
    });

    victim = two;
    place.sandbox.freshdesk.faults.clear(); // on a slow machine they come faster than calls that could use them up
    isTrapSet = true; // dies with a note or ticket written and the answer unread, its job held
    // The call budget may be used up for the rest of the minute.
    await until(() => two.isGone(), { ms: 150_000, what: 'the second process made a call and died' });
    alive = [one];
    await wait(1_000);
    const changes = story.stop();
    clearInterval(faulty);
    await sender.idle();
    const broken = OBJECTS.filter((_, index) => index % 3 === 1);
    await endStory(place, broken, 120_000);
    await sender.idle();
    const figures = await place.inDatabase(async (database) => {
      await until(() => atRest(database), { what: 'all is at rest' });
      return await expectAllRight(place, database, sender, broken);
    });
    expect(await one.stop()).toBe(0);
    await front.close();

    const timers = [...fired(one), ...fired(two)];
    console.log(`seed ${SEED}`, {
      changes,
      posts: sender.answers.length,
      death,
      ...figures,
      timersFired: [fired(one).length, fired(two).length],
    });
    expect(timers.length).toBe(new Set(timers).size);
    expect(timers.length).toBeGreaterThan(10);
    for (const { log } of [one, two]) {
      expect(log.filter(({ reason }) => reason !== undefined).length).toBeGreaterThan(10); // both had a share
      expect(log.filter(({ level, message }) => level === 'error' && /fault of ours/.test(message))).toEqual(
        [],
      );
    }
  });

  test('P8 both together keep to the calls of one account, and Freshdesk never has to refuse one', {
    timeout: 300_000,
  }, async () => {
    let alive: readonly Running[] = [];
    const sender = alertSender(() => alive.map(({ url }) => url));
    const checks = Array.from({ length: 30 }, (_, n) => ({ name: `check ${n}`, okOutput: 'OK' }));
    const inventory = ['a', 'b', 'c'].map((name) => ({
      name,
      alias: name,
      ip: '127.0.0.9',
      hostGroup: 'Many',
      hashtags: [],
      checks,
    }));
    const place = await openSite('postgresql', {
      send: sender.send,
      sandbox: { freshdesk: { plan: 'growth' }, opsview: { inventory, settings: { contacts: ['one'] } } },
    });
    site = place;
    const calls = { FRESHDESK_CALLS_PER_MINUTE: '100' };
    alive = await Promise.all([place.start(calls), place.start(calls)]);
    for (const { name } of inventory) {
      for (const check of checks) place.sandbox.opsview.checks.setState(name, check.name, 'CRITICAL');
    }
    await sender.idle();
    const { minutes, data } = place.sandbox.freshdesk.state;
    await until(() => minutes.some(({ total }) => total >= 80), {
      ms: 120_000,
      what: 'the calls of a minute are used',
    });
    await wait(4_000); // 90 tickets are wanted, and both go on asking
    // Where everything is slow, looking at changed tickets takes more of the first minute's calls.
    await until(() => data.tickets.length > 50, { ms: 150_000, what: 'most tickets are there' });
    console.log('calls in each minute', minutes);
    expect(Math.max(...minutes.map(({ total }) => total))).toBe(80); // a fifth is left to people's own apps
    expect(minutes.filter(({ refused }) => refused > 0)).toEqual([]);
  });
});
