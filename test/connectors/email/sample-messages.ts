import type { Message } from '../../../src/connectors/channel.ts';
import type { Page, PageContent } from '../../../src/model/page.ts';

const at = (time: string): Date => new Date(`2026-12-25T${time}:00Z`);

const CONTENT: PageContent = {
  subject: 'WD-42 Urgent: Payroll cannot be reached',
  sentence:
    'You are told because nobody below you has answered for 90 minutes and the ladder “Technical, Urgent” ends with you.',
  facts: [
    { label: 'Who is hit', value: 'Acme AG (VIP), Globex and Müller & Söhne; 214 people reported it' },
    { label: 'Since', value: '25 Dec 02:00, for 1 hour 32 minutes' },
    { label: 'What is wrong', value: 'web01 is DOWN: CRITICAL - Host Unreachable (10.0.4.17)' },
    { label: 'Who has it', value: 'nobody yet; assigned to the group Platform' },
    { label: 'Next update', value: '25 Dec 04:00, to the customers' },
  ],
  ask: 'Decide who takes this over now, and call Dana Keller (+41 44 555 00 17).',
  history: [
    { at: at('01:00'), text: 'web01 is DOWN; ticket #1042 opened' },
    { at: at('01:01'), text: 'Dana Keller (on call) told by Telegram: delivered, not acknowledged' },
    { at: at('01:16'), text: 'Dana Keller called at +41 79 555 00 17: no answer' },
    { at: at('01:31'), text: 'Level 2: Team lead Jörg Weiß told by text message and e-mail: delivered' },
    { at: at('02:01'), text: 'Level 3: Manager Ana Ruiz called: voice mailbox' },
    { at: at('02:17'), text: 'The Director’s rung was announced; nobody stopped it' },
  ],
  links: {
    acknowledge: 'https://watchdesk.example.com/ack/eyJpIjoiNDIiLCJwIjoiZGlyZWN0b3IifQ.c2lnbmF0dXJl',
    watchdesk: 'https://watchdesk.example.com/incidents/WD-42',
    ticket: 'https://acme.freshdesk.example/a/tickets/1042',
  },
  hasState: false,
};

export const aContent = (over: Partial<PageContent> = {}): PageContent => ({ ...CONTENT, ...over });

export const aPage = (over: Partial<Page> = {}, content: Partial<PageContent> = {}): Page => ({
  intent: 'page:technical:1:team lead:1:dana:email',
  kind: 'escalation',
  incidentId: '018f6f6e-0000-7000-8000-000000000042',
  reference: 'WD-42',
  ladder: 'technical',
  rung: 'team lead',
  level: 2,
  recipient: 'dana',
  recipientName: 'Dana Keller',
  channel: 'email',
  address: 'dana@example.com',
  timeZone: 'Europe/Zurich',
  priority: 'urgent',
  content: aContent(content),
  ...over,
});

export const aMessage = (over: Partial<Message> = {}): Message => ({
  id: '7b1f3c1e-5a53-4c4e-9f5b-3a4f1f0b9c11',
  address: 'dana@example.com',
  recipientName: 'Dana Keller',
  timeZone: 'Europe/Zurich',
  pages: [aPage()],
  mayBeRepeat: false,
  sentAt: at('02:32'),
  ...over,
});

/** What the Director gets. */
export const directorMessage = (content: Partial<PageContent> = {}): Message =>
  aMessage({
    address: 'director@example.com',
    recipientName: 'Petra Möller',
    pages: [aPage({ kind: 'director', rung: 'director', level: 4 }, { hasState: true, ...content })],
  });
