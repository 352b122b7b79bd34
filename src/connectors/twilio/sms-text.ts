import type { Page } from '../../model/page.ts';
import type { Message } from '../channel.ts';
import { cut, REPEAT_NOTE } from '../message-text.ts';
import { smsPlain, smsSize } from './sms-segments.ts';

/** More cost as much as a call and are read less. */
export const SEGMENTS_MAX = 3;

const fits = (text: string): boolean => smsSize(text).segments <= SEGMENTS_MAX;
const plainCut = (text: string, max: number): string =>
  smsPlain(cut(text.replaceAll(/\s+/g, ' ').trim(), max));

/** One issue of a message, and by which digit it is taken: its place among the references that the message names. */
type Issue = Readonly<{ reference: string; digit: number; page: Page; canBeTaken: boolean }>;

function issuesOf(pages: readonly Page[]): readonly Issue[] {
  const issues: Issue[] = [];
  for (const page of pages) {
    const { reference } = page;
    if (reference === undefined) continue;
    const canBeTaken = page.content.links.acknowledge !== undefined;
    const known = issues.findIndex((issue) => issue.reference === reference);
    const before = issues[known];
    if (!before) issues.push({ reference, digit: issues.length + 1, page, canBeTaken });
    else if (canBeTaken) issues[known] = { ...before, canBeTaken };
  }
  return issues;
}

function replyLine(issues: readonly Issue[]): string {
  const open = issues.filter(({ canBeTaken }) => canBeTaken);
  const [only] = open;
  if (!only) return '';
  if (issues.length === 1) return `Reply ${only.digit} to take it.`;
  return `Reply ${open.map(({ digit, reference }) => `${digit} for ${reference}`).join(', ')}.`;
}

/** More never fit, however short they are cut. */
const ISSUES_MAX = 25;

/** From whole to hardly anything; characters of the subject and of the sentence. */
const WIDTHS = [160, 120, 80, 60, 40, 25] as const;

/**
 * What a text message says, in at most SEGMENTS_MAX segments: first line reference, priority and object, last line how to
 * take it. Texts are cut before the last line is.
 */
export function smsText({ pages, mayBeRepeat }: Pick<Message, 'pages' | 'mayBeRepeat'>): string {
  const repeat = mayBeRepeat ? [REPEAT_NOTE] : [];
  const compose = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');
  return pages.length === 1 ? oneText(pages[0]) : bundleText();

  function oneText(page: Page): string {
    const { subject, sentence, links } = page.content;
    const tail = [...repeat, links.meeting ?? '', replyLine(issuesOf([page]))];
    for (const width of [400, 300, 220, ...WIDTHS, 0]) {
      const text = compose([plainCut(subject, Math.max(width, 40)), plainCut(sentence, width), ...tail]);
      if (fits(text)) return text;
    }
    // Only an endless address of a meeting is left to go.
    return compose([plainCut(subject, 40), replyLine(issuesOf([page]))]);
  }

  function bundleText(): string {
    const issues = issuesOf(pages);
    const rest = pages.filter(({ reference }) => reference === undefined);
    const subjects = [...issues.map(({ page }) => page), ...rest].map(({ content }) => content.subject);
    for (let shown = Math.min(subjects.length, ISSUES_MAX); shown > 0; shown -= 1) {
      const left = subjects.length - shown;
      for (const width of WIDTHS) {
        const text = compose([
          ...subjects.slice(0, shown).map((subject) => plainCut(subject, width)),
          ...(left > 0 ? [`and ${left} more, see Watchdesk`] : []),
          ...repeat,
          replyLine(issues.slice(0, shown)),
        ]);
        if (fits(text)) return text;
      }
    }
    return plainCut(pages[0].content.subject, 40);
  }
}
