import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { serialisePerson } from '../../src/intake/understand-person.ts';
import { DESK_FIELDS, type DeskField } from '../../src/model/desk-field.ts';
import type { LadderRun } from '../../src/model/escalation.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { PersonAction } from '../../src/model/person-event.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import type { Mailbox } from '../../src/sandbox/messages/mailbox.ts';
import type { SandboxMessage } from '../../src/sandbox/messages/sandbox-message.ts';
import * as pages from '../../src/store/pages.ts';
import * as timeline from '../../src/store/timeline.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk, WatchdeskOptions } from '../support/watchdesk.ts';
import { companyWith, HOLIDAY_NIGHT } from './escalation-company.ts';
import { onlyTicket } from './flows.ts';

/** Everything that escalation needs, on Christmas night unless told otherwise. */
export const nightly = (
  ladders: object,
  more: object = {},
  options: WatchdeskOptions = {},
): WatchdeskOptions => ({
  hasChannels: true,
  isServed: true,
  startsAt: HOLIDAY_NIGHT,
  policy: companyWith(ladders, more),
  sandbox: { freshdesk: { isFurnished: true } },
  ...options,
});

/** The stand-ins of all channels. Errors: throws when the desk was opened without. */
export function stand(desk: TestWatchdesk): NonNullable<TestWatchdesk['sandbox']['channels']> {
  const { channels } = desk.sandbox;
  if (!channels) throw new Error('The stand-ins of the channels are missing');
  return channels;
}

type ChatName = 'slack' | 'telegram' | 'ntfy';

/** Messages of one way, oldest first. */
export function gotBy(desk: TestWatchdesk, way: ChatName | 'sms' | 'voice'): readonly SandboxMessage[] {
  const { twilio, ...others } = stand(desk);
  return way === 'sms' || way === 'voice' ? twilio[way].messages() : others[way].messages();
}

export const mailsTo = (desk: TestWatchdesk, address: string): ReturnType<Mailbox['mails']> =>
  stand(desk)
    .mailbox.mails()
    .filter(({ recipients }) => recipients.includes(address));

/** Who got what, in the order in which it was due: `priya telegram escalation`, after the full minutes since then. */
export async function told(desk: TestWatchdesk, since?: Date): Promise<string[]> {
  const rows = await pages.listRecent(desk.database.prisma, { limit: 500 });
  const order = ({ createdAt, payload: { recipient, channel, kind } }: (typeof rows)[number]) =>
    `${createdAt.toISOString()} ${recipient} ${kind} ${channel}`;
  return rows
    .filter(
      ({ payload, createdAt }) => payload.kind !== 'status' && (since === undefined || createdAt >= since),
    )
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ payload, deliveredAt, failedAt, createdAt }) => {
      const minute =
        since === undefined ? '' : `${Math.floor((createdAt.getTime() - since.getTime()) / 60_000)} `;
      const outcome = deliveredAt ? '' : failedAt ? ' failed' : ' waits';
      return `${minute}${payload.recipient} ${payload.channel} ${payload.kind}${outcome}`;
    });
}

/** The shop's first web server goes down: Urgent. Gives its incident once the ticket is there. */
export async function shopIsDown(desk: TestWatchdesk, host = 'web01'): Promise<Incident> {
  desk.checks.setState(host, '', 'DOWN');
  await desk.advance(2 * SECOND, SECOND);
  const incident = await newest(desk);
  expect(incident).toMatchObject({ priority: 'urgent', status: 'new' });
  return incident;
}

/** Errors: throws when there is no incident. */
export async function newest(desk: TestWatchdesk): Promise<Incident> {
  const [incident] = await desk.incidents();
  if (!incident) throw new Error('There is no incident');
  return incident;
}

/** Minutes in which something is due or known in ladders of these tests: text messages are known to arrive a little later. */
const MOMENTS = [5, 10, 15, 15.25, 20, 30, 40, 50, 60, 60.25, 70];

/** Moves time until exactly so long after the incident was opened, by way of what is due until then, or in such steps. */
export async function untilAfter(
  desk: TestWatchdesk,
  { openedAt }: Pick<Incident, 'openedAt'>,
  ms: number,
  stepMs?: number,
): Promise<void> {
  const passed = () => desk.clock.now().getTime() - openedAt.getTime();
  const moments = stepMs === undefined ? MOMENTS.map((minutes) => minutes * MINUTE) : [];
  for (const at of [...moments.filter((one) => one < ms), ms])
    if (at > passed()) await desk.advance(at - passed(), stepMs ?? at);
}

export async function runOf(desk: TestWatchdesk, ladder: string): Promise<LadderRun | undefined> {
  const { escalation } = await newest(desk);
  return escalation?.ladders.findLast((run) => run.ladder === ladder);
}

/** The sentences of the newest incident's timeline with this rule, or of this kind, oldest first. */
export async function sentences(desk: TestWatchdesk, ruleOrKind: string): Promise<string[]> {
  const { id } = await newest(desk);
  const rows = await timeline.list(desk.database.prisma, id, { limit: 500 });
  return rows
    .toReversed()
    .filter(({ rule, kind }) => rule === ruleOrKind || kind === ruleOrKind)
    .map(({ sentence }) => sentence);
}

/** Private notes of the only ticket as plain text, those that hold these words, oldest first. */
export const notesOf = (desk: TestWatchdesk, words: string): string[] =>
  desk
    .notes(onlyTicket(desk).id)
    .map((note) =>
      note
        .replaceAll(/<[^>]+>|\s+/g, ' ')
        .replaceAll(/ +/g, ' ')
        .trim(),
    )
    .filter((note) => note.includes(words));

/** What the ticket shows in a field of ours. Errors: throws when the account lacks it. */
export function fieldOf(desk: TestWatchdesk, key: DeskField, ticket: Ticket = onlyTicket(desk)): unknown {
  const { label } = DESK_FIELDS[key];
  const field = desk.sandbox.freshdesk.state.data.customFields.find((one) => one.label === label);
  if (!field) throw new Error(`The account has no field “${label}”`);
  return ticket.custom_fields[field.name];
}

/** What somebody does in the console or by the API. */
export async function does(desk: TestWatchdesk, action: PersonAction): Promise<void> {
  const at = desk.clock.now();
  const body = serialisePerson({ kind: 'person', at, action });
  await desk.keep({ source: 'person', deliveryId: randomUUID(), body, receivedAt: at });
  await desk.settle();
}

/** The address behind a link of ours in a mail or message. Errors: throws when there is none. */
export function linkIn(text: string | undefined, purpose: 'ack' | 'stop'): string {
  const [url] = new RegExp(`https?://[^\\s"<>)]+/${purpose}/[^\\s"<>)]+`).exec(text ?? '') ?? [];
  if (url === undefined) throw new Error(`There is no link to ${purpose} in: ${text}`);
  return url;
}

/** Submits the form of the page behind a link, and gives what is shown then. */
export async function submits(url: string, words = ''): Promise<string> {
  const answer = url.includes('/stop/') ? 'stop' : 'have';
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ answer, words }) });
  return await response.text();
}
