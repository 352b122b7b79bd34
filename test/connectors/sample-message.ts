import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Message } from '../../src/connectors/channel.ts';
import type { Page, PageContent } from '../../src/model/page.ts';

export const NOW = new Date('2026-03-02T01:31:00Z');

export const aContent = (extra: Partial<PageContent> = {}): PageContent => ({
  subject: 'WD-42 Urgent: web01 is DOWN',
  sentence: 'Nobody has acknowledged it for 15 minutes.',
  facts: [
    { label: 'Hit', value: 'Acme: shop' },
    { label: 'Since', value: '02:16 (Europe/Zurich)' },
  ],
  ask: 'Take it, or say who does.',
  history: [{ at: NOW, text: 'web01 is DOWN' }],
  links: {
    acknowledge: 'https://desk.example.com/ack/token',
    ticket: 'https://acme.freshdesk.example.com/a/tickets/7',
    watchdesk: 'https://desk.example.com/incidents/42',
  },
  hasState: false,
  ...extra,
});

export const aPage = (extra: Partial<Page> = {}): Page => ({
  intent: `page:urgent:1:first:1:dana:${randomUUID()}`,
  kind: 'escalation',
  incidentId: randomUUID(),
  reference: 'WD-42',
  ladder: 'urgent',
  rung: 'first',
  level: 1,
  recipient: 'dana',
  recipientName: 'Dana',
  channel: 'slack',
  address: 'U0DANA01',
  timeZone: 'Europe/Zurich',
  priority: 'urgent',
  content: aContent(),
  ...extra,
});

export const aMessage = (extra: Partial<Message> = {}): Message => ({
  id: randomUUID(),
  address: 'U0DANA01',
  recipientName: 'Dana',
  timeZone: 'Europe/Zurich',
  pages: [aPage()],
  mayBeRepeat: false,
  sentAt: NOW,
  ...extra,
});

/** Texts as others write them: marks, halves of signs, control characters, far too long. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '&amp;', '\ud800', '\0', '\n', '*', '🙂', 'a'),
    maxLength: 400,
  }),
  fc.constantFrom('<!channel>', '<script>', '</b><b>', '', ' ').map((part) => part.repeat(2_000)),
);

const link = fc.option(fc.webUrl(), { nil: undefined });

const content: fc.Arbitrary<PageContent> = fc
  .record({
    subject: text,
    sentence: text,
    ask: text,
    facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 30 }),
    acknowledge: link,
    stop: link,
    ticket: link,
    watchdesk: link,
  })
  .map(({ acknowledge, stop, ticket, watchdesk, ...rest }) => ({
    ...rest,
    history: [],
    hasState: false,
    links: {
      ...(acknowledge && { acknowledge }),
      ...(stop && { stop }),
      ...(ticket && { ticket }),
      ...(watchdesk && { watchdesk }),
    },
  }));

const page = fc
  .record({ content, kind: fc.constantFrom('escalation', 'announcement', 'fault', 'status') })
  .map(({ content: said, kind }) => aPage({ content: said, kind }));

export const anyMessage: fc.Arbitrary<Message> = fc
  .record({ pages: fc.array(page, { minLength: 1, maxLength: 60 }), mayBeRepeat: fc.boolean() })
  .map(({ pages: [first = aPage(), ...others], mayBeRepeat }) =>
    aMessage({ pages: [first, ...others], mayBeRepeat }),
  );
