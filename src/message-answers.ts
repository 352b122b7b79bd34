import type { AnsweredPage, MessageAnswers } from './http/message-answers.ts';
import { type Incident, isActive } from './model/incident.ts';
import type { Database } from './store/database.ts';
import { loadIncidents } from './store/incidents.ts';
import type { PageRow } from './store/page-row.ts';
import * as pages from './store/pages.ts';

/** What answers to messages look up: the pages that left, and what became of their incidents since. */
export function createMessageAnswers({ prisma }: Pick<Database, 'prisma'>): MessageAnswers {
  async function withIncidents(rows: readonly PageRow[]): Promise<AnsweredPage[]> {
    const ids = rows.flatMap(({ payload }) => payload.incidentId ?? []);
    const known = new Map((await loadIncidents(prisma, [...new Set(ids)])).map((one) => [one.id, one]));
    return rows.flatMap((row) => answered(row, known.get(row.payload.incidentId ?? '')));
  }

  return {
    pagesOfMessage: async (messageId) =>
      UUID.test(messageId) ? await withIncidents(await pages.ofBundle(prisma, messageId)) : [],
    async pagesToAddress(asked) {
      const newest = new Map<string, AnsweredPage>();
      for (const page of await withIncidents(await pages.sentTo(prisma, asked)))
        if (!newest.has(page.incidentId)) newest.set(page.incidentId, page);
      return [...newest.values()].filter(({ taken }) => taken === undefined);
    },
  };
}

/** Other programs send what they like. */
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function answered({ bundleId, payload }: PageRow, incident: Incident | undefined): AnsweredPage[] {
  const { reference, recipient, recipientName, content, kind, ladder } = payload;
  if (bundleId === undefined || incident === undefined || reference === undefined) return [];
  const run = incident.escalation?.ladders.find((one) => one.ladder === ladder && one.run === payload.run);
  // A duty, a relationship and the Director's rung are answered for themselves; everything else by taking the incident.
  const isForItself = kind === 'director' || run?.kind === 'duty' || run?.kind === 'relationship';
  const taken = isForItself ? run?.acknowledged : incident.escalation?.acknowledged;
  const page: AnsweredPage = {
    messageId: bundleId,
    incidentId: incident.id,
    reference,
    recipient,
    recipientName,
    subject: content.subject,
    sentence: content.sentence,
    ...(isForItself && ladder !== undefined ? { ladder } : {}),
    ...(taken === undefined ? {} : { taken: { by: taken.by, at: taken.at } }),
    ...(isActive(incident) ? {} : { isOver: true }),
  };
  return [page];
}
