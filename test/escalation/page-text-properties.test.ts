import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IncidentPageKind, type PageGiven, pageContent } from '../../src/escalation/page-text.ts';
import {
  ASK_MAX,
  HISTORY_TEXT_MAX,
  LABEL_MAX,
  plainLine,
  SENTENCE_MAX,
  SUBJECT_MAX,
  VALUE_MAX,
} from '../../src/escalation/plain-line.ts';
import { recipientOf } from '../../src/escalation/recipient.ts';
import { CHECK_STATES } from '../../src/model/check-event.ts';
import { INCIDENT_STATUSES } from '../../src/model/incident.ts';
import { PAGE_KINDS } from '../../src/model/page.ts';
import { PRIORITIES } from '../../src/model/priority.ts';
import { anAlert, anIncident, aRun, northwind, told } from './northwind.ts';

const policy = northwind();
const KINDS = PAGE_KINDS.filter((kind): kind is IncidentPageKind => kind !== 'handover' && kind !== 'test');
const WHOM = [
  'jo',
  'sam',
  'dana',
  'room:ops',
  'customer:acme:0',
  'customer:acme:1',
  'vendor:telecom',
] as const;

/** Anything that a check, a customer or a colleague may write; the mark shows where it has come to. */
const untrusted = (mark: string) =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
      {
        weight: 1,
        arbitrary: fc.string({ unit: 'grapheme', minLength: 300, maxLength: 1_500, size: 'max' }),
      },
      { weight: 1, arbitrary: fc.constantFrom('', '\r\n\r\n.', '<b>x</b>', 'a\u2028b', '\u202Etxt.exe') },
    )
    .map((text) => `${mark}${text}`);

const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });

const anything = fc.record({
  kind: fc.constantFrom(...KINDS),
  whom: fc.constantFrom(...WHOM),
  language: fc.constantFrom('en', 'de', 'fr', 'es', 'it', 'nl', 'ja'),
  status: fc.constantFrom(...INCIDENT_STATUSES),
  priority: fc.constantFrom(...PRIORITIES),
  origin: fc.constantFrom('alert', 'ticket', 'watchdesk'),
  state: fc.constantFrom(...CHECK_STATES),
  hasCause: fc.boolean(),
  serviceId: fc.constantFrom('shop', 'mail', 'gone', ''),
  customerId: fc.constantFrom('acme', 'civic', 'gone'),
  title: untrusted('TITLE'),
  subject: untrusted('SUBJECT'),
  text: untrusted('TEXT'),
  output: untrusted('OUTPUT'),
  host: untrusted('HOST'),
  check: untrusted('CHECK'),
  owner: untrusted('STAFF'),
  sentence: untrusted('SENTENCE'),
  historyText: untrusted('HISTORY'),
  startedAt: instant,
  now: instant,
  nextUpdateDueAt: instant,
  rungName: fc.constantFrom('On call', 'Bridge', 'Director'),
  childCount: fc.nat(5_000),
});

function pageOf(any: typeof anything extends fc.Arbitrary<infer Any> ? Any : never) {
  const recipient = recipientOf(policy, any.whom);
  if (recipient === undefined) throw new Error(`The policy does not know ${any.whom}.`);
  const rung = policy.ladders.ack?.rungs.find(({ name }) => name === any.rungName);
  const given: PageGiven = {
    incident: anIncident({
      status: any.status,
      priority: any.priority,
      origin: any.origin,
      title: any.title,
      owner: any.owner,
      serviceId: any.serviceId,
      customerId: any.customerId,
      childCount: any.childCount,
      startedAt: any.startedAt,
      desk: {
        statusTurn: 0,
        subject: any.subject,
        text: any.text,
        nextUpdateDueAt: any.nextUpdateDueAt,
      },
      escalation: {
        ladders: [],
        triggers: [],
        directorsTold: [],
        acknowledged: { by: any.owner, via: 'console', at: any.now },
      },
    }),
    policy,
    now: any.now,
    run: aRun({
      director: { rung: 'Director', announcedAt: any.now, firesAt: any.now },
      rungs: Array.from({ length: 8 }, (_, index) => ({
        rung: 'On call',
        level: 1,
        round: index + 1,
        dueAt: any.now,
        at: any.now,
        told: [told('jo', `${any.owner}`), told('dana', 'STAFF Dana')],
      })),
    }),
    ...(rung && { rung }),
    recipient: recipient.kind === 'customer' ? { ...recipient, language: any.language } : recipient,
    sentence: any.sentence,
    links: { acknowledge: 'LINK', stop: 'LINK', watchdesk: 'LINK', ticket: 'LINK' },
    history: Array.from({ length: 40 }, () => ({ at: any.now, text: any.historyText })),
    ...(any.hasCause && {
      cause: anAlert({ host: any.host, check: any.check, state: any.state, output: any.output }),
    }),
  };
  return { given, content: pageContent(any.kind, given) };
}

const ONE_LINE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;

test('whatever people and checks write: every text is one line within its bound, and says something', () =>
  fc.assert(
    fc.property(anything, (any) => {
      const { subject, sentence, facts, ask, history } = pageOf(any).content;
      const bounds: readonly (readonly [string, number])[] = [
        [subject, SUBJECT_MAX],
        [sentence, SENTENCE_MAX],
        [ask, ASK_MAX],
        ...facts.map(({ label }) => [label, LABEL_MAX] as const),
        ...facts.map(({ value }) => [value, VALUE_MAX] as const),
        ...history.map(({ text }) => [text, HISTORY_TEXT_MAX] as const),
      ];
      for (const [text, max] of bounds) {
        expect(text).toMatch(ONE_LINE);
        expect(text.isWellFormed()).toBe(true);
        expect([...text].length).toBeLessThanOrEqual(max);
      }
      expect(subject).toContain('WD-42');
      expect(sentence).not.toBe('');
      expect(facts.length).toBeGreaterThan(0);
      for (const { label, value } of facts) {
        expect(label).not.toBe('');
        expect(value).not.toMatch(/undefined|Invalid|NaN|\[object/);
      }
    }),
    { numRuns: 300 },
  ));

test('customers never read what a check printed, hosts, staff, our reasons, history or links', () =>
  fc.assert(
    fc.property(anything, (any) => {
      const { given, content } = pageOf(any);
      if (given.recipient.kind !== 'customer') return;
      const all = JSON.stringify(content);
      expect(all).not.toMatch(/OUTPUT|HOST|CHECK|STAFF|SENTENCE|HISTORY|LINK|TEXT/);
      if (given.incident.origin !== 'ticket') expect(all).not.toMatch(/TITLE|SUBJECT/);
    }),
    { numRuns: 500 },
  ));

test('vendors never read what a check printed, customers, staff names beyond the call back, reasons or history', () =>
  fc.assert(
    fc.property(anything, (any) => {
      const { given, content } = pageOf(any);
      if (given.recipient.kind !== 'vendor') return;
      const all = JSON.stringify(content);
      expect(all).not.toMatch(/OUTPUT|STAFF|SENTENCE|HISTORY|LINK|TEXT|TITLE|SUBJECT|Acme Retail/);
    }),
    { numRuns: 500 },
  ));

test('a text that is plain and short enough stays as it is, and doing it twice changes nothing', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.integer({ min: 1, max: 60 }),
      (text, max) => {
        const line = plainLine(text, max);
        expect(plainLine(line, max)).toBe(line);
        if (/^[a-z]+( [a-z]+)*$/.test(text) && text.length <= max) expect(line).toBe(text);
      },
    ),
  ));
