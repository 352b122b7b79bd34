import { z } from 'zod';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { DeskFieldNames } from '../connectors/freshdesk/custom-fields.ts';
import { matchDeskFields } from '../connectors/freshdesk/match-desk-fields.ts';
import type { TicketField } from '../connectors/freshdesk/read-ticket-fields.ts';
import type { Clock } from '../model/clock.ts';
import { DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../model/desk-field.ts';
import type { Logger } from '../model/logger.ts';
import type { Database } from '../store/database.ts';
import { loadMemo } from '../store/memos.ts';

/** The memo in which `watchdesk setup freshdesk` keeps the real names of our fields, for one account. */
export const DESK_FIELDS_MEMO = 'freshdesk_desk_fields';
export const DeskFieldsMemo = z.object({
  /** Freshdesk's host: names of one account mean nothing in another. */
  account: z.string(),
  names: z.partialRecord(z.enum(DESK_FIELD_KEYS), z.string()),
});

export type LearntDeskFields = Readonly<{
  /** Real names by our keys, of the fields that were seen in the account and can be used; empty before the first look. */
  names(): DeskFieldNames;
  deskFields(): ReadonlySet<DeskField>;
  /** Looks at the account when it is due. What the world refuses is logged, and what was known stays. */
  learn(): Promise<void>;
}>;

export type LearntDeskFieldsParts = Readonly<{
  database: Pick<Database, 'prisma'>;
  /** Freshdesk's host. */
  account: string;
  readTicketFields(): Promise<readonly TicketField[]>;
  clock: Clock;
  log: Logger;
}>;

const LEARN_EVERY_MS = 60 * 60_000;
const TRY_AGAIN_AFTER_MS = 60_000;

/**
 * Knows which of our ticket fields the account has, and under which names. Freshdesk chooses the names and people rename
 * and delete fields, so the account is asked again at most hourly.
 */
export function createLearntDeskFields(parts: LearntDeskFieldsParts): LearntDeskFields {
  const { database, account, readTicketFields, clock, log } = parts;
  let names: DeskFieldNames = new Map();
  let dueAt = 0;
  let told = '';

  async function look(): Promise<void> {
    const memo = await loadMemo(database.prisma, DESK_FIELDS_MEMO, DeskFieldsMemo);
    const stored = memo?.account === account ? memo.names : {};
    const { found, unfit, missing } = matchDeskFields(await readTicketFields(), stored);
    names = new Map([...found].map(([key, { name }]) => [key, name]));
    const news = JSON.stringify([[...names], [...unfit]]);
    if (news === told) return;
    told = news;
    const of = `${names.size} of ${DESK_FIELD_KEYS.length}`;
    const remedy = missing.length === 0 ? '' : '; “watchdesk setup freshdesk” makes what is missing';
    log.info(`Freshdesk has ${of} of Watchdesk's ticket fields${remedy}`, { missing });
    for (const [key, reason] of unfit)
      log.warn(`Watchdesk does not use “${DESK_FIELDS[key].label}”: ${reason}`);
  }

  return {
    names: () => names,
    deskFields: () => new Set(names.keys()),
    async learn() {
      const now = clock.now().getTime();
      if (now < dueAt) return;
      dueAt = now + LEARN_EVERY_MS;
      try {
        await look();
      } catch (error) {
        dueAt = now + TRY_AGAIN_AFTER_MS;
        if (!(error instanceof ConnectorError)) throw error;
        log.warn(
          `Freshdesk's ticket fields could not be read; what is known of them stays: ${error.message}`,
          {
            kind: error.kind,
          },
        );
      }
    },
  };
}
