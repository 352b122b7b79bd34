import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { DatabaseKind } from '../support/database.ts';
import { type Meeting, openFront } from '../support/front.ts';
import { alertSender, type LogLine, openSite, type Running, type Site, until } from '../support/process.ts';
import {
  atRest,
  endStory,
  expectAllRight,
  OBJECTS,
  pick,
  STORY_POLICY,
  seededRandom,
  someFault,
  tellStory,
  workLeft,
} from './story.ts';

const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
/** A moment that does not come within this time is replaced by this one. */
const ROUND_MS_MAX = 2_000;

/** Where a process dies. Calls are counted per round, by kind. */
const MOMENTS = [
  'while starting',
  'at a random time',
  'when an alert was answered',
  'when something was decided',
  'before a call that gets lost',
  'before a call that arrives',
  'after a call',
  'after a call',
] as const;
type Moment = (typeof MOMENTS)[number];
const CALLS: readonly (readonly [method: string, path: RegExp])[] = [
  ['POST', /\/tickets$/],
  ['POST', /\/notes$/],
  ['PUT', /\/tickets\/\d+$/],
  ['GET', /\/freshdesk\//],
  ['POST', /\/rest\/acknowledge/],
  ['GET', /\/rest\/status/],
];

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Kills at `moment` of the process that runs now; one trap at a time. */
function trapSetter(random: () => number) {
  type Trap = { moment: Moment; left: number; call: (typeof CALLS)[number]; spring: () => Promise<void> };
  let trap: Trap | undefined;
  /** The trap that springs now, if there is one of this kind; it springs once. */
  const sprung = (fits: (trap: Trap) => boolean): Trap | undefined => {
    const set = trap;
    if (!set || !fits(set) || --set.left >= 0) return undefined;
    trap = undefined;
    return set;
  };
  return {
    set(moment: Moment, spring: () => Promise<void>): void {
      trap = { moment, left: Math.floor(random() * 2), call: pick(random, CALLS), spring };
    },
    disarm: (): void => {
      trap = undefined;
    },
    meet({ method, path }: Readonly<{ method: string; path: string }>): Meeting | undefined {
      const set = sprung(
        ({ moment, call }) =>
          moment.includes(' a call') && method === call[0] && call[1].test(path.split('?')[0] ?? ''),
      );
      if (!set) return undefined;
      if (set.moment === 'after a call') return { after: () => void set.spring() };
      return { before: () => set.spring().then(() => set.moment === 'before a call that arrives') };
    },
    answered: (): void => void sprung(({ moment }) => moment === 'when an alert was answered')?.spring(),
    line: ({ reason }: LogLine): void =>
      void sprung(({ moment }) => moment === 'when something was decided' && reason !== undefined)?.spring(),
  };
}

async function crashAgainAndAgain(kind: DatabaseKind, rounds: number) {
  console.log(`CRASH_SEED=${SEED}`);
  const random = seededRandom(SEED);
  const traps = trapSetter(random);
  let running: Running | undefined;
  const sender = alertSender(() => (running && !running.isGone() ? [running.url] : []), {
    onAccepted: traps.answered,
  });
  site = await openSite(kind, { send: sender.send, policy: STORY_POLICY });
  const front = await openFront(site.sandbox, traps.meet);
  const settings = { FRESHDESK_URL: front.freshdeskUrl, OPSVIEW_URL: front.opsviewUrl };
  const story = tellStory(site, random, 120);
  const died: Partial<Record<Moment | 'too late', number>> = {};
  const faults: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const moment = pick(random, MOMENTS);
    for (let n = 0; n < 2; n++) site.sandbox.freshdesk.faults.next(someFault(random));
    if (moment === 'while starting') {
      await site.startAndKill(settings, 150 + random() * 1_500);
      died[moment] = (died[moment] ?? 0) + 1;
      continue;
    }
    const process = await site.start(settings);
    process.onLine(traps.line);
    running = process;
    let sprung = false;
    traps.set(moment, async () => {
      sprung = true;
      await process.kill();
    });
    const limit = moment === 'at a random time' ? random() * 1_000 : ROUND_MS_MAX;
    await until(() => process.isGone(), { ms: limit, everyMs: 5, what: 'it died' }).catch(() => undefined);
    traps.disarm();
    await process.kill();
    const name = sprung || moment === 'at a random time' ? moment : 'too late';
    died[name] = (died[name] ?? 0) + 1;
    faults.push(
      ...process.log
        .filter(({ level }) => level === 'error')
        .map(({ message, error }) => `${message}: ${error}`),
    );
  }
  const changes = story.stop();
  site.sandbox.freshdesk.faults.clear(); // a job that was cut off often would wait for minutes after one more fault
  const last = await site.start(settings);
  running = last;
  const broken = OBJECTS.filter((_, index) => index % 3 === 0);
  await sender.idle();
  await endStory(site, broken, 120_000);
  await sender.idle();
  await stopAtRest(site, last, settings);
  const place = site;
  const figures = await site.inDatabase((database) => expectAllRight(place, database, sender, broken));
  await front.close();
  console.log(`${kind}: ${rounds} rounds, seed ${SEED}`, {
    died,
    changes,
    accepted: sender.accepted.length,
    ...figures,
  });
  expect(faults.filter((line) => /fault of ours/.test(line))).toEqual([]);
}

/**
 * Work comes up at any moment, such as another look at tickets that our own last notes have changed: once a minute
 * Freshdesk is asked for them. What a stop leaves over, the next process does.
 */
async function stopAtRest(
  place: Site,
  process: Running,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const { databaseUrl } = place.place.options;
  const hasNothingWaiting = async (): Promise<boolean> => {
    const { figures } = (await process.readyz()).body;
    return figures?.inbox_waiting === 0 && figures.outbox_waiting === 0;
  };
  // The embedded database belongs to the process that runs.
  const isAtRest = databaseUrl === undefined ? hasNothingWaiting : () => place.inDatabase(atRest);
  await until(isAtRest, { everyMs: 200, what: 'all is at rest' });
  expect(await process.stop()).toBe(0);
  const left = await place.inDatabase(workLeft);
  if (left.length === 0) return;
  console.log('left over at the stop', left);
  await stopAtRest(place, await place.start(settings), settings);
}

describe('killed with SIGKILL again and again, while alerts flow and Freshdesk misbehaves', () => {
  test(
    'P1 P2 P3 P7 one ticket per problem, every note once, nothing lost (postgresql)',
    { timeout: 300_000 },
    () => crashAgainAndAgain('postgresql', Number(process.env.CRASH_ROUNDS ?? 6)),
  );

  test(
    'P1 P2 P3 P7 one ticket per problem, every note once, nothing lost (embedded)',
    { timeout: 300_000 },
    () => crashAgainAndAgain('embedded', Number(process.env.CRASH_ROUNDS_EMBEDDED ?? 1)),
  );
});
