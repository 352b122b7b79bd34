import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storedHtml, textOf } from '../../src/sandbox/freshdesk/sanitise.ts';
import { parseSearchQuery, SearchQueryError } from '../../src/sandbox/freshdesk/search-query.ts';

const fragment = fc.constantFrom(
  '<',
  '>',
  '"',
  "'",
  '&',
  '&lt;',
  '=',
  '/',
  ' ',
  '\n',
  '<!--',
  '-->',
  '<script>',
  '</script>',
  '<SCRIPT src=x>',
  '<p>',
  '</p>',
  '<b ',
  '<a href="',
  'javascript:',
  'https://x',
  '<a href=javascript:x>',
  '<img src=x onerror=y>',
  '<svg><b>',
  '</svg>',
  '<style>',
  '</b',
  'text',
  '<br/>',
  'onclick=',
  'title="',
  '<td colspan=2>',
  '<iframe>',
);
const markup = fc
  .array(fc.oneof(fragment, fc.string({ maxLength: 4 })), { maxLength: 25 })
  .map((parts) => parts.join(''));

const ALLOWED_TAG = /^<\/?[a-z][a-z0-9]*( (href|title|colspan|rowspan|dir|rel)="[^"<>]*")*>$/;

test('P10 whatever is sent, only listed tags with listed attributes are stored, and links lead to the web only', () => {
  fc.assert(
    fc.property(markup, (sent) => {
      const stored = storedHtml(sent);
      const tags = stored.match(/<[^>]*>?/g) ?? [];
      for (const tag of tags) {
        expect(tag).toMatch(ALLOWED_TAG);
        expect(tag).not.toMatch(/^<\/?(script|style|iframe|img|svg)/);
        const href = /href="([^"]*)"/.exec(tag)?.[1];
        if (href !== undefined) expect(href.trim()).toMatch(/^(https?:\/\/|mailto:)/i);
      }
      expect(storedHtml(stored)).toBe(stored);
    }),
    { numRuns: 2000 },
  );
});

test('every opened tag is closed in order', () => {
  fc.assert(
    fc.property(markup, (sent) => {
      const open: string[] = [];
      for (const [, slash, tag] of storedHtml(sent).matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
        if (tag === 'br' || tag === 'hr') continue;
        if (slash) expect(open.pop()).toBe(tag);
        else open.push(tag ?? '');
      }
      expect(open).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('the text form has no markup and its entities decoded', () => {
  expect(textOf('<p>a &amp; b</p><ul><li>1 &lt; 2</li></ul>')).toBe('a & b\n1 < 2');
});

test('a query that does not parse is a SearchQueryError and nothing else', () => {
  const part = fc.constantFrom(
    'status',
    ':',
    ':>',
    "'",
    '2',
    'AND',
    'OR',
    '(',
    ')',
    ' ',
    'null',
    '"',
    "tag:'a'",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      try {
        parseSearchQuery(`"${parts.join('')}"`);
      } catch (error) {
        expect(error).toBeInstanceOf(SearchQueryError);
      }
    }),
  );
});
