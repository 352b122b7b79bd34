import express, { type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { keptMessages, linkButton } from './kept-messages.ts';
import type { SandboxButton, SandboxMessages } from './sandbox-message.ts';

export type SandboxGoogleChatOptions = Readonly<{
  clock: Clock;
  /** Space → token in its webhook's address. */
  spaces: Readonly<Record<string, string>>;
}>;

export type SandboxGoogleChat = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** What goes into GOOGLE_CHAT_WEBHOOKS, below where the stand-in is mounted. */
    pathOf(space: string): string;
    /** In which thread a message is. */
    threadOf(id: string): string | undefined;
    tooMany(): void;
  }>;

type Widget = Readonly<{
  textParagraph?: { text: string };
  decoratedText?: { topLabel?: string; text: string };
  buttonList?: { buttons: readonly { text: string; onClick: { openLink: { url: string } } }[] };
}>;
type Body = Readonly<{
  cardsV2?: readonly {
    card: {
      header?: { title: string; subtitle?: string };
      sections: readonly { widgets: readonly Widget[] }[];
    };
  }[];
  thread?: { threadKey?: string };
}>;

const MESSAGE_BYTES_MAX = 32_000;
const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
/** As a reader sees it: the few tags that cards know are gone, everything escaped is itself again. */
const plain = (html: string): string =>
  html.replaceAll(/<\/?[biu]>/g, '').replaceAll(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);

function viewOf({ cardsV2 = [] }: Body): Readonly<{ text: string; buttons: readonly SandboxButton[] }> {
  const widgets = cardsV2.flatMap(({ card }) => card.sections.flatMap((section) => section.widgets));
  const headers = cardsV2.flatMap(({ card }) => [card.header?.title ?? '', card.header?.subtitle ?? '']);
  const lines = widgets.map(({ textParagraph, decoratedText }) =>
    decoratedText
      ? `${decoratedText.topLabel}: ${plain(decoratedText.text)}`
      : plain(textParagraph?.text ?? ''),
  );
  return {
    text: [...headers, ...lines].filter((line) => line !== '').join('\n'),
    buttons: widgets
      .flatMap(({ buttonList }) => buttonList?.buttons ?? [])
      .map(({ text, onClick }) => linkButton(text, onClick.openLink.url)),
  };
}

/** Behaves like the webhook of a Google Chat space: cards, threads by key, and a request's id that is known again. */
export function createSandboxGoogleChat({ clock, spaces }: SandboxGoogleChatOptions): SandboxGoogleChat {
  const faults = createFaults();
  const kept = keptMessages('google_chat');
  const byRequest = new Map<string, string>();
  const threads = new Map<string, string>();
  let lastNumber = 0;
  const refuse = (res: Response, code: number, status: string, message: string): void =>
    void res.status(code).json({ error: { code, message, status } });

  const router = Router();
  router.use(faults.middleware, express.json({ limit: '1mb' }));
  router.post('/v1/spaces/:space/messages', (req, res) => {
    const { space } = req.params;
    const body = req.body as Body;
    const { token, requestId } = req.query as Record<string, string | undefined>;
    if (spaces[space] === undefined) return refuse(res, 404, 'NOT_FOUND', `No space at ${req.originalUrl}`);
    if (token !== spaces[space]) return refuse(res, 401, 'UNAUTHENTICATED', `Bad token ${String(token)}`);
    const isEmpty = !body.cardsV2?.some(({ card }) => card.sections.length > 0);
    if (isEmpty) return refuse(res, 400, 'INVALID_ARGUMENT', 'Message cannot be empty.');
    if (Buffer.byteLength(JSON.stringify(body)) > MESSAGE_BYTES_MAX) {
      return refuse(res, 400, 'INVALID_ARGUMENT', 'Message is too long.');
    }
    const before = requestId === undefined ? undefined : byRequest.get(requestId);
    if (before !== undefined) return void res.json({ name: before });
    lastNumber += 1;
    const name = `spaces/${space}/messages/${lastNumber}`;
    if (requestId !== undefined) byRequest.set(requestId, name);
    if (body.thread?.threadKey !== undefined) threads.set(name, body.thread.threadKey);
    kept.add({ id: name, to: space, at: clock.now(), ...viewOf(body) });
    res.json({ name, thread: { name: `spaces/${space}/threads/${body.thread?.threadKey ?? lastNumber}` } });
  });

  return {
    name: 'google_chat',
    router,
    messages: kept.all,
    faults,
    pathOf: (space) => `/v1/spaces/${space}/messages?key=AIzaSyStandIn-Key&token=${spaces[space] ?? ''}`,
    threadOf: (id) => threads.get(id),
    tooMany: () =>
      faults.next({
        kind: 'status',
        status: 429,
        body: { error: { code: 429, message: 'Resource has been exhausted.', status: 'RESOURCE_EXHAUSTED' } },
      }),
  };
}
