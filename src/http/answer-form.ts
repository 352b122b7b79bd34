import type { Request } from 'express';
import { Problem } from './problem.ts';
import { readBody } from './read-body.ts';

/** What a reporter may add, in characters; our page stops there, so no honest browser sends more. */
export const WORDS_LENGTH_MAX = 2_000;

/** 2,000 characters of any script, escaped for a form, and the answer. */
export const FORM_BYTES_MAX = 32 * 1024;

export type AnswerForm = Readonly<{ answer: string; words: string }>;

const isForm = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType);

/**
 * Reads what our page sends. Words that are too long are cut.
 * Errors: rejects with a Problem, 413 when it is too large, 415 when it is no form, 400 when it ended too early.
 */
export async function readAnswerForm(req: Request): Promise<AnswerForm> {
  const encoding = req.headers['content-encoding'];
  if (!isForm(req.headers['content-type']) || (encoding !== undefined && encoding !== 'identity')) {
    throw new Problem({
      status: 415,
      kind: 'not-form',
      title: 'Not a form',
      detail: 'The body is not an uncompressed form in UTF-8.',
      remedy: 'Use the button on the page.',
    });
  }
  const body = await readBody(req, FORM_BYTES_MAX);
  const fields = new URLSearchParams(body.toString('utf8'));
  const words = (fields.get('words') ?? '').replace(/\r\n?/g, '\n').trim();
  return { answer: fields.get('answer') ?? '', words: words.slice(0, WORDS_LENGTH_MAX).toWellFormed() };
}
