import { z } from 'zod';
import { loadMemo, saveMemo } from '../store/memos.ts';
import * as timers from '../store/timers.ts';
import { inTransaction } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

const MEMO = 'ladders_looked_at_for';

/**
 * Makes what is done once whenever another policy is in force, also after a restart: every open incident's ladders are
 * looked at, since with other steps or other times they may be due sooner than their timers say.
 */
export function createLadderLook(parts: EngineParts): () => Promise<void> {
  let lookedFor: string | undefined;
  return async () => {
    const policy = parts.policy();
    if (policy.hash === lookedFor) return;
    const now = parts.clock.now();
    const count = await inTransaction(parts.database, async (tx) => {
      if ((await loadMemo(tx, MEMO, z.string())) === policy.hash) return 0;
      await saveMemo(tx, MEMO, policy.hash, now);
      return await timers.lookAtLadders(tx, { now, hasLadders: Object.keys(policy.ladders).length > 0 });
    });
    lookedFor = policy.hash;
    if (count > 0)
      parts.log.info('Another policy is in force: ladders are looked at again', { incidents: count });
  };
}
