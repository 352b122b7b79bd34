import { cutEscaped } from '../cut-escaped.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The three signs with a meaning in Slack: without them nothing calls `<!channel>` or hides a link. */
export const escapeSlack = (text: string): string =>
  text.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign);

/** Escaped and at most `charsMax` long, as Slack counts. */
export const slackText = (text: string, charsMax: number): string => cutEscaped(text, charsMax, escapeSlack);
