import { z } from 'zod';
import { LINK_STRATEGIES } from '../model/child-link.ts';
import * as memos from '../store/memos.ts';
import type { TxOrClient } from '../store/transaction.ts';
import type { KnownRefusal } from './link-strategies/next-strategies.ts';

const KEY = 'refused_links';
const Known = z.array(
  z.object({
    as: z.enum(LINK_STRATEGIES),
    refusal: z.enum(['feature_off', 'limit', 'other_role']),
    parentId: z.string().exactOptional(),
    at: z.coerce.date(),
  }),
);

/** What Freshdesk refused lately when links were to be shown. Two that write at once lose one entry: one more refused call. */
export const loadRefusals = async (client: TxOrClient): Promise<readonly KnownRefusal[]> =>
  (await memos.loadMemo(client, KEY, Known)) ?? [];

export const saveRefusals = (client: TxOrClient, known: readonly KnownRefusal[], now: Date): Promise<void> =>
  memos.saveMemo(
    client,
    KEY,
    known.map((one) => ({ ...one, at: one.at.toISOString() })),
    now,
  );
