import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LinkClaim, openLink, signLink } from '../../src/http/signed-link.ts';
import { id as policyKey } from '../../src/policy/value-kinds.ts';

const SECRET = 'of-this-installation';
const NOW = new Date('2026-11-20T17:40:00.000Z');
const incidentId = '0b9e7a52-6f0d-4c1e-9a53-1b9f0c6d2e11';
const otherId = '7f3a1c88-2b44-4a6e-8a0f-5d2c9e7b1a00';
const later = new Date('2026-11-27T17:40:00.000Z');

const confirm = {
  do: 'confirm',
  incidentId,
  round: 0,
  answer: 'yes',
  ticketId: 4711,
  reporter: '43012345678',
  expiresAt: later,
} as const satisfies LinkClaim;
const link = {
  do: 'link',
  parentId: incidentId,
  childId: otherId,
  answer: 'accept',
  expiresAt: later,
} as const satisfies LinkClaim;

const acknowledge = {
  do: 'acknowledge',
  incidentId,
  person: 'dana',
  expiresAt: later,
} as const satisfies LinkClaim;
const stop = {
  do: 'stop_director',
  incidentId,
  ladder: 'unattended',
  run: 1,
  person: 'dana',
  expiresAt: later,
} as const satisfies LinkClaim;

const key = fc.stringMatching(/^[a-z][a-z0-9:-]{0,60}$/);
const expiresAt = fc.integer({ min: NOW.getTime() / 1000 + 1, max: 2 ** 39 }).map((s) => new Date(s * 1000));
const claims: fc.Arbitrary<LinkClaim> = fc.oneof(
  fc.record({
    do: fc.constant('confirm' as const),
    incidentId: fc.uuid(),
    round: fc.integer({ min: 0, max: 65_535 }),
    answer: fc.constantFrom('yes', 'no'),
    ticketId: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
    reporter: fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 64),
    expiresAt,
  }),
  fc.record({
    do: fc.constant('link' as const),
    parentId: fc.uuid(),
    childId: fc.uuid(),
    answer: fc.constantFrom('accept', 'decline'),
    expiresAt,
  }),
  fc.record(
    { do: fc.constant('acknowledge' as const), incidentId: fc.uuid(), ladder: key, person: key, expiresAt },
    { requiredKeys: ['do', 'incidentId', 'person', 'expiresAt'] },
  ),
  fc.record({
    do: fc.constant('stop_director' as const),
    incidentId: fc.uuid(),
    ladder: key,
    run: fc.integer({ min: 1, max: 65_535 }),
    person: key,
    expiresAt,
  }),
);

test('a token opens to just what was signed, is safe in an address and short enough for a mail', () => {
  fc.assert(
    fc.property(claims, (claim) => {
      const token = signLink(SECRET, claim);
      expect(openLink(SECRET, token, NOW)).toEqual({ claim });
      expect(encodeURIComponent(token)).toBe(token);
    }),
  );
  expect(signLink(SECRET, confirm).length).toBeLessThanOrEqual(90);
  expect(signLink(SECRET, link).length).toBeLessThanOrEqual(90);
  expect(signLink(SECRET, acknowledge).length).toBeLessThanOrEqual(90);
  expect(signLink(SECRET, stop).length).toBeLessThanOrEqual(90);
});

test('P10 with any character changed, added or taken away it is refused', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\0é';
  for (const claim of [confirm, link, acknowledge, stop]) {
    const token = signLink(SECRET, claim);
    for (let at = 0; at < token.length; at += 1) {
      for (const character of alphabet) {
        if (token[at] === character) continue;
        expect(openLink(SECRET, token.slice(0, at) + character + token.slice(at + 1), NOW)).toHaveProperty(
          'refused',
        );
      }
      expect(openLink(SECRET, token.slice(0, at) + token.slice(at + 1), NOW)).toHaveProperty('refused');
      expect(openLink(SECRET, `${token.slice(0, at)}A${token.slice(at)}`, NOW)).toHaveProperty('refused');
    }
  }
});

test('P10 parts of two tokens never make a third: each is of one purpose, ticket, reporter, round and answer', () => {
  fc.assert(
    fc.property(claims, claims, (one, other) => {
      const [a, b] = [signLink(SECRET, one), signLink(SECRET, other)];
      fc.pre(a !== b);
      const [payload] = a.split('.');
      const [, mac] = b.split('.');
      expect(openLink(SECRET, `${payload}.${mac}`, NOW)).toEqual({ refused: 'tampered' });
    }),
  );
});

test.each([
  ['another answer', { answer: 'no' }],
  ['another round', { round: 1 }],
  ['another ticket', { ticketId: 4712 }],
  ['another reporter', { reporter: '43012345679' }],
  ['another incident', { incidentId: otherId }],
  ['another end', { expiresAt: new Date(later.getTime() + 1000) }],
] as const)('%s makes another signature', (_, change) => {
  const mac = (claim: LinkClaim) => signLink(SECRET, claim).split('.')[1];
  expect(mac({ ...confirm, ...change })).not.toBe(mac(confirm));
});

test.each(['', 'another-installation', `${SECRET} `])('signed with “%s” it is refused', (secret) => {
  expect(openLink(SECRET, signLink(secret, confirm), NOW)).toEqual({ refused: 'tampered' });
});

test('it ends when it was said to end, and only a genuine one is told to have ended', () => {
  const token = signLink(SECRET, confirm);
  expect(openLink(SECRET, token, new Date(later.getTime() - 1))).toHaveProperty('claim');
  expect(openLink(SECRET, token, later)).toEqual({ refused: 'expired' });
  expect(openLink('another-installation', token, later)).toEqual({ refused: 'tampered' });
});

test.each([
  '',
  '.',
  'a.b',
  'x'.repeat(10_000),
  `${'A'.repeat(60)}.`,
  '<script>alert(1)</script>',
  '../../etc/passwd',
])('nonsense is malformed: %.30s', (token) =>
  expect(openLink(SECRET, token, NOW)).toEqual({ refused: 'malformed' }),
);

test('whatever is asked for, nothing but a refusal comes of it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{20,80}\.[\w-]{24}$/)), (token) => {
      expect(openLink(SECRET, token, NOW)).toHaveProperty('refused');
    }),
  );
});

test.each([
  [{ ...confirm, incidentId: 'WD-42' }],
  [{ ...confirm, round: -1 }],
  [{ ...confirm, round: 70_000 }],
  [{ ...confirm, ticketId: 1.5 }],
  [{ ...confirm, reporter: 'x'.repeat(65) }],
  [{ ...link, childId: '' }],
  [{ ...link, expiresAt: new Date(Number.NaN) }],
])('what cannot be told in a link is not signed: %j', (claim) => {
  expect(() => signLink(SECRET, claim)).toThrow();
});

test('the longest keys that a policy may have go into a link, and no longer ones get into a policy', () => {
  const longest = 'k'.repeat(100);
  expect(policyKey.safeParse(longest).success).toBe(true);
  expect(policyKey.safeParse(`${longest}k`).success).toBe(false);
  const claim = { ...acknowledge, ladder: longest, person: `room:${longest}` };
  expect(openLink(SECRET, signLink(SECRET, claim), NOW)).toEqual({ claim });
});
