import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { apiRoutes } from '../../src/http/api.ts';
import { onCallFeed } from '../../src/http/on-call-feed.ts';
import { slackWebhook } from '../../src/http/slack-webhook.ts';
import { telegramWebhook } from '../../src/http/telegram-webhook.ts';
import { twilioWebhook } from '../../src/http/twilio-webhook.ts';
import { uncounted } from '../../src/model/metrics.ts';
import { aPolicy } from '../support/policy.ts';
import { envelope, NOW, startApp } from './harness.ts';

type Operation = { responses: Record<string, unknown> };
const document = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8')) as {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
};
const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method} ${path}`),
);

type Layer = {
  handle?: { stack?: Layer[] };
  route?: { path: string | string[]; methods: Record<string, boolean> };
};

/** What Express would answer itself; `all` only tells other methods that they are wrong. */
function routesOf(app: Express): string[] {
  const walk = (stack: Layer[]): string[] =>
    stack.flatMap(({ handle, route }) => {
      if (handle?.stack) return walk(handle.stack);
      if (!route || route.methods._all) return [];
      const path = String(route.path).replace(/:(\w+)/g, '{$1}');
      return Object.keys(route.methods).map((method) => `${method} ${path}`);
    });
  return walk((app.router as unknown as { stack: Layer[] }).stack);
}

let running: Awaited<ReturnType<typeof startApp>>;
beforeEach(async () => {
  const nothing = () => Promise.resolve(undefined);
  const api = apiRoutes({
    token: 'the-token-of-this-test',
    data: {
      openIncidents: async () => [],
      incident: nothing,
      onCall: () => [],
      person: () => undefined,
      hasLadder: () => true,
    },
    keep: async () => 'kept',
    clock: { now: () => NOW },
    newId: () => 'id',
    metrics: uncounted,
    log: { error: () => undefined },
  });
  const shifts = onCallFeed({ policy: () => aPolicy(), clock: { now: () => NOW }, linkSecret: 'secret' });
  const answers = {
    keep: async () => 'kept' as const,
    clock: { now: () => NOW },
    metrics: uncounted,
    log: { warn: () => undefined, error: () => undefined },
    answers: { pagesOfMessage: async () => [], pagesToAddress: async () => [] },
    people: () => ({}),
    whisper: async () => undefined,
    take: async () => async () => undefined,
  };
  const chats = [
    slackWebhook({ ...answers, signingSecret: 'secret' }),
    telegramWebhook({ ...answers, webhookSecret: 'secret' }),
    twilioWebhook({ ...answers, authToken: 'token', publicUrl: 'https://watchdesk.example' }),
  ];
  running = await startApp({ routers: [...chats, api, shifts] });
});
afterEach(async () => {
  await running.stop();
});

test('every route is documented and every documented route exists', () => {
  const forPeople = (route: string) => route.endsWith('/{token}');
  const forMachines = documented.filter((route) => !forPeople(route));
  expect(routesOf(running.app).toSorted()).toEqual(forMachines.toSorted());
  // The pages behind links are mounted by the composition root, with the store behind them: answer-pages.test.ts.
  expect(documented.filter(forPeople).toSorted()).toEqual(
    ['ack', 'confirm', 'link', 'stop']
      .flatMap((page) => ['get', 'post'].map((method) => `${method} /${page}/{token}`))
      .toSorted(),
  );
});

test('the documented version is the one of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(document.info.version).toBe(version);
});

test('what the webhook answers is documented', async () => {
  const responses = document.paths['/webhooks/opsview']?.post?.responses ?? {};
  const text = JSON.stringify(envelope());
  const answers = [
    await running.post(text),
    await running.post('{'),
    await running.post(text, { 'X-Watchdesk-Signature': '' }),
    await running.post('x'.repeat(300_000)),
    await running.post(text, { 'Content-Type': 'text/plain' }),
    await running.post(JSON.stringify(envelope({ macros: {} }))),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 400, 401, 413, 415, 422]);
  expect(Object.keys(responses)).toEqual(['202', '400', '401', '413', '415', '422', '429', '503']);
});

test('what the webhook of Freshdesk answers is documented', async () => {
  const responses = document.paths['/webhooks/freshdesk']?.post?.responses ?? {};
  const text = '{"ticket_id":42}';
  const answers = [
    await running.postHook(text),
    await running.postHook('[]'),
    await running.postHook(text, { 'X-Watchdesk-Secret': '' }),
    await running.postHook('x'.repeat(300_000)),
    await running.postHook(text, { 'Content-Type': 'text/plain' }),
    await running.postHook('{}'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 400, 401, 413, 415, 422]);
  expect(Object.keys(responses)).toEqual(['202', '400', '401', '413', '415', '422', '429', '503']);
});
