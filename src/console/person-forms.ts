import { z } from 'zod';
import type { PersonWish } from './desk-view.ts';

/** What a form can lack; the sentences are for the person who sent it. */
export const FORM_FAULTS = {
  who: 'Nothing was recorded: say who confirmed it, and how.',
  when: 'Nothing was recorded: the time is not one, or has not come yet.',
  reference: 'Nothing was linked: give a reference such as WD-42.',
  self: 'Nothing was linked: an issue cannot be a report of itself.',
  what: 'No Problem was opened: say what is missing.',
  by: 'Nothing was recorded: say who you are.',
  reason: 'Nothing was done: say who you are, and why.',
  unreadable: 'Nothing was done: the form could not be read. Reload the page and try again.',
} as const;
export type FormFault = keyof typeof FORM_FAULTS;

/** Characters of a short and of a long text; the fields of the forms stop there, too. */
export const SHORT_TEXT_MAX = 200;
export const LONG_TEXT_MAX = 2_000;

/** What forms of the pages tell, read from what browsers send; the number is that of the page. */
export type ReadForm = (
  form: unknown,
  page: Readonly<{ number: number; now: Date }>,
) => PersonWish | FormFault;

/** Text without what no database can store; line ends as we write them. */
const text = (max: number) =>
  z
    .string()
    .transform((value) => value.replaceAll('\0', '').replace(/\r\n?/g, '\n').toWellFormed().trim())
    .pipe(z.string().min(1).max(max));

const Who = z.object({ who: text(SHORT_TEXT_MAX), how: text(SHORT_TEXT_MAX) });
/** As `<input type="datetime-local">` sends it; the page says that it is UTC. */
const When = z.object({ when: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/) });
const MINUTE_MS = 60_000;

const confirmation: ReadForm = (form, { number, now }) => {
  const [said, at] = [Who.safeParse(form), When.safeParse(form)];
  if (!said.success) return 'who';
  const when = new Date(at.success ? `${at.data.when}Z` : Number.NaN);
  // The field shows whole minutes, so "now" may be the minute that is just beginning.
  if (Number.isNaN(when.getTime()) || when.getTime() > now.getTime() + MINUTE_MS) return 'when';
  return { do: 'record_confirmation', number, ...said.data, when };
};

const Reference = z.object({
  reference: z
    .string()
    .trim()
    .regex(/^(wd-)?[1-9]\d{0,8}$/i),
  as: z.enum(['child', 'parent']),
});

const link: ReadForm = (form, { number }) => {
  const read = Reference.safeParse(form);
  if (!read.success) return 'reference';
  const other = Number(read.data.reference.replace(/^wd-/i, ''));
  if (other === number) return 'self';
  const [parent, child] = read.data.as === 'child' ? [other, number] : [number, other];
  return { do: 'link', parent, child, answer: 'accept' };
};

const What = z.object({ what: text(LONG_TEXT_MAX) });
const problem: ReadForm = (form, { number }) => {
  const read = What.safeParse(form);
  return read.success ? { do: 'create_problem', number, what: read.data.what } : 'what';
};

const key = z
  .string()
  .max(120)
  .regex(/^[a-z0-9-]*$/);
const Have = z.object({ by: text(SHORT_TEXT_MAX), ladder: key.default('') });
const Reason = z.object({ by: text(SHORT_TEXT_MAX), reason: text(LONG_TEXT_MAX) });

const have: ReadForm = (form, { number }) => {
  const read = Have.safeParse(form);
  if (!read.success) return 'by';
  const { by, ladder } = read.data;
  return { do: 'acknowledge', number, by, ...(ladder !== '' && { ladder }) };
};

const escalate: ReadForm = (form, { number }) => {
  const read = Reason.safeParse(form);
  return read.success ? { do: 'escalate', number, ...read.data } : 'reason';
};

const stopDirector: ReadForm = (form, { number }) => {
  const read = Reason.extend({ ladder: key.min(1) }).safeParse(form);
  return read.success ? { do: 'stop_director', number, ...read.data } : 'reason';
};

/** By the last part of the form's address. */
export const ISSUE_FORMS = {
  have,
  escalate,
  'stop-director': stopDirector,
  confirmation,
  link,
  problem,
  unlink: (_form, { number }) => ({ do: 'unlink', number }),
  article: (_form, { number }) => ({ do: 'draft_article', number }),
} as const satisfies Record<string, ReadForm>;
export type IssueForm = keyof typeof ISSUE_FORMS;

const number = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);
const Suggestion = z.object({ parent: number, child: number, answer: z.enum(['accept', 'decline']) });

/** An answer to a suggested link. */
export function readSuggestionForm(form: unknown): PersonWish | FormFault {
  const read = Suggestion.safeParse(form);
  return read.success ? { do: 'link', ...read.data } : 'unreadable';
}
