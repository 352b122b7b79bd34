import { expect } from 'vitest';
import { DESK_FIELDS, type DeskField } from '../../src/model/desk-field.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { issueOf, replies } from './desk-family.ts';
import { RESOLVED, raise } from './flows.ts';

export const seconds = (desk: TestWatchdesk, count: number) => desk.advance(count * SECOND, SECOND);

/** A German customer's incident, known here. */
export async function raised(desk: TestWatchdesk): Promise<Ticket> {
  desk.sandbox.freshdesk.people.addContact({ email: 'kim@acme.example', name: 'Kim', language: 'de' });
  const ticket = raise(desk);
  await seconds(desk, 4);
  expect(await issueOf(desk, ticket.id)).toMatchObject({ type: 'Incident', origin: 'ticket', status: 'new' });
  return ticket;
}

/** The same, resolved by an agent: the reporter is asked. */
export async function resolved(desk: TestWatchdesk): Promise<Ticket> {
  const ticket = await raised(desk);
  desk.sandbox.freshdesk.agent().update(ticket.id, { status: RESOLVED });
  await seconds(desk, 4);
  expect(replies(desk, ticket.id)).toHaveLength(1);
  return ticket;
}

/** The two links of one message. Errors: throws when they are not there. */
export function linksIn(html: string | undefined): Readonly<{ yes: string; no: string }> {
  const [yes, no] = [...(html ?? '').matchAll(/href="([^"]*\/confirm\/[^"]+)"/g)].map(([, url]) => url);
  if (!yes || !no) throw new Error(`Two links are expected in: ${html}`);
  return { yes, no };
}

/** Those of the newest public reply. */
export const newestLinks = (desk: TestWatchdesk, { id }: Pick<Ticket, 'id'>) =>
  linksIn(replies(desk, id).at(-1));

/** What an agent fills in, as Freshdesk takes it. Errors: throws when the account lacks a field. */
export function customFields(
  desk: TestWatchdesk,
  values: Readonly<Partial<Record<DeskField, string | boolean>>>,
): Readonly<{ custom_fields: Record<string, unknown> }> {
  const { customFields: fields } = desk.sandbox.freshdesk.state.data;
  const named = Object.entries(values).map(([key, value]) => {
    const { label } = DESK_FIELDS[key as DeskField];
    const field = fields.find((one) => one.label === label);
    if (!field) throw new Error(`The account has no field “${label}”`);
    return [field.name, value] as const;
  });
  return { custom_fields: Object.fromEntries(named) };
}

/** Submits the page's form, and gives what it answers. */
export async function answers(
  url: string,
  answer: 'yes' | 'no',
  words = '',
): Promise<Readonly<{ status: number; page: string }>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ answer, words }).toString(),
  });
  return { status: response.status, page: await response.text() };
}

export const ticketStatus = (desk: TestWatchdesk, { id }: Pick<Ticket, 'id'>): number | undefined =>
  desk.sandbox.freshdesk.state.ticket(id)?.status;

export const proofsOf = ({ proofs }: Incident): readonly string[] => proofs.map(({ kind }) => kind);

/** Private notes of which the text holds these words. */
export const notesWith = (desk: TestWatchdesk, { id }: Pick<Ticket, 'id'>, words: string): string[] =>
  desk.notes(id).filter((note) => note.includes(words));

/** Everything that anybody could notice: history, deliveries, calls, messages, the ticket itself. */
export async function traces(desk: TestWatchdesk, { id }: Pick<Ticket, 'id'>) {
  const [row] = await desk.database.query(
    `SELECT (SELECT count(*)::int FROM delivery) AS deliveries, (SELECT count(*)::int FROM timeline_entry) AS entries,
       (SELECT count(*)::int FROM command) AS commands`,
  );
  return {
    ...row,
    calls: desk.calls().length,
    conversations: desk.sandbox.freshdesk.state.conversations(id).length,
    ticket: structuredClone(desk.sandbox.freshdesk.state.ticket(id)),
    issue: await issueOf(desk, id),
  };
}
