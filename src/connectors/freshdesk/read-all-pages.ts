import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';

const PER_PAGE = 100;
const PAGES_MAX = 50;

/** A short list of the account, such as its agents, whole; 5,000 entries at most, beyond which it is an error. */
export async function readAllPages<T>(
  { ask }: Pick<FreshdeskCall, 'ask'>,
  { path, verb, what, schema }: Readonly<{ path: string; verb: string; what: string; schema: z.ZodType<T> }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { body, hasNextPage } = await ask({
      method: 'GET',
      path,
      query: [
        ['page', String(page)],
        ['per_page', String(PER_PAGE)],
      ],
      kind: 'other',
      verb,
      what,
      schema: z.array(schema),
    });
    all.push(...body);
    if (body.length === 0 || (!hasNextPage && body.length < PER_PAGE)) return all;
  }
  throw new ConnectorError(
    'unexpected_response',
    `Freshdesk did not end the list at page ${PAGES_MAX}: ${what}`,
  );
}
