import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DescriptionValues,
  type NoteValues,
  renderTemplate,
  SUBJECT_LENGTH_MAX,
  type TemplateName,
  templateNames,
} from '../../src/policy/render-template.ts';
import { parseTemplate } from '../../src/policy/template-syntax.ts';
import { aPolicy } from '../support/policy.ts';

const policy = aPolicy();
const HTML_TEMPLATES = Object.keys(policy.templates).filter((name) => name !== 'subject') as Exclude<
  TemplateName,
  'subject'
>[];

const values: DescriptionValues = {
  reference: 'WD-42',
  title: 'web01 HTTP is CRITICAL',
  objectName: 'web01 HTTP',
  host: 'web01',
  check: 'HTTP',
  state: 'CRITICAL',
  since: '20 November 2026 17:37 UTC',
  output: 'CRITICAL - "double" <b>bold</b> 100% of %s, $HOME',
  longOutput: 'line 1\nline 2 & more',
  impact: 'high',
  urgency: 'high',
  priority: 'urgent',
  rule: 'matrix',
  why: 'A critical check of a service with high criticality.',
  serviceName: 'Web shop',
  customerName: 'Acme Retail',
  opsviewUrl: 'https://opsview.northwind-it.example/status?host=web01&check=HTTP',
  watchdeskUrl: 'https://watchdesk.northwind-it.example/incidents/42',
};

/** The template's values replaced by a template of the test's own. */
const withText = (name: TemplateName, text: string) => ({ templates: { ...policy.templates, [name]: text } });

test('the description says what is broken, since when, the output, why, whose, and where to look', () => {
  const html = renderTemplate(policy, 'description', { ...values, previousReference: 'WD-41' });
  for (const said of [
    '<strong>web01 HTTP</strong> is <strong>CRITICAL</strong> since 20 November 2026 17:37 UTC',
    '<pre>CRITICAL - &quot;double&quot; &lt;b&gt;bold&lt;/b&gt; 100% of %s, $HOME</pre>',
    '<pre>line 1\nline 2 &amp; more</pre>',
    'urgent (impact high, urgency high)',
    'A critical check of a service with high criticality. (rule: matrix)',
    'Web shop',
    'Acme Retail',
    'WD-42',
    'WD-41',
    '<a href="https://opsview.northwind-it.example/status?host=web01&amp;check=HTTP">',
    '<a href="https://watchdesk.northwind-it.example/incidents/42">',
  ])
    expect(html).toContain(said);
});

test('what is not given leaves no trace', () => {
  const { serviceName: _s, customerName: _c, opsviewUrl: _o, longOutput: _l, ...few } = values;
  const html = renderTemplate(policy, 'description', few);
  for (const absent of [
    'Service',
    'Customer',
    'Opsview</a>',
    'Details',
    'Alerts in this incident',
    '{{',
    'undefined',
  ])
    expect(html).not.toContain(absent);
});

test('alerts that joined are listed, and how many more there are', () => {
  const alertList = [
    { name: 'db01 MySQL', state: 'CRITICAL', since: '17:30', output: 'down <now>' },
    { name: 'host db01', state: 'DOWN', since: '17:31', output: '' },
  ];
  const html = renderTemplate(policy, 'note_joined', {
    reference: 'WD-42',
    title: 't',
    sentence: 'Two alerts joined.',
    alertList,
    moreAlerts: 7,
  });
  expect(html).toContain('<li><strong>db01 MySQL</strong> is CRITICAL since 17:30<br>down &lt;now&gt;</li>');
  expect(html).toContain('<strong>host db01</strong> is DOWN');
  expect(html).toContain('and 7 more.');
});

test.each(HTML_TEMPLATES)('the built-in %s says its sentence and has no faults', (name) => {
  expect(parseTemplate(policy.templates[name], templateNames(name)).faults).toEqual([]);
  const html = renderTemplate(policy, name, { ...values, sentence: 'Because of this.' });
  if (name !== 'description') expect(html).toContain('Because of this.');
});

describe('P10 no value can put HTML into a ticket', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      'javascript:alert(1)',
      'https://x" onclick="y',
      '{{output}}{{#if x}}',
      '</pre><b>',
      '&lt;b&gt;',
      '\u0000\u0007\ud800',
    ),
  );
  /** Tags with their attribute names; attribute values may differ. */
  const tags = (html: string) =>
    [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));
  const filled = (value: string): DescriptionValues & NoteValues => {
    const texts = Object.fromEntries(Object.keys(values).map((key) => [key, value]));
    return {
      ...values,
      ...texts,
      hostAlias: value,
      hostAddress: value,
      hostGroup: value,
      previousReference: value,
      sentence: value,
      alertList: [{ name: value, state: value, since: value, output: value }],
      details: [{ text: value }],
      moreAlerts: 3,
    };
  };

  test.each(HTML_TEMPLATES)('%s has the same tags whatever the values are', (name) =>
    fc.assert(
      fc.property(hostile, (value) => {
        fc.pre(value !== '');
        const html = renderTemplate(policy, name, filled(value));
        expect(tags(html)).toEqual(tags(renderTemplate(policy, name, filled('plain'))));
        expect(html).not.toMatch(/href="(?!https?:\/\/|")/i);
        expect(html.isWellFormed()).toBe(true);
      }),
    ),
  );

  test('a text that means itself comes back when the HTML is read', () => {
    const plain = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    const read = (html: string) =>
      html
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
    fc.assert(
      fc.property(plain, (output) => {
        const html = renderTemplate(withText('description', '<pre>{{output}}</pre>'), 'description', {
          ...values,
          output,
        });
        expect(read(html.slice('<pre>'.length, -'</pre>'.length))).toBe(output);
      }),
    );
  });

  test('a value is never read as a template', () =>
    expect(
      renderTemplate(withText('description', '{{output}}'), 'description', {
        ...values,
        output: '{{title}}',
      }),
    ).toBe('{{title}}'));
});

describe('the subject', () => {
  test('is plain text', () =>
    expect(renderTemplate(policy, 'subject', { ...values, title: 'a < b & "c"' })).toBe(
      '[WD-42] Acme Retail: a < b & "c"',
    ));

  test('is one line without control characters, at most 255 long and whole characters, whatever the values are', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (title) => {
        const subject = renderTemplate(policy, 'subject', { ...values, title });
        expect(subject.length).toBeLessThanOrEqual(SUBJECT_LENGTH_MAX);
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(subject.isWellFormed()).toBe(true);
        expect(subject.startsWith('[WD-42] Acme Retail:')).toBe(true);
      }),
    ));

  test('is cut between characters', () => {
    const subject = renderTemplate(withText('subject', '{{title}}'), 'subject', {
      ...values,
      title: '🔥'.repeat(200),
    });
    expect(subject).toBe(`${'🔥'.repeat(127)}…`);
  });
});

describe('the language', () => {
  const render = (text: string, more: Partial<DescriptionValues> = {}) =>
    renderTemplate(withText('description', text), 'description', { ...values, ...more });

  test.each([
    ['{{#if title}}yes{{else}}no{{/if}}', {}, 'yes'],
    ['{{#if previousReference}}yes{{else}}no{{/if}}', {}, 'no'],
    ['{{#if output}}yes{{else}}no{{/if}}', { output: '' }, 'no'],
    ['{{#if moreAlerts}}yes{{/if}}', { moreAlerts: 0 }, ''],
    ['{{#if title}}{{#if check}}both{{/if}}{{/if}}', {}, 'both'],
    ['a\n  {{#if title}}\nb\n  {{/if}}\nc', {}, 'a\nb\nc'],
    ['a {{#if title}} b {{/if}} c', {}, 'a  b  c'],
    ['{{ host }}', {}, 'web01'],
  ] as const)('%j with %j: %j', (text, more, expected) => expect(render(text, more)).toBe(expected));

  test.each([
    ['<a href={{opsviewUrl}}>', 'stands inside a tag'],
    ["<a href='{{opsviewUrl}}'>", 'stands inside a tag'],
    ['<a href="{{output}}">', 'stands inside a tag'],
    ['<a href="javascript:{{opsviewUrl}}">', 'stands inside a tag'],
    ['<a data-x=" href="{{opsviewUrl}}">', 'stands inside a tag'],
    ['<a {{#if title}}href="{{/if}}{{opsviewUrl}}">', 'stands inside a tag'],
    ['<!-- {{output}} -->', 'stands inside a tag'],
    ['<SCRIPT>', 'is not allowed'],
    ['{{constructor}}', 'is not known'],
    ['{{{output}}}', 'three braces'],
  ])('%s is a fault: %s', (text, message) =>
    expect(
      parseTemplate(text, templateNames('description'))
        .faults.map((fault) => fault.message)
        .join(),
    ).toContain(message),
  );

  test('no text makes the parser throw', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '#if ',
      '/if',
      'else',
      '#each ',
      '/each',
      'alertList',
      'title',
      '<',
      '>',
      '"',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(typeof render(pieces.join(''))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
