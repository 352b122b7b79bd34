import { randomBytes } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { viewOfCard } from './card-view.ts';
import { keptMessages } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';

export type SandboxWebexOptions = Readonly<{
  clock: Clock;
  token: string;
  /** Rooms that the bot is a member of. */
  rooms: readonly string[];
  /** Addresses that Webex does not know. */
  unknown?: readonly string[];
}>;

export type SandboxWebex = SandboxMessages &
  Readonly<{ faults: Faults; tooMany(retryAfterSeconds: number): void }>;

const MARKDOWN_BYTES_MAX = 7_439;
/** Webex keeps no history of more changes. */
const CHANGES_MAX = 10;

/** Behaves like the Webex messages interface in what Watchdesk uses of it. */
export function createSandboxWebex({ clock, token, rooms, unknown = [] }: SandboxWebexOptions): SandboxWebex {
  const faults = createFaults();
  const kept = keptMessages('webex');
  const about = new Map<string, { roomId: string; changes: number }>();
  const idOf = () =>
    Buffer.from(`ciscospark://us/MESSAGE/${randomBytes(16).toString('hex')}`).toString('base64url');
  const refuse = (res: Response, status: number, message: string): void =>
    void res
      .status(status)
      .json({ message, errors: [{ description: message }], trackingId: 'ROUTER_STANDIN' });

  /** Undefined when it was refused. */
  function contentOf(req: Request, res: Response) {
    const { markdown = '', attachments = [] } = req.body as { markdown?: string; attachments?: unknown[] };
    if (Buffer.byteLength(markdown) > MARKDOWN_BYTES_MAX)
      return refuse(res, 400, 'Message length limited to 7439');
    if (markdown === '' && attachments.length === 0) return refuse(res, 400, 'Message is empty');
    if (attachments.length > 1) return refuse(res, 400, 'Only one attachment is supported');
    const view = viewOfCard(attachments[0]);
    if ('refused' in view) return refuse(res, 400, view.refused);
    return view;
  }

  const router = Router();
  router.use(faults.middleware, express.json({ limit: '100kb' }), (req, res, next) => {
    if (req.headers.authorization === `Bearer ${token}`) return next();
    refuse(res, 401, 'The request requires a valid access token set in the Authorization request header.');
  });
  router.get('/people/me', (_req, res) => {
    res.json({ id: 'me', displayName: 'Watchdesk', type: 'bot' });
  });
  router.post('/messages', (req, res) => {
    const { toPersonEmail, roomId } = req.body as { toPersonEmail?: string; roomId?: string };
    const isKnown =
      toPersonEmail === undefined ? rooms.includes(roomId ?? '') : !unknown.includes(toPersonEmail);
    if (!isKnown) return refuse(res, 404, 'Could not find a room or person with provided ID.');
    const content = contentOf(req, res);
    if (!content) return;
    const to = toPersonEmail ?? roomId ?? '';
    const id = idOf();
    const room = roomId ?? Buffer.from(`ciscospark://us/ROOM/${to}`).toString('base64url');
    about.set(id, { roomId: room, changes: 0 });
    kept.add({ id, to, at: clock.now(), ...content });
    res.json({ id, roomId: room, created: clock.now().toISOString() });
  });
  router.put('/messages/:id', (req, res) => {
    const { id } = req.params;
    const known = about.get(id);
    if (!known || known.roomId !== (req.body as { roomId?: string }).roomId) {
      return refuse(res, 404, 'Unable to find the message.');
    }
    if (known.changes >= CHANGES_MAX) return refuse(res, 400, 'Maximum number of edits reached.');
    const content = contentOf(req, res);
    if (!content) return;
    known.changes += 1;
    kept.change(id, content);
    res.json({ id, roomId: known.roomId });
  });
  router.use((_req, res) => refuse(res, 404, 'The requested resource could not be found.'));

  return {
    name: 'webex',
    router,
    messages: kept.all,
    faults,
    tooMany: (retryAfterSeconds) =>
      faults.next({
        kind: 'status',
        status: 429,
        headers: { 'Retry-After': String(retryAfterSeconds) },
        body: { message: 'Too Many Requests' },
      }),
  };
}
