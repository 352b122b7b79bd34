import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plainLine } from './plain-line.ts';

export type PdfFonts = Readonly<{ plain: Buffer; bold: Buffer }>;
type Range = Readonly<{ first: number; last: number }>;

const fontFile = (name: string): Buffer =>
  readFileSync(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));

let fonts: PdfFonts | undefined;
let drawn: ReadonlySet<number> | undefined;

/** DejaVu Sans Condensed, read once, when the first state is drawn. */
export function pdfFonts(): PdfFonts {
  fonts ??= { plain: fontFile('DejaVuSansCondensed'), bold: fontFile('DejaVuSansCondensed-Bold') };
  return fonts;
}

/** Joiners and selectors that only make sense to a font with coloured pictures. */
const PICTURE_PARTS = /\p{Default_Ignorable_Code_Point}|\p{Emoji_Modifier}/gu;
const BOX = '\u25af';

/** Text on one line, with a box for each sign that the font has not. */
export function drawable(text: string): string {
  drawn ??= new Set(rangesOf(pdfFonts().plain).flatMap(codesOf));
  const known = drawn;
  let line = '';
  for (const sign of plainLine(text).replaceAll(PICTURE_PARTS, '')) {
    line += known.has(sign.codePointAt(0) ?? 0) ? sign : BOX;
  }
  return line;
}

const codesOf = ({ first, last }: Range): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** What the table `cmap` of a TrueType font says, in its format for all of Unicode (OpenType specification, cmap, format 12). */
function rangesOf(font: Buffer): readonly Range[] {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, index) => 12 + 16 * index);
  const entry = tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap');
  if (entry === undefined)
    throw new Error('The font for PDFs has no table cmap; install the dependencies again.');
  const cmap = font.subarray(font.readUInt32BE(entry + 8));
  const subtable = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) =>
    cmap.readUInt32BE(8 + 8 * index),
  )
    .map((at) => cmap.subarray(at))
    .find((one) => one.readUInt16BE(0) === 12);
  if (!subtable)
    throw new Error('The font for PDFs has no table for all of Unicode; install the dependencies again.');
  return Array.from({ length: subtable.readUInt32BE(12) }, (_, index) => ({
    first: subtable.readUInt32BE(16 + 12 * index),
    last: subtable.readUInt32BE(20 + 12 * index),
  }));
}
