import { z } from 'zod';
import { PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import type { OverviewFilter } from './console-view.ts';
import type { PageFilter } from './escalation-view.ts';

/** PostgreSQL refuses a text with NUL in it, and nothing stored has one. */
const text = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((value) => !value.includes('\0'));

/** Each part of the query string that makes sense counts; the rest is ignored, so that an old bookmark still opens. */
const Query = z.object({
  status: z.enum(['new', 'acknowledged', 'resolved']).optional().catch(undefined),
  priority: z.enum(PRIORITIES).optional().catch(undefined),
  type: z.enum(TICKET_TYPES).optional().catch(undefined),
  customer: text.optional().catch(undefined),
  q: text.optional().catch(undefined),
});

/** What the overview is asked to show. */
export function readFilter(query: unknown): OverviewFilter {
  const { status, priority, type, customer, q } = Query.parse(query ?? {});
  return {
    ...(status && { status }),
    ...(priority && { priority }),
    ...(type && { type }),
    ...(customer && { customerId: customer }),
    ...(q && { text: q }),
  };
}

const PageQuery = z.object({
  issue: z
    .string()
    .trim()
    .regex(/^(wd-)?[1-9]\d{0,8}$/i)
    .transform((reference) => Number(reference.replace(/^wd-/i, '')))
    .optional()
    .catch(undefined),
  to: text.optional().catch(undefined),
});

/** Which messages are asked for. */
export function readPageFilter(query: unknown): PageFilter {
  const { issue, to } = PageQuery.parse(query ?? {});
  return { ...(issue !== undefined && { incidentNumber: issue }), ...(to && { recipient: to }) };
}

/** The address of the overview with this filter. */
export function filterAddress(filter: OverviewFilter): string {
  const query = new URLSearchParams();
  if (filter.status) query.set('status', filter.status);
  if (filter.priority) query.set('priority', filter.priority);
  if (filter.type) query.set('type', filter.type);
  if (filter.customerId) query.set('customer', filter.customerId);
  if (filter.text) query.set('q', filter.text);
  return query.size === 0 ? '/' : `/?${query}`;
}

/** Of an issue, as in WD-<number>. */
export const readNumber = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
