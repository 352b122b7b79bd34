import type { MailContent, MailEntry, MailPart } from './mail-content.ts';

/** RFC 3676 asks for fewer than 79 characters, so that quoting does not break lines. */
const WIDTH = 72;
const RULE = '-'.repeat(24);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The plain text of a mail. Lines are short, none begins with a blank, `>` or `From `, and none ends with a blank, so it
 * reads the same whether a program flows lines or not. A link stands whole on a line of its own.
 */
export function mailText(content: MailContent): string {
  const { parts, short, notices, zone, recipientName, sentBy } = content;
  const blocks = [
    ...notices.map((notice) => wrapped(notice)),
    ...parts.flatMap((part, index) => [...(index > 0 ? [RULE] : []), ...partBlocks(part, zone)]),
    ...(short.length > 0 ? [RULE, 'More, in short:', ...short.map(shortBlock)] : []),
    RULE,
    wrapped(
      `Sent to ${recipientName} by Watchdesk at ${sentBy}. Nobody reads answers to this mail. Times are those of ${zone}.`,
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function partBlocks(part: MailPart, zone: string): readonly string[] {
  const { history, historyLeftOut, historyTitle, links } = part;
  const earlier = historyLeftOut > 0 ? [wrapped(`…and ${historyLeftOut} more before`)] : [];
  return [
    wrapped([part.reference, part.priorityText, part.kindText].filter((word) => word !== '').join(' · ')),
    wrapped(part.title),
    wrapped(part.sentence),
    part.ask === '' ? '' : `ASKED OF YOU\n${wrapped(part.ask)}`,
    links.map(({ label, url }) => `${label}:\n${url}`).join('\n\n'),
    part.facts.map(factLine).join('\n'),
    part.attached === '' ? '' : wrapped(`On one page, to pass on: ${part.attached}`),
    history.length === 0
      ? ''
      : [
          `${historyTitle.toUpperCase()} (${zone})`,
          ...earlier,
          ...history.map(({ label, value }) => wrapped(`${label}  ${value}`)),
        ].join('\n'),
  ];
}

const shortBlock = (part: MailPart): string =>
  [wrapped(`${part.reference} ${part.title}`.trim()), ...part.links.map(({ url }) => url)].join('\n');

const factLine = ({ label, value }: MailEntry): string => wrapped(`${label}: ${value}`);

/** Breaks at blanks; a word longer than a line is cut, but never within what a reader sees as one sign. */
export function wrapped(text: string, width = WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    for (const [index, piece] of pieces(word, width).entries()) {
      if (line === '') line = piece;
      else if (index === 0 && line.length + 1 + piece.length <= width) line += ` ${piece}`;
      else {
        lines.push(line);
        line = piece;
      }
    }
  }
  if (line !== '') lines.push(line);
  return lines.map(unquoted).join('\n');
}

function pieces(word: string, width: number): readonly string[] {
  if (word.length <= width || /^https?:\/\//.test(word)) return [word];
  const cuts: string[] = [''];
  for (const { segment } of graphemes.segment(word)) {
    const last = cuts.at(-1) ?? '';
    if (last !== '' && last.length + segment.length > width) cuts.push(segment);
    else cuts[cuts.length - 1] = last + segment;
  }
  return cuts;
}

/** `>` would look like a quotation, and some mail servers change lines that begin with `From `. */
const unquoted = (line: string): string => (/^(>|From )/.test(line) ? `·${line}` : line);
