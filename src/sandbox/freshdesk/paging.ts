import { type FieldFault, invalid } from './refusal.ts';

export type Query = Readonly<Record<string, string | undefined>>;
export type Page<T> = Readonly<{ items: readonly T[]; page: number; hasMore: boolean }>;

/** Cuts one page out of `all`. `perPage` fixed when the endpoint does not let the caller choose. */
export function pageOf<T>(
  all: readonly T[],
  query: Query,
  fixed?: { perPage: number; pagesMax: number },
): Page<T> {
  const page = wholeNumber(query.page, 1);
  const perPage = fixed?.perPage ?? wholeNumber(query.per_page, 30);
  const faults: FieldFault[] = [];
  if (!(page >= 1)) faults.push(fault('page', 'It should be a Positive Integer'));
  if (fixed && page > fixed.pagesMax)
    faults.push(fault('page', `It should not be more than ${fixed.pagesMax}`));
  if (!(perPage >= 1 && perPage <= 100)) {
    faults.push(fault('per_page', 'It should be a Positive Integer less than or equal to 100'));
  }
  if (faults.length > 0) throw invalid(...faults);
  const from = (page - 1) * perPage;
  return { items: all.slice(from, from + perPage), page, hasMore: all.length > from + perPage };
}

const fault = (field: string, message: string): FieldFault => ({ field, message, code: 'invalid_value' });

const wholeNumber = (text: string | undefined, absent: number): number =>
  text === undefined ? absent : /^\d+$/.test(text) ? Number(text) : Number.NaN;
