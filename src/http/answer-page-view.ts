import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Shown } from './answer-page-data.ts';
import { ANSWER_LANGUAGES, type AnswerLanguage } from './answer-texts.ts';

const YEAR_S = 365 * 24 * 3_600;
const STYLESHEET = '/answer-pages.css';

export type Fact = Readonly<{ label: string; value: string }>;

/** A page with one button. */
export type AskPage = Readonly<{
  language: AnswerLanguage;
  title: string;
  about: readonly Shown[];
  lead: string;
  /** Sent with the form; has to be the signed one. */
  answer: string;
  button: string;
  tone: 'yes' | 'no';
  /** A field for words of one's own. */
  words?: Readonly<{ label: string; lengthMax: number; isNeeded?: boolean }>;
  facts?: readonly Fact[];
  /** What was wrong with the form that was sent. */
  fault?: string;
}>;

/** A page that only tells something; one that refuses is about nothing, so that strangers learn nothing. */
export type ToldPage = Readonly<{
  language: AnswerLanguage;
  status: number;
  title: string;
  lead: string;
  about: readonly Shown[];
  /** `yes` shows a tick. */
  tone: 'yes' | 'plain';
  facts?: readonly Fact[];
}>;

export type AnswerPageView = Readonly<{
  /** 422 when it tells a fault. */
  ask(res: Response, page: AskPage): void;
  told(res: Response, page: ToldPage): void;
  /** Serves the stylesheet from memory, to anyone. */
  router: Router;
}>;

/** Nothing runs, nothing is loaded but our stylesheet, nothing is remembered, and no other site learns the address. */
export const answerPageHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Language',
  });
  next();
};

/** The reporter's language as Freshdesk knows it, else the browser's, else English. */
export function answerLanguage(req: Request, known?: string): AnswerLanguage {
  const primary = known?.trim().slice(0, 2).toLowerCase();
  const told = ANSWER_LANGUAGES.find((language) => language === primary);
  if (told) return told;
  const accepted = req.acceptsLanguages([...ANSWER_LANGUAGES]);
  return ANSWER_LANGUAGES.find((language) => language === accepted) ?? 'en';
}

/** Reads templates and stylesheet once. Throws at start when one is missing. */
export function createAnswerPageView(): AnswerPageView {
  const views = fileURLToPath(new URL('templates', import.meta.url));
  const eta = new Eta({ views, autoEscape: true, cache: true, rmWhitespace: false });
  const css = readFileSync(new URL('public/answer-pages.css', import.meta.url));
  const version = createHash('sha256').update(css).digest('hex').slice(0, 12);
  const stylesheet = `${STYLESHEET}?v=${version}`;

  const router = Router();
  router.get(STYLESHEET, (req, res) => {
    const lasting = req.query.v === version;
    res
      .set('Cache-Control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'public, no-cache')
      .type('text/css; charset=utf-8')
      .send(css);
  });
  return {
    router,
    ask: (res, page) =>
      void res
        .status(page.fault === undefined ? 200 : 422)
        .type('html')
        .send(eta.render('answer-ask', { ...page, stylesheet })),
    told: (res, page) =>
      void res
        .status(page.status)
        .type('html')
        .send(eta.render('answer-told', { ...page, stylesheet })),
  };
}
