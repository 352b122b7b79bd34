import { randomUUID } from 'node:crypto';
import express, { type Router } from 'express';
import { expect } from 'vitest';
import type { Message } from '../../../src/connectors/channel.ts';
import { ConnectorError, type ConnectorErrorKind } from '../../../src/connectors/connector-error.ts';
import type { Page, PageContent } from '../../../src/model/page.ts';
import { type FakeServer, startHttpServer } from '../../fakes/http-server.ts';
import { everythingIn } from '../../fakes/leaks.ts';

export const START = new Date('2026-11-21T02:00:00Z');

type PageChanges = Partial<Omit<Page, 'content'>> & Readonly<{ content?: Partial<PageContent> }>;

export function aPage({ content, ...changes }: PageChanges = {}): Page {
  return {
    intent: `page:main:1:On call:1:dana:sms:${changes.reference ?? 'WD-42'}`,
    kind: 'escalation',
    incidentId: randomUUID(),
    reference: 'WD-42',
    ladder: 'main',
    run: 1,
    rung: 'On call',
    level: 1,
    recipient: 'dana',
    recipientName: 'Dana Reyes',
    channel: 'sms',
    address: '+41791234567',
    timeZone: 'Europe/Zurich',
    priority: 'urgent',
    ...changes,
    content: {
      subject: `${changes.reference ?? 'WD-42'} Urgent: web01 is DOWN`,
      sentence: 'You are on call and nobody has taken it for 15 minutes.',
      facts: [
        { label: 'Who is hit', value: 'ACME, <b>all</b> sites & shops' },
        { label: 'Since', value: '02:00' },
      ],
      ask: 'Please take it.',
      history: [{ at: START, text: 'The incident was opened.' }],
      links: {
        acknowledge: 'http://127.0.0.1:9/ack/token-of-a-link',
        watchdesk: 'http://127.0.0.1:9/incidents/42',
      },
      hasState: false,
      ...content,
    },
  };
}

export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    id: randomUUID(),
    address: '+41791234567',
    recipientName: 'Dana Reyes',
    timeZone: 'Europe/Zurich',
    pages: [aPage()],
    mayBeRepeat: false,
    sentAt: START,
    ...changes,
  };
}

/** The stand-in on a real server, below a path as in the sandbox. */
export async function serve(router: Router): Promise<FakeServer & Readonly<{ base: string }>> {
  const app = express();
  app.use('/sandbox/side', router);
  const server = await startHttpServer(app);
  return { ...server, base: `${server.url}/sandbox/side` };
}

/** That it fails so, and that none of the secrets is in anything that could be shown of the error. */
export async function expectRefused(
  work: Promise<unknown>,
  kind: ConnectorErrorKind,
  message: RegExp,
  secrets: readonly string[] = [],
): Promise<ConnectorError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  if (!(error instanceof ConnectorError)) throw new Error('not refused');
  expect({ kind: error.kind, message: error.message }).toEqual({
    kind,
    message: expect.stringMatching(message),
  });
  const shown = everythingIn(error);
  for (const secret of secrets) expect(shown).not.toContain(secret);
  return error;
}
