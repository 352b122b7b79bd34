import PDFDocument from 'pdfkit';
import type { Page } from '../../model/page.ts';
import { cut, timeText } from '../message-text.ts';
import { type MailEntry, mailPart, zoneOf } from './mail-content.ts';
import { drawable, pdfFonts } from './pdf-fonts.ts';

const COLOURS = {
  ink: '#18212d',
  soft: '#545f70',
  line: '#dce1e8',
  ask: '#eaf3f6',
  accent: '#17647a',
  urgent: '#b0231b',
  high: '#974700',
  medium: '#735600',
  low: '#46566b',
} as const;

// Points; A4 is 595 by 842.
const MARGIN = 46;
const WIDTH = 595.28 - 2 * MARGIN;
const BOTTOM = 841.89 - MARGIN - 24;
const LABEL_WIDTH = 112;
const TIME_WIDTH = 84;
/** What the timeline keeps of the page however many facts there are. */
const HISTORY_HEIGHT_MIN = 230;
const LINE_GAP = 1.5;

type Doc = InstanceType<typeof PDFDocument>;
type Row = MailEntry & Readonly<{ height: number }>;

/**
 * What there is to know about an incident, on one page of A4 whatever the data: texts end with an ellipsis, lists with how
 * much was left out. The first and the newest entries of the history are kept. All of it comes from the page's content.
 *
 * Signs that the font has not (it knows Latin, Greek, Cyrillic and many symbols) are drawn as a box.
 */
export async function statePdf(
  page: Page,
  { at, timeZone }: Readonly<{ at: Date; timeZone: string }>,
): Promise<Buffer> {
  const part = mailPart(page, timeZone, false);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    info: { Title: drawable(`${part.reference} ${part.title}`), Author: 'Watchdesk', CreationDate: at },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    doc.once('end', resolve);
    doc.once('error', reject);
  });
  const fonts = pdfFonts();
  doc.registerFont('plain', fonts.plain);
  doc.registerFont('bold', fonts.bold);

  let y = drawHead(doc, part, `One-page state · ${timeText(at, zoneOf(timeZone))} (${zoneOf(timeZone)})`);
  y = drawAsk(doc, part.ask, y);
  const { facts, history } = page.content;
  const historyHeight = history.length === 0 ? 0 : HISTORY_HEIGHT_MIN;
  const factRows = facts.slice(0, ROWS_MAX).map((fact) => rowOf(doc, fact, LABEL_WIDTH));
  y = drawRows(doc, {
    rows: shorten(factRows, { total: facts.length, height: BOTTOM - historyHeight - y, where: 'end' }),
    y,
    labelWidth: LABEL_WIDTH,
  });
  if (history.length > 0) {
    y = drawText(doc, part.historyTitle, { y: y + 14, size: 11.5, font: 'bold', lines: 1 }) + 5;
    const ends =
      history.length > ROWS_MAX ? [...history.slice(0, 1), ...history.slice(1 - ROWS_MAX)] : history;
    const rows = ends.map(({ at: when, text }) =>
      rowOf(doc, { label: timeText(when, zoneOf(timeZone)), value: text }, TIME_WIDTH),
    );
    drawRows(doc, {
      rows: shorten(rows, { total: history.length, height: BOTTOM - y, where: 'middle' }),
      y,
      labelWidth: TIME_WIDTH,
    });
  }
  drawFoot(doc, page.content.links.watchdesk);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawHead(doc: Doc, part: ReturnType<typeof mailPart>, about: string): number {
  const colour = COLOURS[part.priority];
  doc.rect(0, 0, 595.28, 9).fill(colour);
  const chip = part.priorityText;
  doc.font('bold').fontSize(10.5);
  const width = doc.widthOfString(chip) + 18;
  doc.roundedRect(MARGIN, 34, width, 19, 9.5).fill(colour);
  doc.fillColor('#ffffff').text(chip, MARGIN + 9, 37.5, { lineBreak: false });
  doc.fillColor(COLOURS.ink).fontSize(11.5);
  doc.text(drawable(part.reference), MARGIN + width + 10, 36.5, { lineBreak: false });
  doc.font('plain').fontSize(9.5).fillColor(COLOURS.soft);
  doc.text(drawable(about), MARGIN, 38, { width: WIDTH, align: 'right', lineBreak: false });
  const y = drawText(doc, part.title, { y: 66, size: 21, font: 'bold', lines: 2 });
  return drawText(doc, part.sentence, { y: y + 6, size: 11, font: 'plain', lines: 3 });
}

function drawAsk(doc: Doc, ask: string, top: number): number {
  if (ask === '') return top + 14;
  const y = top + 12;
  const inner = { x: MARGIN + 14, width: WIDTH - 28 };
  const height = textHeight(doc, ask, { width: inner.width, size: 12, font: 'bold', lines: 3 }) + 30;
  doc.roundedRect(MARGIN, y, WIDTH, height, 4).fill(COLOURS.ask);
  doc.rect(MARGIN, y, 4, height).fill(COLOURS.accent);
  drawText(doc, 'Asked of you', {
    y: y + 8,
    size: 8.5,
    font: 'bold',
    lines: 1,
    colour: COLOURS.soft,
    ...inner,
  });
  drawText(doc, ask, { y: y + 21, size: 12, font: 'bold', lines: 3, ...inner });
  return y + height + 12;
}

type TextStyle = Readonly<{ size: number; font: 'plain' | 'bold'; lines: number; width?: number }>;

function textHeight(doc: Doc, text: string, { size, font, lines, width = WIDTH }: TextStyle): number {
  doc.font(font).fontSize(size);
  const lineHeight = doc.currentLineHeight(true) + LINE_GAP;
  const whole = doc.heightOfString(drawable(text), { width, lineGap: LINE_GAP });
  return Math.min(whole, lineHeight * lines);
}

/** At most so many lines, the last with an ellipsis; returns where the text ends. */
function drawText(
  doc: Doc,
  text: string,
  style: TextStyle & Readonly<{ y: number; x?: number; colour?: string }>,
): number {
  const { y, x = MARGIN, width = WIDTH, colour = COLOURS.ink } = style;
  if (text === '') return y;
  const height = textHeight(doc, text, style);
  // One unit more than it needs, else the last line that fits exactly is left out.
  doc
    .fillColor(colour)
    .text(drawable(text), x, y, { width, height: height + 1, ellipsis: '…', lineGap: LINE_GAP });
  return y + height;
}

/** More would not fit into its lines anyway. */
const TEXT_CHARS_MAX = 420;
const LABEL_CHARS_MAX = 60;
/** More rows never fit on a page, so no more are measured. */
const ROWS_MAX = 32;
const VALUE = { size: 10.5, font: 'plain', lines: 3 } as const;
const ROW_PADDING = 9;
const NOTE_HEIGHT = 24;

function rowOf(doc: Doc, entry: MailEntry, labelWidth: number): Row {
  const value = cut(entry.value.trim() || '–', TEXT_CHARS_MAX);
  const height = textHeight(doc, value, { ...VALUE, width: WIDTH - labelWidth }) + ROW_PADDING;
  return { label: cut(entry.label, LABEL_CHARS_MAX), value, height };
}

/**
 * Leaves out what does not fit, at the end or between the first and the newest, and says how many.
 * @param given `total` is how many there are, also those not among `rows`
 */
function shorten(
  rows: readonly Row[],
  given: Readonly<{ total: number; height: number; where: 'end' | 'middle' }>,
): readonly Row[] {
  const { total, height, where } = given;
  const heightOf = (some: readonly Row[]): number => some.reduce((sum, row) => sum + row.height, 0);
  if (total === rows.length && heightOf(rows) <= height) return rows;
  for (let kept = Math.min(rows.length, total - 1); kept > 0; kept -= 1) {
    const [before, after] =
      where === 'end'
        ? [rows.slice(0, kept), []]
        : [rows.slice(0, kept > 1 ? 1 : 0), rows.slice(rows.length - Math.max(1, kept - 1))];
    if (heightOf(before) + heightOf(after) + NOTE_HEIGHT > height) continue;
    return [...before, { label: '', value: `…and ${total - kept} more`, height: NOTE_HEIGHT }, ...after];
  }
  return [];
}

function drawRows(
  doc: Doc,
  { rows, y: top, labelWidth }: Readonly<{ rows: readonly Row[]; y: number; labelWidth: number }>,
): number {
  let y = top;
  for (const { label, value, height } of rows) {
    doc
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + WIDTH, y)
      .lineWidth(0.6)
      .stroke(COLOURS.line);
    const isNote = label === '';
    const at = y + ROW_PADDING / 2;
    drawText(doc, label, {
      ...VALUE,
      lines: 1,
      y: at + 0.8,
      size: 9.5,
      width: labelWidth - 10,
      colour: COLOURS.soft,
    });
    drawText(doc, value, {
      ...VALUE,
      y: at,
      x: MARGIN + labelWidth,
      width: WIDTH - labelWidth,
      colour: isNote ? COLOURS.soft : COLOURS.ink,
    });
    y += height;
  }
  return y;
}

function drawFoot(doc: Doc, link: string | undefined): void {
  const y = 841.89 - MARGIN + 4;
  doc.font('plain').fontSize(8.5).fillColor(COLOURS.soft);
  doc.text('Made by Watchdesk from its record of the incident.', MARGIN, y, { lineBreak: false });
  if (link === undefined || !/^https?:/.test(link)) return;
  doc.fillColor(COLOURS.accent);
  doc.text('Open in Watchdesk', MARGIN, y, {
    width: WIDTH,
    align: 'right',
    height: 12,
    link,
    underline: true,
  });
}
