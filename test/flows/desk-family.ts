import { expect } from 'vitest';
import { serialisePerson } from '../../src/intake/understand-person.ts';
import type { ChildLink } from '../../src/model/child-link.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { PersonAction } from '../../src/model/person-event.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { loadLinks } from '../../src/store/ticket-links.ts';
import * as tickets from '../../src/store/tickets.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';

export const PLATFORM = 158018300002;

/** A shop that monitoring watches, used by Acme. */
export const SHOP_POLICY = {
  defaults: { team: 'operations' },
  tickets: { linking: { strategies: ['parent_child', 'tracker', 'note_only'] } },
  teams: { operations: { name: 'Operations', freshdesk_group_id: PLATFORM } },
  customers: { acme: { name: 'Acme Retail', domains: ['acme.example'] } },
  services: {
    webshop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'medium',
      owner: 'operations',
      words: ['shop', 'checkout'],
      match: [{ host: 'web01' }],
    },
  },
};

/** Monitoring sees the shop fail; returns the ticket that it opens. */
export async function shopFails(desk: TestWatchdesk): Promise<Ticket> {
  desk.checks.setState('web01', 'HTTP', 'CRITICAL');
  await desk.advance(MINUTE, 20 * SECOND);
  const ticket = desk.tickets().at(-1);
  if (ticket === undefined) throw new Error('The alert opened no ticket');
  return ticket;
}

export const recovers = (desk: TestWatchdesk) => desk.checks.setState('web01', 'HTTP', 'OK');

/** Somebody of Acme reports the shop. */
export const reports = (
  desk: TestWatchdesk,
  who: number,
  { subject = 'Web shop is down', text = 'The checkout shows error 500, nobody can order.' } = {},
): Ticket =>
  desk.sandbox.freshdesk.customers.raise({
    email: `person${who}@acme.example`,
    name: `Person ${who}`,
    subject,
    text,
  });

/** Time in steps until it is so; returns how long it took. Errors: throws when it is not so within `withinMs`. */
export async function until(
  desk: TestWatchdesk,
  isSo: () => boolean | Promise<boolean>,
  { withinMs = 5 * MINUTE, stepMs = 5 * SECOND, what = 'it' } = {},
): Promise<number> {
  for (let passed = 0; passed <= withinMs; passed += stepMs) {
    if (await isSo()) return passed;
    await desk.advance(stepMs, stepMs);
  }
  throw new Error(`After ${withinMs / SECOND} s ${what} is not so`);
}

export async function issueOf(desk: TestWatchdesk, ticketId: number): Promise<Incident> {
  const [row] = await tickets.loadByFreshdeskIds(desk.database.prisma, [ticketId]);
  const issue = (await desk.incidents()).find(({ id }) => id === row?.incidentId);
  if (!issue) throw new Error(`Ticket #${ticketId} has no issue`);
  return issue;
}

export async function isIssue(desk: TestWatchdesk, ticketId: number): Promise<boolean> {
  return (await tickets.loadByFreshdeskIds(desk.database.prisma, [ticketId])).length > 0;
}

/** The table of links, of this issue. */
export const linksOf = (desk: TestWatchdesk, { id }: Incident): Promise<readonly ChildLink[]> =>
  loadLinks(desk.database.prisma, [id]);

/** What our public replies say, oldest first. */
export const replies = (desk: TestWatchdesk, ticketId: number): string[] =>
  desk.sandbox.freshdesk.state
    .conversations(ticketId)
    .filter((one) => !one.private && !one.incoming)
    .map((one) => one.body);

/** As a person does in the console. */
export async function act(desk: TestWatchdesk, action: PersonAction, deliveryId: string): Promise<void> {
  const at = desk.clock.now();
  await desk.keep({
    source: 'person',
    deliveryId,
    body: serialisePerson({ kind: 'person', at, action }),
    receivedAt: at,
  });
  await desk.settle();
}

/** The link with these words in the newest message that has one. Errors: throws when there is none. */
export function linkIn(messages: readonly string[], words: string): string {
  for (const html of messages.toReversed()) {
    const found = new RegExp(`<a href="([^"]+)"[^>]*>${words}`).exec(html)?.[1];
    if (found) return found.replaceAll('&amp;', '&');
  }
  throw new Error(`No link “${words}” in ${messages.length} messages`);
}

const ANSWERED = { 'content-type': 'application/x-www-form-urlencoded' };

/** Presses the button of the page. */
export async function press(url: string, answer: string, words = ''): Promise<string> {
  const body = new URLSearchParams({ answer, words }).toString();
  const response = await fetch(url, { method: 'POST', headers: ANSWERED, body });
  const page = await response.text();
  expect(response.status, page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).toBe(200);
  return page;
}

/** What must hold whatever happened: the table of links, the issues and their counts tell the same. */
export async function expectSound(desk: TestWatchdesk): Promise<void> {
  const all = await desk.incidents();
  const links = await loadLinks(
    desk.database.prisma,
    all.map(({ id }) => id),
  );
  const linked = links.filter(({ state }) => state === 'linked');
  const byId = new Map(all.map((one) => [one.id, one]));
  for (const incident of all) {
    const own = linked.filter(({ childId }) => childId === incident.id).map(({ parentId }) => parentId);
    expect(own).toEqual(incident.parentId ? [incident.parentId] : []);
    const children = linked.filter(({ parentId }) => parentId === incident.id);
    const open = children.filter(({ childId }) => byId.get(childId)?.status !== 'closed');
    expect([incident.childCount, incident.openChildCount]).toEqual([children.length, open.length]);
    if (incident.parentId !== undefined) expect(incident.childCount, 'a chain').toBe(0);
  }
}

/** Calls of the fullest window by kind, and how many were refused in all. */
export function fullestMinute(desk: TestWatchdesk) {
  const { minutes } = desk.sandbox.freshdesk.state;
  const most = (of: (minute: (typeof minutes)[number]) => number) => Math.max(0, ...minutes.map(of));
  return {
    total: most(({ total }) => total),
    create: most(({ create }) => create),
    update: most(({ update }) => update),
    list: most(({ list }) => list),
    refused: minutes.reduce((sum, { refused }) => sum + refused, 0),
  };
}
