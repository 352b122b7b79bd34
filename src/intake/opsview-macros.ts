import type { Macros } from './opsview-envelope.ts';
import { storableText } from './opsview-text.ts';

/** Opsview allows far less; longer names would not fit into the database's indexes. */
export const NAME_LENGTH_MAX = 255;

/** The variable's text, undefined when absent or empty: Opsview exports many variables empty. */
export function told(macros: Macros, name: string): string | undefined {
  const text = macros[`NAGIOS_${name}`];
  return text === undefined || text.trim() === '' ? undefined : storableText(text);
}

/** A name that may be indexed; a longer one counts as not told. */
export const toldName = (macros: Macros, name: string): string | undefined => {
  const text = told(macros, name)?.trim();
  return text !== undefined && text.length <= NAME_LENGTH_MAX ? text : undefined;
};

/** A whole number from 0 up; anything else counts as not told. */
export function toldCount(macros: Macros, name: string): number | undefined {
  const text = told(macros, name)?.trim();
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Epoch seconds; 0 means never, and anything before 2001 is a clock that was never set. */
export function toldInstant(macros: Macros, name: string): Date | undefined {
  const text = told(macros, name)?.trim();
  return text !== undefined && /^\d{10,12}$/.test(text) ? new Date(Number(text) * 1000) : undefined;
}
