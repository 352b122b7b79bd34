import express, { type RequestHandler, type Response, Router } from 'express';
import type { Clock } from '../model/clock.ts';
import type { ConsoleData } from './console-view.ts';
import type { PersonWish } from './desk-view.ts';
import { readNumber } from './overview-filter.ts';
import { type FormFault, ISSUE_FORMS, type IssueForm, readSuggestionForm } from './person-forms.ts';
import { type Told, toldQuery } from './told.ts';

/** 2,000 characters of any script, escaped for a form, and the small fields. */
const personForm = express.urlencoded({ extended: false, limit: '32kb' });

type Parts = Readonly<{
  data: Pick<ConsoleData, 'tell'>;
  clock: Clock;
  /** Before and after the form is read: signed in, and sent by our own page. */
  signedIn: readonly RequestHandler[];
  ownForm: RequestHandler;
}>;

/**
 * The forms by which people tell something about an issue. They change nothing themselves: what was told is kept in the
 * inbox and decided there, a moment after the page is shown again.
 */
export function personRoutes({ data, clock, signedIn, ownForm }: Parts): Router {
  const router = Router();
  const change: RequestHandler[] = [...signedIn, personForm, ownForm];

  async function told(wish: PersonWish | FormFault): Promise<Told> {
    if (typeof wish === 'string') return { what: wish };
    const kept = await data.tell(wish);
    return kept ? { what: 'done', id: kept.id } : { what: 'gone' };
  }

  async function tell(res: Response, wish: PersonWish | FormFault, back: string): Promise<void> {
    res.redirect(303, `${back}?${toldQuery(await told(wish))}`);
  }

  router.post('/incidents/:number/:form', ...change, async (req, res, next) => {
    const number = readNumber(req.params.number);
    const form = String(req.params.form);
    if (number === undefined || !isIssueForm(form)) return next();
    await tell(res, ISSUE_FORMS[form](req.body, { number, now: clock.now() }), `/incidents/${number}`);
  });

  router.post('/suggestions', ...change, async (req, res) => {
    const from = readNumber(req.query.from);
    await tell(res, readSuggestionForm(req.body), from === undefined ? '/suggestions' : `/incidents/${from}`);
  });
  return router;
}

const isIssueForm = (name: string): name is IssueForm => Object.hasOwn(ISSUE_FORMS, name);
