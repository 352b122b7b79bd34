/**
 * The language of `GET /search/tickets`: `"(status:2 OR status:3) AND tag:'wd-42' AND created_at:>'2026-01-31'"`.
 * Source: freshdesk-api reference 3.7.
 */
export type SearchTerm =
  | Readonly<{ all: readonly SearchTerm[] }>
  | Readonly<{ any: readonly SearchTerm[] }>
  | Readonly<{ field: string; operator: ':' | ':>' | ':<'; value: SearchValue }>;
export type SearchValue = string | number | boolean | null;

export const SEARCH_QUERY_CHARS_MAX = 512;

/** Thrown for a query that does not follow the grammar. */
export class SearchQueryError extends Error {}

const TOKEN =
  /\s*(?:(\()|(\))|(AND|OR)\b|([a-zA-Z_][a-zA-Z0-9_]*)(:[<>]?)(?:'([^']*)'|(-?\d+(?:\.\d+)?)(?![\w'])|(true|false|null)\b))/y;

type Token = Readonly<{ sign: '(' | ')' | 'AND' | 'OR' }> | Extract<SearchTerm, { field: string }>;

/** `text` with its double quotes, as it was sent after decoding. */
export function parseSearchQuery(text: string): SearchTerm {
  if (text.length > SEARCH_QUERY_CHARS_MAX + 2) throw new SearchQueryError('The query is too long');
  const inner = /^"([\s\S]+)"$/.exec(text.trim())?.[1];
  if (inner === undefined) throw new SearchQueryError('The query must be in double quotes');
  const tokens = tokensOf(inner);
  const term = readAny(tokens);
  if (tokens.length > 0) throw new SearchQueryError('Something is left over after the query');
  return term;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (!match) throw new SearchQueryError(`Not understood from character ${at + 1} on`);
    const [, open, close, word, field, operator, quoted, number, name] = match;
    if (field !== undefined) {
      const value = quoted ?? (number === undefined ? named(name ?? '') : Number(number));
      tokens.push({ field, operator: operator as ':' | ':>' | ':<', value });
    } else {
      tokens.push({ sign: (open ?? close ?? word) as '(' | ')' | 'AND' | 'OR' });
    }
  }
  return tokens;
}

const named = (name: string): boolean | null => (name === 'null' ? null : name === 'true');

const takeSign = (tokens: Token[], sign: string): boolean => {
  const first = tokens[0];
  if (!first || !('sign' in first) || first.sign !== sign) return false;
  tokens.shift();
  return true;
};

function readAny(tokens: Token[]): SearchTerm {
  const terms = [readAll(tokens)];
  while (takeSign(tokens, 'OR')) terms.push(readAll(tokens));
  return terms.length === 1 && terms[0] ? terms[0] : { any: terms };
}

function readAll(tokens: Token[]): SearchTerm {
  const terms = [readOne(tokens)];
  while (takeSign(tokens, 'AND')) terms.push(readOne(tokens));
  return terms.length === 1 && terms[0] ? terms[0] : { all: terms };
}

function readOne(tokens: Token[]): SearchTerm {
  if (takeSign(tokens, '(')) {
    const term = readAny(tokens);
    if (!takeSign(tokens, ')')) throw new SearchQueryError('A bracket is not closed');
    return term;
  }
  const term = tokens.shift();
  if (!term || 'sign' in term) throw new SearchQueryError('A field with a value is missing');
  return term;
}
