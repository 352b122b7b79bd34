import { randomUUID } from 'node:crypto';
import express, { type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { viewOfCard } from './card-view.ts';
import { keptMessages } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';

export type SandboxTeamsOptions = Readonly<{
  clock: Clock;
  /** Channel of a team → signature in its workflow's address. */
  workflows: Readonly<Record<string, string>>;
}>;

export type SandboxTeams = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** What goes into TEAMS_WEBHOOKS, below where the stand-in is mounted. */
    pathOf(workflow: string): string;
    tooMany(retryAfterSeconds: number): void;
    /** The next card is refused as webhooks of the older kind do it: with 200 and a sentence. */
    refuseInWords(status: number): void;
  }>;

const MESSAGE_BYTES_MAX = 28 * 1024;

/** Behaves like the webhook of a Teams workflow: 202 and nothing else, or an error with a code. */
export function createSandboxTeams({ clock, workflows }: SandboxTeamsOptions): SandboxTeams {
  const faults = createFaults();
  const kept = keptMessages('teams');
  let inWords: number | undefined;
  const refuse = (res: Response, status: number, code: string, message: string): void =>
    void res.status(status).json({ error: { code, message } });

  const router = Router();
  router.use(faults.middleware, express.json({ limit: '1mb' }));
  router.post('/workflows/:workflow/triggers/manual/paths/invoke', (req, res) => {
    const { workflow } = req.params;
    const signature = workflows[workflow];
    if (signature === undefined)
      return refuse(res, 404, 'WorkflowNotFound', `The workflow '${workflow}' is gone.`);
    if (req.query.sig !== signature) {
      return refuse(
        res,
        401,
        'DirectApiAuthorizationRequired',
        `The sig ${String(req.query.sig)} does not fit.`,
      );
    }
    if (inWords !== undefined) {
      const status = inWords;
      inWords = undefined;
      const text = `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status}`;
      return void res.status(200).type('text').send(text);
    }
    if (Buffer.byteLength(JSON.stringify(req.body)) > MESSAGE_BYTES_MAX) {
      return refuse(res, 413, 'RequestEntityTooLarge', 'The message is larger than 28 KB.');
    }
    const { type, attachments } = req.body as { type?: unknown; attachments?: readonly unknown[] };
    const view = type === 'message' ? viewOfCard(attachments?.[0]) : { refused: 'type must be message' };
    if ('refused' in view) return refuse(res, 400, 'TriggerInputSchemaMismatch', view.refused);
    kept.add({ id: randomUUID(), to: workflow, at: clock.now(), ...view });
    res.status(202).end();
  });

  return {
    name: 'teams',
    router,
    messages: kept.all,
    faults,
    pathOf: (workflow) =>
      `/workflows/${workflow}/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sig=${workflows[workflow] ?? ''}`,
    tooMany: (retryAfterSeconds) =>
      faults.next({
        kind: 'status',
        status: 429,
        headers: { 'Retry-After': String(retryAfterSeconds) },
        body: { error: { code: 'TooManyRequests', message: 'Rate limit is exceeded.' } },
      }),
    refuseInWords: (status) => {
      inWords = status;
    },
  };
}
