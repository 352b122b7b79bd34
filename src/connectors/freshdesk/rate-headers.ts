/** Freshdesk's own count of an account's calls, as last told. Whole numbers; undefined when not told. */
export type RateHeaders = Readonly<{ total: number | undefined; remaining: number | undefined }>;

/** The texts are decimals (`50.0`, recorded 2026); anything else counts as not told. Fractions are rounded down. */
export function parseRateHeaders(headers: Readonly<Record<string, string>>): RateHeaders {
  return {
    total: wholeNumber(headers['x-ratelimit-total']),
    remaining: wholeNumber(headers['x-ratelimit-remaining']),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d{1,9}(\.\d+)?$/.test(trimmed) ? Math.floor(Number(trimmed)) : undefined;
}
