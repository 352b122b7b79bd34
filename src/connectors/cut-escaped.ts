/** Of no use in a message, and NUL is refused. A line feed stays. */
const CONTROL = /[^\P{Cc}\n]+/gu;

/** Shown where there is no text: chats refuse empty ones. */
const NOTHING = '–';

/**
 * Text of others, escaped sign by sign, in at most `charsMax` UTF-16 units: never half an escape, never half a sign, and
 * never empty. What was cut ends with `…`.
 */
export function cutEscaped(text: string, charsMax: number, escapeText: (text: string) => string): string {
  const clean = text.toWellFormed().replaceAll(CONTROL, ' ').trim();
  if (clean === '') return NOTHING;
  // Escapes only make longer; nothing behind this can be kept.
  const whole = clean.length > charsMax ? undefined : escapeText(clean);
  if (whole !== undefined && whole.length <= charsMax) return whole;
  let kept = '';
  for (const sign of clean) {
    const next = escapeText(sign);
    if (kept.length + next.length > charsMax - 1) break;
    kept += next;
  }
  return `${kept}…`;
}
