import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { MailContent } from './mail-content.ts';

/** Colours of a priority: on light and on dark ground, and the wash behind it. */
const TONES = {
  urgent: { name: 'urgent', ink: '#b0231b', wash: '#fdebe9' },
  high: { name: 'high', ink: '#974700', wash: '#fff0e0' },
  medium: { name: 'medium', ink: '#735600', wash: '#fcf4d6' },
  low: { name: 'low', ink: '#46566b', wash: '#e9edf3' },
} as const;

const views = fileURLToPath(new URL('templates', import.meta.url));
const eta = new Eta({ views, autoEscape: true, cache: true, autoTrim: false, rmWhitespace: false });

/** The HTML of a mail: styles inline, nothing loaded from anywhere, everything that comes from others escaped. */
export const mailHtml = (content: MailContent): string => eta.render('mail', { ...content, tones: TONES });
