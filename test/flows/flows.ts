import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { CustomerMail } from '../../src/sandbox/freshdesk/actors.ts';
import { GROUP_IDS } from '../../src/sandbox/freshdesk/fresh-data.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import type { HostPlan } from '../../src/sandbox/opsview/inventory.ts';
import type { DatabaseKind } from '../support/database.ts';
import {
  openPlace,
  openWatchdesk,
  type Place,
  type TestWatchdesk,
  type WatchdeskOptions,
} from '../support/watchdesk.ts';

export const OPEN = 2;
export const PENDING = 3;
export const RESOLVED = 4;
export const CLOSED = 5;

/** The groups of a fresh account. */
export const GROUPS = GROUP_IDS;

/** Some of its agents: Priya works in Platform, Lena in Platform and Applications, Sam in the Service Desk. */
export const AGENTS = {
  alex: 158018000002,
  sam: 158018000003,
  priya: 158018000004,
  lena: 158018000005,
  tom: 158018000006,
} as const;

export const LOW = 1;
export const MEDIUM = 2;
export const HIGH = 3;
export const URGENT = 4;

/**
 * Of how many flows one runs: the embedded database is more than twice as slow, those of people's tickets and of ladders are
 * many.
 */
const ONE_OF = { embedded: 20, postgresql: 2, people: 4, ladders: 3 };

/**
 * Keeps `npm test` below ten minutes on two cores: on PostgreSQL every second flow of alerts runs, every fourth one of people's
 * tickets and every third one of ladders, of each file the first; on the embedded database every twentieth, the second of its
 * file first. With FLOWS=all in the environment all of them run on both.
 */
function skipSome(kind: DatabaseKind): void {
  if (process.env.FLOWS === 'all') return;
  let count = 0;
  beforeEach((context) => {
    const { name } = context.task.file;
    const what = name.includes('flows/desk-')
      ? 'people'
      : name.includes('flows/escalation-')
        ? 'ladders'
        : kind;
    const oneOf = ONE_OF[kind === 'postgresql' ? what : kind];
    const isTurn = count++ % oneOf === (kind === 'embedded' ? 1 : 0);
    if (!isTurn) context.skip('with FLOWS=all');
  });
}

/**
 * Kept as long as the process that runs the tests, for all files that it runs one after the other: opening one takes a
 * second or two, emptying it a twentieth. They go with the servers and folders of the whole run.
 */
const places = new Map<DatabaseKind, Promise<Place>>();

function placeOf(kind: DatabaseKind): Promise<Place> {
  const known = places.get(kind);
  if (known) return known;
  const place = openPlace(kind);
  places.set(kind, place);
  place.catch(() => places.delete(kind)); // whoever asks next tries again
  return place;
}

/**
 * One database, emptied before each test, and fresh stand-ins. After each test nothing may have
 * been logged as an error but what the test took away with `errorsOf`.
 */
export function flowsOn(kind: DatabaseKind): (options?: WatchdeskOptions) => Promise<TestWatchdesk> {
  skipSome(kind);
  let opened: TestWatchdesk[] = [];
  beforeAll(async () => void (await placeOf(kind)));
  afterEach(async ({ task }) => {
    // What timed out may still be under way: neither another try nor the next test shall meet it.
    if (task.result?.state === 'fail') places.delete(kind);
    const errors = opened.flatMap((desk) => errorsOf(desk));
    await Promise.all(opened.map((desk) => desk.close()));
    opened = [];
    expect(errors).toEqual([]);
  });
  return async (options) => {
    const desk = await openWatchdesk(await placeOf(kind), options);
    opened.push(desk);
    return desk;
  };
}

/** What was logged as an error so far, taken away. */
export const errorsOf = (desk: TestWatchdesk): string[] => desk.errors.splice(0);

export function onlyTicket(desk: TestWatchdesk): Ticket {
  const [ticket, ...more] = desk.tickets();
  expect(more.map(({ subject }) => subject)).toEqual([]);
  if (!ticket) throw new Error('There is no ticket');
  return ticket;
}

export const ticketAbout = (desk: TestWatchdesk, words: string): Ticket => {
  const found = desk.tickets().filter(({ subject }) => subject.includes(words));
  expect(found.map(({ subject }) => subject)).toHaveLength(1);
  return found[0] as Ticket;
};

/** Of the newest incident: its history by rule, oldest first. */
export async function rulesOfNewest(desk: TestWatchdesk): Promise<string[]> {
  const [incident] = await desk.incidents();
  return incident ? await desk.rules(incident.id) : [];
}

/** As an agent would in Freshdesk. */
export async function agentSets(
  desk: TestWatchdesk,
  ticketId: number,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  desk.sandbox.freshdesk.agent().update(ticketId, changes);
}

export async function callFreshdesk(
  desk: TestWatchdesk,
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const { freshdesk } = desk.sandbox;
  const response = await fetch(`${desk.sandbox.freshdeskUrl}/api/v2${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${freshdesk.apiKey}:X`).toString('base64')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Freshdesk answered ${response.status}: ${await response.text()}`);
}

/** A customer writes to the help desk, about the web shop unless told otherwise. */
export const raise = (desk: TestWatchdesk, mail: Partial<CustomerMail> = {}): Ticket =>
  desk.sandbox.freshdesk.customers.raise({
    email: 'kim@acme.example',
    name: 'Kim',
    subject: 'Web shop is down, error 500',
    text: 'Since this morning nobody can place an order. The page shows an error.',
    ...mail,
  });

/** How often each kind of call was answered: `PUT /tickets/1` → 2. */
export const callCount = (desk: TestWatchdesk, method: string, path: RegExp): number =>
  desk.sandbox.freshdesk.state.calls.filter((call) => call.method === method && path.test(call.path)).length;

/** Hosts that are alike, each with these checks, all in one host group. */
export const hosts = (names: readonly string[], checks: readonly string[], hostGroup = 'Farm'): HostPlan[] =>
  names.map((name, index) => ({
    name,
    alias: name,
    ip: `127.0.1.${index % 250}`,
    hostGroup,
    hashtags: [],
    checks: checks.map((check) => ({ name: check, okOutput: 'OK - fine' })),
  }));
