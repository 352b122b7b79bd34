import express, { type RequestHandler, type Response, Router } from 'express';
import type { Clock } from '../model/clock.ts';
import type { ActionOutcome, ConsoleData } from './console-view.ts';
import type { PersonWish } from './desk-view.ts';
import { readNumber } from './overview-filter.ts';
import {
  FORM_FAULTS,
  type FormFault,
  ISSUE_FORMS,
  type IssueForm,
  readSuggestionForm,
} from './person-forms.ts';

/** What became of a form, for the page that is shown after it. */
export type Told = ActionOutcome | FormFault;

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

  async function tell(res: Response, wish: PersonWish | FormFault, back: string): Promise<void> {
    const told: Told = typeof wish === 'string' ? wish : await data.tell(wish);
    res.redirect(303, `${back}?told=${told}`);
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

/** From the address of the page; anything else says nothing. */
export function readTold(value: unknown): Told | undefined {
  if (value === 'done' || value === 'gone') return value;
  return typeof value === 'string' && Object.hasOwn(FORM_FAULTS, value) ? (value as FormFault) : undefined;
}
