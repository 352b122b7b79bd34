import type { PolicyRules } from './schema.ts';
import { parseTemplate, type TemplateNames, type TemplatePart } from './template-syntax.ts';

export type TemplateName = keyof PolicyRules['templates'];

/** One alert in a list. `since` is formatted text, UTC. */
export type ListedAlert = Readonly<{ name: string; state: string; since: string; output: string }>;

/**
 * What the subject and the description of a ticket can say.
 *
 * Shape:   plain, untrusted text; `renderTemplate` escapes it.
 * Units:   `since` is formatted text, UTC; `moreAlerts` counts alerts that `alertList` leaves out.
 * Absent:  undefined and empty are the same to a template; `alertList` is for incidents of more than one alert.
 */
export type DescriptionValues = Readonly<{
  reference: string;
  title: string;
  objectName: string;
  host: string;
  check: string;
  state: string;
  since: string;
  output: string;
  impact: string;
  urgency: string;
  priority: string;
  /** Name of the policy rule that set the priority, and its sentence. */
  rule: string;
  why: string;
  longOutput?: string | undefined;
  hostAlias?: string | undefined;
  hostAddress?: string | undefined;
  hostGroup?: string | undefined;
  serviceName?: string | undefined;
  customerName?: string | undefined;
  /** `WD-41`, when the same happened before and its reopen window has passed. */
  previousReference?: string | undefined;
  alertList?: readonly ListedAlert[] | undefined;
  moreAlerts?: number | undefined;
  opsviewUrl?: string | undefined;
  watchdeskUrl?: string | undefined;
}>;

/** What a private note can say: always one plain `sentence`, and what else there is to tell. */
export type NoteValues = Readonly<{
  reference: string;
  title: string;
  sentence: string;
  /** Further sentences, each an entry of a list. */
  details?: readonly Readonly<{ text: string }>[];
}> &
  Partial<{ [Key in keyof DescriptionValues]: DescriptionValues[Key] | undefined }>;

export type ValuesOf<Name extends TemplateName> = Name extends 'subject' | 'description'
  ? DescriptionValues
  : NoteValues;

/** Longest subject that Freshdesk accepts, in UTF-16 units. */
export const SUBJECT_LENGTH_MAX = 255;

/** What each value is, for docs/policy.md; its keys are the names that a template may use. */
export const VALUE_MEANINGS: Readonly<Record<Exclude<keyof DescriptionValues, 'alertList'>, string>> = {
  reference: 'the incident, such as `WD-42`',
  title: 'the incident in a few words',
  objectName: 'the object it began with: `web01 HTTP` or `host web01`',
  host: 'Opsview host name',
  check: 'service check name, empty for the host itself',
  state: 'DOWN, UNREACHABLE, CRITICAL, UNKNOWN, WARNING, UP or OK',
  since: 'when the state began, UTC',
  output: 'first line of plugin output',
  longOutput: 'further lines of plugin output',
  impact: 'low, medium or high',
  urgency: 'low, medium or high',
  priority: 'low, medium, high or urgent',
  rule: 'name of the rule that set the priority',
  why: 'why it has this priority, one sentence',
  hostAlias: 'the host’s title in Opsview',
  hostAddress: 'the host’s address',
  hostGroup: 'the host’s host group',
  serviceName: 'name of the business service',
  customerName: 'name of the customer',
  previousReference: 'the earlier incident of the same object',
  moreAlerts: 'how many alerts `alertList` leaves out',
  opsviewUrl: 'link to the object in Opsview',
  watchdeskUrl: 'link to the incident in Watchdesk',
};
export const LIST_VALUES: readonly (keyof ListedAlert)[] = ['name', 'state', 'since', 'output'];

const DESCRIPTION_NAMES: TemplateNames = {
  values: Object.keys(VALUE_MEANINGS),
  lists: { alertList: LIST_VALUES },
  urls: ['opsviewUrl', 'watchdeskUrl'],
  html: true,
};
const NOTE_NAMES: TemplateNames = {
  ...DESCRIPTION_NAMES,
  values: [...DESCRIPTION_NAMES.values, 'sentence'],
  lists: { ...DESCRIPTION_NAMES.lists, details: ['text'] },
};
const SUBJECT_NAMES: TemplateNames = { ...DESCRIPTION_NAMES, html: false };

/** The names that a template may use, and whether it is HTML. */
export function templateNames(name: TemplateName): TemplateNames {
  if (name === 'subject') return SUBJECT_NAMES;
  return name === 'description' ? DESCRIPTION_NAMES : NOTE_NAMES;
}

/**
 * The text of a ticket or note. Values are escaped for HTML; the subject is plain text on one line, at most
 * SUBJECT_LENGTH_MAX long. The template was checked by `loadPolicy`; what it cannot make sense of is left out.
 */
export function renderTemplate<Name extends TemplateName>(
  policy: Readonly<{ templates: PolicyRules['templates'] }>,
  name: Name,
  values: ValuesOf<Name>,
): string {
  const names = templateNames(name);
  const text = renderParts(partsOf(policy.templates, name), values as Scope, names.html);
  return names.html ? text : oneLine(text);
}

/** Parsed once per policy: parsing takes longer than everything else about a ticket's text. */
const parsedTemplates = new WeakMap<PolicyRules['templates'], Map<TemplateName, readonly TemplatePart[]>>();

function partsOf(templates: PolicyRules['templates'], name: TemplateName): readonly TemplatePart[] {
  const byName = parsedTemplates.get(templates) ?? new Map<TemplateName, readonly TemplatePart[]>();
  parsedTemplates.set(templates, byName);
  const parts = byName.get(name) ?? parseTemplate(templates[name], templateNames(name)).parts;
  byName.set(name, parts);
  return parts;
}

type Scope = Readonly<Record<string, unknown>>;

/** A parsed template with its values, which are escaped for HTML where it is HTML. */
export const renderParts = (parts: readonly TemplatePart[], scope: Scope, html: boolean): string =>
  parts.map((part) => renderPart(part, scope, html)).join('');

function renderPart(part: TemplatePart, scope: Scope, html: boolean): string {
  if (part.kind === 'text') return part.text;
  const value = inScope(scope, part.name);
  if (part.kind === 'value') return renderValue(value, part.inTag, html);
  if (part.kind === 'if') return renderParts(isGiven(value) ? part.whenGiven : part.otherwise, scope, html);
  const items: readonly Scope[] = Array.isArray(value) ? value : [];
  return items.map((item) => renderParts(part.parts, { ...scope, ...item }, html)).join('');
}

const inScope = (scope: Scope, name: string): unknown =>
  Object.hasOwn(scope, name) ? scope[name] : undefined;

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== 0;

function renderValue(value: unknown, inTag: boolean, html: boolean): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const text = String(value);
  if (!html) return text;
  return inTag && !/^https?:\/\//i.test(text) ? '' : escapeHtml(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be removed
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Text that is safe between tags and in quoted attributes; control characters but tab and line breaks are removed. */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(CONTROLS, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (line.length <= SUBJECT_LENGTH_MAX) return line;
  const cut = line.slice(0, SUBJECT_LENGTH_MAX - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
