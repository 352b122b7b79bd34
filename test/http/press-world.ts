import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import express, { type Router } from 'express';
import type { ButtonPressParts } from '../../src/http/button-press.ts';
import type { AnsweredPage } from '../../src/http/message-answers.ts';
import { problemHandler } from '../../src/http/problem.ts';
import { understandPerson } from '../../src/intake/understand-person.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import type { PersonEvent } from '../../src/model/person-event.ts';
import { startHttpServer } from '../fakes/http-server.ts';
import { manualClock } from '../support/manual-clock.ts';

/** An inbox in memory that de-duplicates as the real one does, and messages that were sent. */
export function pressWorld() {
  const clock = manualClock('2026-03-02T01:31:00Z');
  const kept: NewDelivery[] = [];
  const pages = new Map<string, readonly AnsweredPage[]>();
  const logged: string[] = [];
  const refused: number[] = [];
  const store = { isAway: false };
  const say = (message: string) => void logged.push(message);

  const parts = {
    clock,
    async keep(delivery) {
      if (store.isAway) throw new Error('password=hunter2');
      if (kept.some(({ deliveryId }) => deliveryId === delivery.deliveryId)) return 'duplicate';
      kept.push(delivery);
      return 'kept';
    },
    answers: { pagesOfMessage: async (id) => pages.get(id) ?? [] },
    people: () => ({
      dana: { name: 'Dana', slack: 'U0DANA01', telegram: 1234, time_zone: 'Europe/Zurich' },
      sam: { name: 'Sam' },
    }),
    metrics: {
      deliveryKept() {},
      deliveryDuplicate() {},
      deliveryRefused: (_, status) => void refused.push(status),
    },
    log: { warn: say, error: say },
  } satisfies ButtonPressParts &
    Record<string, unknown> & { metrics: { deliveryRefused(source: string, status: number): void } };

  return {
    parts,
    clock,
    kept,
    logged,
    refused,
    store,
    /** What the inbox would understand. */
    actions: () =>
      kept.map(({ body }) => {
        const read = understandPerson(JSON.parse(body));
        if (!('event' in read)) throw new Error(`Parked: ${JSON.stringify(read)}`);
        return (read.event as PersonEvent).action;
      }),
    addPage(extra: Partial<AnsweredPage> = {}): AnsweredPage {
      const page: AnsweredPage = {
        incidentId: randomUUID(),
        reference: 'WD-42',
        recipient: 'dana',
        recipientName: 'Dana',
        messageId: randomUUID(),
        subject: 'WD-42 Urgent: web01 is DOWN',
        sentence: 'Nobody has acknowledged it.',
        ...extra,
      };
      pages.set(page.messageId, [...(pages.get(page.messageId) ?? []), page]);
      return page;
    },
    serve: (...routers: readonly (Router | RequestListener)[]) => {
      const app = express();
      for (const router of routers) app.use(router);
      app.use(problemHandler({ error: say }));
      return startHttpServer(app);
    },
  };
}
