import { z } from 'zod';
import { CHANNELS } from '../model/escalation.ts';
import { PAGE_KINDS, type Page } from '../model/page.ts';
import { PRIORITIES } from '../model/priority.ts';
import { Prisma } from './generated/client.ts';
import { parseRows } from './rows.ts';

const instant = z.coerce.date();

const Content = z.object({
  subject: z.string(),
  sentence: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  ask: z.string(),
  history: z.array(z.object({ at: instant, text: z.string() })),
  links: z.object({
    acknowledge: z.string().exactOptional(),
    stop: z.string().exactOptional(),
    watchdesk: z.string().exactOptional(),
    ticket: z.string().exactOptional(),
    meeting: z.string().exactOptional(),
  }),
  hasState: z.boolean(),
});

const Payload = z.object({
  intent: z.string(),
  kind: z.enum(PAGE_KINDS),
  incidentId: z.string().exactOptional(),
  reference: z.string().exactOptional(),
  ladder: z.string().exactOptional(),
  run: z.int().exactOptional(),
  rung: z.string().exactOptional(),
  level: z.int().exactOptional(),
  recipient: z.string(),
  recipientName: z.string(),
  channel: z.enum(CHANNELS),
  address: z.string(),
  timeZone: z.string(),
  priority: z.enum(PRIORITIES),
  content: Content,
  holdUntil: instant.exactOptional(),
}) satisfies z.ZodType<Page>;

const Row = z.object({
  id: z.string(),
  payload: Payload,
  createdAt: z.date(),
  tryAfter: z.date(),
  startedAt: z.date().optional(),
  attemptCount: z.int(),
  bundleId: z.string().optional(),
  acceptedAt: z.date().optional(),
  deliveredAt: z.date().optional(),
  failedAt: z.date().optional(),
  failure: z.string().optional(),
  externalId: z.string().optional(),
});

/**
 * One page. Absent: `startedAt` unless a try is under way or its outcome unknown; `acceptedAt`, `deliveredAt`, `failedAt`
 * until that happened; `bundleId` until it left.
 */
export type PageRow = Readonly<z.output<typeof Row>>;

/** The columns of a PageRow; the table's alias is `p`. */
export const PAGE_COLUMNS =
  Prisma.raw(`p.id, p.payload, p.created_at AS "createdAt", p.try_after AS "tryAfter",
  p.started_at AS "startedAt", p.attempt_count AS "attemptCount", p.bundle_id AS "bundleId",
  p.accepted_at AS "acceptedAt", p.delivered_at AS "deliveredAt", p.failed_at AS "failedAt", p.failure,
  p.external_id AS "externalId"`);
/** Without an outcome yet. */
export const OPEN_PAGE = Prisma.raw('p.delivered_at IS NULL AND p.failed_at IS NULL');

export const pageRows = (rows: unknown): readonly PageRow[] => parseRows(Row, rows);

/** The most urgent first, then the oldest: people answer by the number that a message gives an incident. */
export const messageOrder = (a: PageRow, b: PageRow): number =>
  PRIORITIES.indexOf(b.payload.priority) - PRIORITIES.indexOf(a.payload.priority) ||
  a.createdAt.getTime() - b.createdAt.getTime() ||
  BY_NUMBER.compare(a.payload.reference ?? '', b.payload.reference ?? '') ||
  BY_NUMBER.compare(a.payload.intent, b.payload.intent);

/** `WD-9` before `WD-10`. */
const BY_NUMBER = new Intl.Collator('en', { numeric: true });
