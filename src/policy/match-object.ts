import type { PolicyRules } from './schema.ts';

type Service = PolicyRules['services'][string];

/** The conditions of one `match` entry; all that are given must hold. */
export type Match = Service['match'][number];

/** What a match looks at. `check` is empty for the host itself. */
export type MatchedObject = Readonly<{
  host: string;
  check: string;
  hostGroup?: string | undefined;
  hashtags: readonly string[];
}>;

/** True when every given condition holds; a condition holds when any of its globs matches. */
export function matchesObject(match: Match, object: MatchedObject): boolean {
  return (
    anyMatches(match.host, [object.host]) &&
    anyMatches(match.check, [object.check]) &&
    anyMatches(match.host_group, object.hostGroup === undefined ? [] : [object.hostGroup]) &&
    anyMatches(match.hashtag, object.hashtags)
  );
}

const anyMatches = (globs: readonly string[] | undefined, texts: readonly string[]): boolean =>
  globs === undefined || globs.some((glob) => texts.some((text) => matchesGlob(glob, text)));

/**
 * `*` stands for any run of characters, also none, `?` for exactly one; everything else is literal; letter case is ignored.
 *
 * Only the last `*` seen is ever retried, so the work is at most pattern length × text length, whatever the pattern.
 */
export function matchesGlob(glob: string, text: string): boolean {
  // Upper case, because lower-casing a Greek sigma depends on its neighbours.
  const pattern = glob.toUpperCase();
  const subject = text.toUpperCase();
  let p = 0;
  let s = 0;
  let star = -1;
  let retryFrom = 0;
  while (s < subject.length) {
    if (pattern[p] === '*') {
      star = p++;
      retryFrom = s;
    } else if (pattern[p] === '?') {
      p++;
      s += characterLength(subject, s);
    } else if (p < pattern.length && pattern[p] === subject[s]) {
      p++;
      s++;
    } else if (star >= 0) {
      p = star + 1;
      retryFrom += characterLength(subject, retryFrom);
      s = retryFrom;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** 2 for a character outside the basic plane, such as an emoji. */
const characterLength = (text: string, at: number): 1 | 2 => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
