import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { DESK_FIELDS } from '../model/desk-field.ts';
import { TICKET_TYPES } from '../model/priority.ts';
import { TICKET_SOURCES } from '../model/ticket-event.ts';
import { pathText } from '../policy/fault.ts';
import type { TicketFacts } from '../routing/classify-ticket.ts';

/**
 * A ticket as people write it down to try a policy, in JSON or YAML. `expect`, `language` and `hard` label tickets for
 * `watchdesk accuracy`; answers are those of the ticket's fields.
 */
const ticketFile = z.strictObject({
  subject: z.string(),
  text: z.string().default(''),
  tags: z.array(z.string()).default([]),
  source: z.enum(TICKET_SOURCES).default('email'),
  requester_email: z.email().optional(),
  company: z.string().optional(),
  created_at: z.iso.datetime({ offset: true }).optional(),
  chosen_type: z.enum(TICKET_TYPES).optional(),
  answers: z.partialRecord(z.enum(askedFields()), z.union([z.string(), z.boolean()])).default({}),
  expect: z
    .strictObject({
      type: z.enum(TICKET_TYPES),
      category: z.string().optional(),
      service: z.string().optional(),
    })
    .optional(),
  language: z.string().optional(),
  hard: z.boolean().default(false),
});

export type TicketFile = z.infer<typeof ticketFile>;

function askedFields(): string[] {
  return Object.entries(DESK_FIELDS).flatMap(([key, { side }]) => (side === 'asked' ? [key] : []));
}

/** Errors: an Error that names the file, the field and what it has to be. */
export async function readTicketFile(path: string): Promise<TicketFile> {
  return checked(await readData(path), path);
}

/** The same for a file that holds a list of tickets. */
export async function readTicketList(path: string): Promise<readonly TicketFile[]> {
  const data = await readData(path);
  if (!Array.isArray(data)) throw new Error(`${path} must hold a list of tickets.`);
  return data.map((one: unknown, index) => checked(one, `${path}, ticket ${index + 1}`));
}

async function readData(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(
      `The ticket ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  try {
    return parse(text);
  } catch (error) {
    throw new Error(
      `${path} is neither JSON nor YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checked(data: unknown, where: string): TicketFile {
  const result = ticketFile.safeParse(data);
  if (result.success) return result.data;
  const known = Object.keys(ticketFile.shape).join(', ');
  const faults = result.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: not known; known are ${known}`;
    const field = pathText(issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)));
    return `${field === '' ? 'the ticket' : field}: ${issue.message}`;
  });
  throw new Error(`${where} is no ticket that can be explained: ${faults.join('; ')}.`);
}

/** `now` stands for the time it was made where the file gives none. */
export const factsOf = (ticket: TicketFile, now: Date): TicketFacts => ({
  subject: ticket.subject,
  text: ticket.text,
  tags: ticket.tags,
  source: ticket.source,
  createdAt: ticket.created_at === undefined ? now : new Date(ticket.created_at),
  answers: ticket.answers,
  ...(ticket.requester_email === undefined ? {} : { requesterEmail: ticket.requester_email }),
  ...(ticket.company === undefined ? {} : { companyName: ticket.company }),
  ...(ticket.chosen_type === undefined ? {} : { chosenType: ticket.chosen_type }),
});
