import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_REPORTER_TEXTS,
  REPORTER_TEXT_NAMES,
  type ReporterTextName,
} from '../../src/policy/default-reporter-texts.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import {
  type ReporterTextValues,
  reporterText,
  reporterTextFaults,
} from '../../src/policy/reporter-texts.ts';
import { aPolicy, policyText } from '../support/policy.ts';

const LANGUAGES = ['de', 'en', 'es', 'fr', 'it', 'nl'] as const;
const policy = aPolicy({ closing: { reporter: { languages: [...LANGUAGES] } } });

const asked = {
  reference: 'WD-42',
  subject: 'VPN <b>down</b> & "out"',
  yesUrl: 'https://desk.example/confirm/y?a=1&b=2',
  noUrl: 'https://desk.example/confirm/n',
  validUntil: new Date('2026-04-01T10:00:00Z'),
  closesOn: new Date('2026-03-09T10:00:00Z'),
};
const own = { reference: asked.reference, subject: asked.subject };
const main = { reference: 'WD-7', title: 'Tunnel <down>', subject: asked.subject };
const values: ReporterTextValues = {
  confirmation_request: { ...asked, resolution: 'New <certificate>' },
  confirmation_reminder: asked,
  closed_silent: own,
  confirmed_thanks: own,
  still_broken_received: { ...own, words: 'No <script>alert(1)</script>' },
  linked_to_incident: {
    ...main,
    since: new Date('2026-03-02T09:05:00Z'),
    nextUpdateBy: new Date('2026-03-02T13:00:00Z'),
  },
  update_passed_on: { ...main, text: 'We found <it>.\n\nFixed by four.' },
  recovered_ask: asked,
};
const every = LANGUAGES.flatMap((language) => REPORTER_TEXT_NAMES.map((name) => [language, name] as const));

test('each text is built in for each language', () =>
  expect(Object.keys(DEFAULT_REPORTER_TEXTS)).toEqual([...LANGUAGES]));

test.each(every)('%s %s renders all its values, escaped', (language, name) => {
  const html = reporterText(policy, name, language, values[name]);
  expect(reporterTextFaults(name, DEFAULT_REPORTER_TEXTS[language][name])).toEqual([]);
  expect(html).not.toMatch(/\{\{|undefined|<script|<b>|<down>|<it>|<certificate>/);
  expect(
    html.match(/<\/?[^>]+>/g)?.filter((tag) => !/^<\/?p>$|^<a href="https:[^"<>]+">$|^<\/a>$/.test(tag)),
  ).toEqual([]);
  expect(html).toContain(name === 'linked_to_incident' || name === 'update_passed_on' ? 'WD-7' : 'WD-42');
  if (name !== 'update_passed_on')
    expect(html).toContain('VPN &lt;b&gt;down&lt;/b&gt; &amp; &quot;out&quot;');
  if (!('yesUrl' in values[name])) return;
  expect(html).toContain('<a href="https://desk.example/confirm/y?a=1&amp;b=2">');
  expect(html).toContain('<a href="https://desk.example/confirm/n">');
  expect(html).toMatch(/9\S* (?:de )?\S+ (?:de )?2026/);
});

test.each(LANGUAGES)('in %s a question without a date of closing says that it stays open', (language) => {
  const { closesOn: _, ...open } = asked;
  const html = reporterText(policy, 'confirmation_reminder', language, open);
  expect(html).not.toMatch(/ {2}|\{\{/);
  expect(html.split('<p>').length).toBe(
    reporterText(policy, 'confirmation_reminder', language, asked).split('<p>').length,
  );
  expect(html).not.toBe(reporterText(policy, 'confirmation_reminder', language, asked));
});

test('reads as one honest sentence after another', () => {
  const html = reporterText(policy, 'confirmation_request', 'en', {
    ...asked,
    subject: 'VPN down',
    resolution: 'The certificate was renewed.',
  });
  expect(html).toBe(`<p>We believe that your report WD-42 “VPN down” is solved.</p>
<p>What was done: The certificate was renewed.</p>
<p>Does it work again for you?</p>
<p><a href="https://desk.example/confirm/y?a=1&amp;b=2">Yes, it works again</a></p>
<p><a href="https://desk.example/confirm/n">No, it still does not work</a></p>
<p>You may also answer this message in your own words.</p>
<p>Both links can be used until 1 April 2026.</p>
<p>If we do not hear from you, we will close your report on 9 March 2026.</p>
`);
});

test('shows instants in the language and time zone of the reader', () => {
  const shown = (language: string, zone: string) =>
    reporterText(policy, 'linked_to_incident', language, values.linked_to_incident, zone);
  expect(shown('en', 'UTC')).toContain('It has been going on since 2 March 2026 at 09:05 UTC.');
  expect(shown('de', 'Europe/Zurich')).toMatch(/seit 2\. März 2026 um 10:05 MEZ\./);
});

test('passes an update on paragraph by paragraph', () =>
  expect(reporterText(policy, 'update_passed_on', 'en', values.update_passed_on)).toContain(
    '<p>We found &lt;it&gt;.</p>\n<p>Fixed by four.</p>\n',
  ));

test.each([
  ['de', ['en', 'de'], 'gelöst'],
  ['de-CH', ['en', 'de'], 'gelöst'],
  ['DE', ['en', 'de'], 'gelöst'],
  ['fr', ['en', 'de'], 'solved'],
  [undefined, ['de', 'en'], 'gelöst'],
  ['pt', ['de'], 'gelöst'],
  ['', ['en'], 'solved'],
] as const)('a ticket in %s, where policy lists %j, is answered with “%s”', (language, languages, word) =>
  expect(
    reporterText(aPolicy({ closing: { reporter: { languages } } }), 'confirmation_reminder', language, asked),
  ).toContain(word),
);

test('no value breaks out of its place', () =>
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.string({ unit: 'binary' }), ([language, name], text) => {
      const filled = Object.fromEntries(
        Object.entries(values[name]).map(([key, value]) => [
          key,
          typeof value === 'string' && !key.endsWith('Url') ? text : value,
        ]),
      );
      const tags = (html: string) => html.match(/<[^>]*>/g)?.filter((tag) => !/^<\/?p>$/.test(tag));
      // The keys are those of `values[name]`, which the type of a computed object does not tell.
      const render = (given: object) =>
        reporterText(policy, name, language, given as ReporterTextValues[ReporterTextName]);
      expect(tags(render(filled))).toEqual(tags(render(values[name])));
    }),
  ));

describe('a policy', () => {
  const question = '<p><a href="{{yesUrl}}">Oui</a> <a href="{{noUrl}}">Non</a></p>';
  const faultsOf = (closing: object) => {
    const loaded = loadPolicy({ text: policyText({ closing }), path: 'own.yaml' });
    return 'faults' in loaded ? loaded.faults.map(({ path, message }) => `${path}: ${message}`) : [];
  };

  test('may give a text of its own, and keeps the others', () => {
    const own = aPolicy({
      closing: { reporter_texts: { en: { closed_silent: '<p>Shut: {{subject}}</p>' } } },
    });
    expect(reporterText(own, 'closed_silent', 'en', { ...asked, subject: 'VPN' })).toBe('<p>Shut: VPN</p>');
    expect(reporterText(own, 'confirmed_thanks', 'en', asked)).toContain('Thank you');
  });

  test.each([
    [
      'a value that is not known',
      { en: { closed_silent: '{{yesUrl}}' } },
      'closing.reporter_texts.en.closed_silent: {{yesUrl}} is not known in this template',
    ],
    [
      'a question without its no',
      { fr: { recovered_ask: '<a href="{{yesUrl}}">Oui</a>' } },
      'closing.reporter_texts.fr.recovered_ask: has no link to {{noUrl}}',
    ],
    [
      'a script',
      { en: { confirmed_thanks: '<script>x</script>' } },
      'closing.reporter_texts.en.confirmed_thanks: <script> is not allowed in a ticket',
    ],
    [
      'a value in a tag',
      { en: { confirmed_thanks: '<p title="{{subject}}">x</p>' } },
      'closing.reporter_texts.en.confirmed_thanks: {{subject}} stands inside a tag',
    ],
  ])('with %s is refused', (_, reporter_texts, fault) =>
    expect(faultsOf({ reporter_texts })).toEqual([fault]),
  );

  test('may write in a language that is not built in when it gives all texts', () => {
    expect(faultsOf({ reporter: { languages: ['pt'] } })).toEqual([
      'closing.reporter.languages[0]: no texts are built in for pt',
    ]);
    const pt = Object.fromEntries(REPORTER_TEXT_NAMES.map((name) => [name, question]));
    const plain = {
      ...pt,
      closed_silent: 'x',
      confirmed_thanks: 'x',
      still_broken_received: 'x',
      linked_to_incident: 'x',
      update_passed_on: 'x',
    };
    expect(faultsOf({ reporter: { languages: ['pt'] }, reporter_texts: { pt: plain } })).toEqual([]);
  });
});
