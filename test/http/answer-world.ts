import type {
  AnswerPageData,
  Confirmation,
  Escalating,
  SuggestedLink,
} from '../../src/http/answer-page-data.ts';
import { type AnswerPagesParts, answerPages } from '../../src/http/answer-pages.ts';
import { type LinkClaim, signLink } from '../../src/http/signed-link.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import { type LadderRun, NO_ESCALATION } from '../../src/model/escalation.ts';
import type { LogMeta } from '../../src/model/logger.ts';
import { uncounted } from '../../src/model/metrics.ts';
import { NOW, startApp } from './harness.ts';

export const LINK_SECRET = 'of-this-installation';
export const INCIDENT = '0b9e7a52-6f0d-4c1e-9a53-1b9f0c6d2e11';
export const OTHER = '7f3a1c88-2b44-4a6e-8a0f-5d2c9e7b1a00';
export const SUBJECT = 'Printer <b>3</b> says "out of paper" & beeps';
export const NEXT_WEEK = new Date(NOW.getTime() + 7 * 86_400_000);

type Confirm = Extract<LinkClaim, { do: 'confirm' }>;
type Link = Extract<LinkClaim, { do: 'link' }>;

export const confirmToken = (changes: Partial<Confirm> = {}, secret = LINK_SECRET): string =>
  signLink(secret, {
    do: 'confirm',
    incidentId: INCIDENT,
    round: 1,
    answer: 'yes',
    ticketId: 4711,
    reporter: '43012345678',
    expiresAt: NEXT_WEEK,
    ...changes,
  });

export const linkToken = (changes: Partial<Link> = {}): string =>
  signLink(LINK_SECRET, {
    do: 'link',
    parentId: INCIDENT,
    childId: OTHER,
    answer: 'accept',
    expiresAt: NEXT_WEEK,
    ...changes,
  });

type Acknowledge = Extract<LinkClaim, { do: 'acknowledge' }>;
type Stop = Extract<LinkClaim, { do: 'stop_director' }>;

export const ackToken = (changes: Partial<Acknowledge> = {}): string =>
  signLink(LINK_SECRET, {
    ...{ do: 'acknowledge', incidentId: INCIDENT, person: 'dana', expiresAt: NEXT_WEEK },
    ...changes,
  });

export const stopToken = (changes: Partial<Stop> = {}): string =>
  signLink(LINK_SECRET, {
    ...{ do: 'stop_director', incidentId: INCIDENT, ladder: 'unattended', run: 1, person: 'dana' },
    expiresAt: NEXT_WEEK,
    ...changes,
  });

export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

/** A ladder that told its first rung and announced the Director. */
export const RUN: LadderRun = {
  ladder: 'unattended',
  kind: 'technical',
  run: 1,
  round: 1,
  startedAt: minutesAgo(46),
  why: 'Nobody took it.',
  state: 'running',
  counted: [{ from: minutesAgo(46) }],
  rungs: [{ rung: 'On call', level: 1, round: 1, dueAt: minutesAgo(41), at: minutesAgo(41), told: [] }],
};
export const ANNOUNCED = { rung: 'Director', announcedAt: minutesAgo(2), firesAt: minutesAgo(-8) };

const NAMES: Readonly<Record<string, string>> = { dana: 'Dana Ott', jo: 'Jo Moss' };

/** An urgent incident that nobody has. */
const escalating = {
  reference: 'WD-42',
  subject: 'The web shop is down',
  status: 'new',
  version: 7,
  priority: 'urgent',
  startedAt: minutesAgo(46),
  escalation: { ...NO_ESCALATION, ladders: [RUN] },
  ladderName: (key: string) => (key === 'unattended' ? 'Nobody takes it' : key),
} as const satisfies Omit<Escalating, 'reader'>;

/** The pages over one question and one suggestion, which a test may change while they run. */
export async function startPages(changes: Partial<AnswerPagesParts & { trustProxy: number }> = {}) {
  const world: {
    asked: Confirmation | undefined;
    suggested: SuggestedLink | undefined;
    escalating: Omit<Escalating, 'reader'> | undefined;
  } = {
    escalating,
    asked: {
      reference: 'WD-43',
      subject: SUBJECT,
      ticketId: 4711,
      reporter: '43012345678',
      round: 1,
      isClosed: false,
    },
    suggested: {
      parent: { reference: 'WD-42', subject: 'The web shop is down' },
      child: { reference: 'WD-43', subject: SUBJECT },
      state: 'suggested',
    },
  };
  const data: AnswerPageData = {
    confirmation: async (id) => (id === INCIDENT ? world.asked : undefined),
    escalating: async (id, recipient) => {
      if (id !== INCIDENT || !world.escalating) return undefined;
      const name = NAMES[recipient];
      const timeZone = 'Europe/Zurich';
      const reader = name ? { name, person: recipient, timeZone } : { name: recipient, timeZone };
      return { ...world.escalating, reader };
    },
    link: async (parent, child) => (parent === INCIDENT && child === OTHER ? world.suggested : undefined),
  };
  const kept: NewDelivery[] = [];
  const logged: { message: string; meta: LogMeta | undefined }[] = [];
  const { trustProxy = 0, ...parts } = changes;
  const pages = answerPages({
    linkSecret: LINK_SECRET,
    data,
    async keep(delivery) {
      if (kept.some(({ deliveryId }) => deliveryId === delivery.deliveryId)) return 'duplicate';
      kept.push(delivery);
      return 'kept';
    },
    clock: { now: () => NOW },
    metrics: uncounted,
    log: { error: (message, meta) => void logged.push({ message, meta }) },
    ...parts,
  });
  const running = await startApp({ routers: [pages], trustProxy });
  return { ...running, world, kept, pageLog: logged };
}
