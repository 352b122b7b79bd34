import {
  DEFAULT_REPORTER_TEXTS,
  REPORTER_TEXT_NAMES,
  type ReporterTextName,
} from './default-reporter-texts.ts';
import { renderParts } from './render-template.ts';
import type { Policy } from './schema.ts';
import {
  parseTemplate,
  type TemplateFault,
  type TemplateNames,
  type TemplatePart,
} from './template-syntax.ts';

/** `reference` is the reporter's own, such as `WD-42`; `subject` is that of the reporter's ticket. Untrusted, plain text. */
type Own = Readonly<{ reference: string; subject: string }>;
/** `closesOn` is absent where policy leaves silence to a person. */
type Asking = Own & Readonly<{ yesUrl: string; noUrl: string; validUntil?: Date; closesOn?: Date }>;
/** `reference` and `title` are those of the main incident. */
type Main = Readonly<{ reference: string; title: string }>;

/**
 * What each text to a reporter can say.
 *
 * Shape:   plain, untrusted text; escaped when rendered. Line breaks of `text` become paragraphs.
 * Units:   instants; `validUntil` and `closesOn` are shown as a day, `since` and `nextUpdateBy` with the time.
 */
export type ReporterTextValues = Readonly<{
  /** `resolution`: what was done, one sentence. */
  confirmation_request: Asking & Readonly<{ resolution?: string }>;
  confirmation_reminder: Asking;
  closed_silent: Own;
  confirmed_thanks: Own;
  /** `words`: the reporter's own, so that it is clear what was understood. */
  still_broken_received: Own & Readonly<{ words?: string }>;
  linked_to_incident: Main & Readonly<{ subject: string; since: Date; nextUpdateBy?: Date }>;
  /** `text`: what was written publicly on the main ticket. */
  update_passed_on: Main & Readonly<{ text: string }>;
  /** For a reporter whose ticket is linked: monitoring shows the main incident restored. */
  recovered_ask: Asking;
}>;

const OWN = ['reference', 'subject'];
const LINKS = ['yesUrl', 'noUrl'];
const ASKING = [...OWN, ...LINKS, 'validUntil', 'closesOn'];
const VALUES: Readonly<Record<ReporterTextName, readonly string[]>> = {
  confirmation_request: [...ASKING, 'resolution'],
  confirmation_reminder: ASKING,
  closed_silent: OWN,
  confirmed_thanks: OWN,
  still_broken_received: [...OWN, 'words'],
  linked_to_incident: [...OWN, 'title', 'since', 'nextUpdateBy'],
  update_passed_on: ['reference', 'title', 'text'],
  recovered_ask: ASKING,
};

/** The names that a text to reporters may use. */
export const reporterTextNames = (name: ReporterTextName): TemplateNames => ({
  values: VALUES[name],
  lists: VALUES[name].includes('text') ? { textLines: ['line'] } : {},
  urls: VALUES[name].includes('yesUrl') ? LINKS : [],
  html: true,
});

/** What is wrong with a text of a policy: as for other templates, and a question needs both links. */
export function reporterTextFaults(name: ReporterTextName, text: string): readonly TemplateFault[] {
  const { faults } = parseTemplate(text, reporterTextNames(name));
  const missing = reporterTextNames(name).urls.filter((url) => !text.includes(`href="{{${url}}}"`));
  return [
    ...faults,
    ...missing.map((url) => ({
      line: 1,
      column: 1,
      message: `has no link to {{${url}}}`,
      remedy: `the reporter needs both answers: add <a href="{{${url}}}">…</a>`,
    })),
  ];
}

/**
 * A text to a reporter as HTML, in the ticket's language where policy lists it, else in the first that it lists.
 * `language` may be longer than two letters (`de-CH`); `timeZone` is an IANA name, in which instants are shown.
 */
export function reporterText<Name extends ReporterTextName>(
  policy: Policy,
  name: Name,
  language: string | undefined,
  values: ReporterTextValues[Name],
  timeZone = 'UTC',
): string {
  const spoken = reporterLanguage(policy, language);
  const shown = Object.entries(values).map(
    ([key, value]) => [key, shownAs(key, value, spoken, timeZone)] as const,
  );
  const lines = 'text' in values ? values.text.split(/\r?\n/).filter((line) => line.trim() !== '') : [];
  const scope = { ...Object.fromEntries(shown), textLines: lines.map((line) => ({ line })) };
  return renderParts(partsOf(policy, name, spoken), scope, true);
}

/** The language in which a reporter is written to: two letters, one of those that policy lists. */
export function reporterLanguage(policy: Policy, language: string | undefined): string {
  const { languages } = policy.closing.reporter;
  const wanted = language?.slice(0, 2).toLowerCase();
  return languages.find((one) => one === wanted) ?? languages[0] ?? 'en';
}

const DAYS: ReadonlySet<string> = new Set(['validUntil', 'closesOn']);

function shownAs(key: string, value: unknown, language: string, timeZone: string): unknown {
  if (!(value instanceof Date)) return value;
  const day = { day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(
    LOCALES[language] ?? language,
    DAYS.has(key) ? day : { ...day, ...time },
  ).format(value);
}

/** British dates: the day before the month, as in the other languages. */
const LOCALES: Readonly<Record<string, string>> = { en: 'en-GB' };

type Texts = Readonly<Record<ReporterTextName, string>>;
const builtIn: Readonly<Record<string, Texts>> = DEFAULT_REPORTER_TEXTS;

/** The policy's own text in this language, or the built-in one; English where a language has neither. */
const templateOf = (policy: Policy, name: ReporterTextName, language: string): string =>
  policy.closing.reporter_texts[language]?.[name] ?? (builtIn[language] ?? DEFAULT_REPORTER_TEXTS.en)[name];

/** Parsed once per policy. */
const parsed = new WeakMap<Policy['closing'], Map<string, readonly TemplatePart[]>>();

function partsOf(policy: Policy, name: ReporterTextName, language: string): readonly TemplatePart[] {
  const known = parsed.get(policy.closing) ?? new Map<string, readonly TemplatePart[]>();
  parsed.set(policy.closing, known);
  const key = `${language} ${name}`;
  const parts =
    known.get(key) ?? parseTemplate(templateOf(policy, name, language), reporterTextNames(name)).parts;
  known.set(key, parts);
  return parts;
}

/** Every text that may have been sent under this policy, in any language. */
export const allReporterTexts = (policy: Policy): readonly string[] =>
  [...new Set([...Object.keys(builtIn), ...Object.keys(policy.closing.reporter_texts)])].flatMap((language) =>
    REPORTER_TEXT_NAMES.map((name) => templateOf(policy, name, language)),
  );
