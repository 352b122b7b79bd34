import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Response } from 'express';
import { objectName } from '../model/check-event.ts';
import { PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import type { Assets } from './assets.ts';
import * as closing from './closing-state.ts';
import type { ConsoleParts } from './console.ts';
import type {
  ActionOutcome,
  FailedMessage,
  Health,
  IncidentPage,
  Listed,
  Overview,
  OverviewFilter,
  ParkedDelivery,
  Problems,
  StuckTicket,
  TicketLink,
} from './console-view.ts';
import * as deskTexts from './desk-texts.ts';
import type { ChangedRule, SuggestedLink } from './desk-view.ts';
import * as escalationTexts from './escalation-texts.ts';
import type { Pages, RotationDays } from './escalation-view.ts';
import * as format from './format.ts';
import { healthItems } from './health-items.ts';
import * as next from './next-step.ts';
import { filterAddress } from './overview-filter.ts';
import { LONG_TEXT_MAX, SHORT_TEXT_MAX } from './person-forms.ts';
import type { Reader } from './sign-in.ts';
import type { Notice } from './told.ts';

type Known = Readonly<{ health: Health; reader: Reader }>;
type Live = Readonly<{ overview: Overview; health: Health; filter: OverviewFilter; now: Date }>;
/** The two parts of the overview that are kept fresh; between them stands the filter, which is left alone. */
type LiveParts = Readonly<{ now: string; list: string }>;
type Frame = Readonly<{ live: LiveParts; have: string; address: string }>;

/** Templates are given plain data and these helpers; every `<%= %>` in them escapes for HTML. */
const helpers = {
  ...format,
  ...closing,
  ...next,
  ...deskTexts,
  ...escalationTexts,
  ...{ objectName, filterAddress, healthItems, SHORT_TEXT_MAX, LONG_TEXT_MAX },
  priorities: PRIORITIES.toReversed(),
  types: TICKET_TYPES,
};

/** Turns view models into pages. Pure but for `clock` and sending the answer. */
export function createPages(parts: ConsoleParts, assets: Assets) {
  const views = fileURLToPath(new URL('templates', import.meta.url));
  const eta = new Eta({ views, autoEscape: true, cache: true, rmWhitespace: false });
  const site = { mode: parts.mode, notice: parts.notice, version: parts.version, asset: assets.address };

  const snippet = (template: string, data: object): string => eta.render(template, data).trim();
  const f = {
    ...helpers,
    time: (at: Date, text: string) => snippet('time', { at, text, exact: format.exact(at) }),
    ticketLink: (ticket: TicketLink | undefined) => snippet('ticket-link', { ticket }),
  };
  const render = (template: string, data: object, now = parts.clock.now()): string =>
    eta.render(template, { site, f, now, ...data });
  const send = (res: Response, template: string, data: object): void => {
    res.type('html').send(render(template, data));
  };

  return {
    live: ({ now, ...live }: Live): LiveParts => ({
      now: render('overview-now', live, now),
      list: render('overview-list', live, now),
    }),
    refresh: (frame: Frame): string => render('overview-refresh', frame),
    overview: (
      res: Response,
      page: Known & Frame & Readonly<{ overview: Overview; filter: OverviewFilter }>,
    ) => send(res, 'overview', { ...page, title: overviewTitle(page.overview), here: 'overview' }),
    incident: (res: Response, known: Known & Readonly<{ page: IncidentPage; told: Notice | undefined }>) =>
      send(res, 'incident', {
        ...known,
        title: `WD-${known.page.line.number} ${known.page.line.title}`,
        here: 'incident',
      }),
    suggestions: (
      res: Response,
      known: Known & Readonly<{ suggestions: Listed<SuggestedLink>; told: Notice | undefined }>,
    ) =>
      send(res, 'suggestions', {
        ...known,
        title: 'Suggested links',
        here: 'suggestions',
      }),
    problems: (res: Response, known: Known & Readonly<{ problems: Problems }>) =>
      send(res, 'problems', { ...known, title: 'Problems', here: 'problems' }),
    people: (
      res: Response,
      known: Known & Readonly<{ changes: readonly ChangedRule[]; days: number; choices: readonly number[] }>,
    ) => send(res, 'people', { ...known, title: 'What people change', here: 'people' }),
    onCall: (res: Response, known: Known & Readonly<{ rotations: readonly RotationDays[] }>) =>
      send(res, 'on-call', { ...known, title: 'On call', here: 'on-call' }),
    messages: (
      res: Response,
      known: Known & Readonly<{ pages: Pages; outcome: ActionOutcome | undefined }>,
    ) => send(res, 'messages', { ...known, title: 'Messages', here: 'messages' }),
    parked: (
      res: Response,
      known: Known & Readonly<{ parked: Listed<ParkedDelivery>; outcome: ActionOutcome | undefined }>,
    ) => send(res, 'parked', { ...known, title: 'Parked deliveries', here: 'parked' }),
    failed: (
      res: Response,
      known: Known &
        Readonly<{
          failed: Listed<FailedMessage>;
          stuck: Listed<StuckTicket>;
          outcome: ActionOutcome | undefined;
        }>,
    ) => send(res, 'failed', { ...known, title: 'Failed', here: 'failed' }),
    missing: (res: Response, known: Known) => {
      res.status(404);
      send(res, 'missing', { ...known, title: 'No such issue', here: 'missing' });
    },
    broken: (res: Response, { reader }: Pick<Known, 'reader'>) => {
      res.status(503);
      send(res, 'broken', { reader, title: 'No answer', here: 'broken' });
    },
    signIn: (res: Response, form: Readonly<{ next: string; problem?: string; possible: boolean }>) =>
      send(res, 'sign-in', { ...form, title: 'Sign in', here: 'sign-in' }),
  };
}

/** Shows in the browser's tab: the number is what an operator looks for. */
function overviewTitle({ openByPriority }: Overview): string {
  const open = Object.values(openByPriority).reduce((sum, count) => sum + count, 0);
  return open === 0 ? 'All quiet' : `${open} open`;
}
