import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import { matchIncidents, type Report } from '../../src/routing/match-incident.ts';
import { aPolicy } from '../support/policy.ts';

const policy = aPolicy({
  customers: { acme: { name: 'Acme' }, beta: { name: 'Beta' }, gamma: { name: 'Gamma' } },
  services: {
    webshop: {
      name: 'Web shop',
      customers: ['acme', 'beta'],
      words: ['shop', 'checkout'],
      match: [{ host: 'shop*' }],
    },
    vpn: { name: 'VPN', customers: ['acme'], words: ['vpn', 'remote access'], match: [{ host: 'vpn*' }] },
    print: {
      name: 'Printing',
      customers: ['acme', 'beta'],
      words: ['printer', 'drucker'],
      match: [{ host: 'prn*' }],
    },
    mail: { name: 'Mail', match: [{ host: 'mail*' }] },
  },
});
const { link_at: LINK, suggest_at: SUGGEST } = policy.tickets.match;

const NINE = new Date('2026-03-02T09:00:00Z');
const minutes = (count: number) => count * 60_000;
const hours = (count: number) => minutes(60 * count);
const ago = (ms: number) => new Date(NINE.getTime() - ms);

type Given = Partial<Incident> & Readonly<{ began?: number; subject?: string; text?: string }>;

/** `began` is ms before nine; by default an incident that an alert opened four minutes before. */
function anIncident({ began = minutes(4), subject, text, ...given }: Given = {}): Incident {
  const startedAt = ago(began);
  return {
    id: 'main',
    number: 1,
    version: 1,
    status: 'new',
    type: 'Incident',
    title: 'host shop01 HTTP is CRITICAL',
    origin: 'alert',
    openChildCount: 0,
    childCount: 0,
    desk: {
      statusTurn: 0,
      ...(subject === undefined ? {} : { subject }),
      ...(text === undefined ? {} : { text }),
    },
    impact: 'high',
    urgency: 'high',
    priority: 'high',
    priorityRule: 'priority_matrix',
    priorityWhy: '',
    badAlertCount: 1,
    alertCount: 1,
    memberCount: 1,
    undigestedCount: 0,
    startedAt,
    openedAt: startedAt,
    reopenCount: 0,
    lastJoinedAt: startedAt,
    proofs: [],
    policyVersion: 'test',
    ...given,
  };
}
const aReport = (subject: string, given: Partial<Report> = {}): Report => ({
  subject,
  text: '',
  startedAt: NINE,
  ...given,
});
const shopDown = anIncident({
  title: 'shop01 HTTP checkout is CRITICAL',
  cause: { host: 'shop01', check: 'HTTP checkout' },
  serviceId: 'webshop',
  customerId: 'acme',
});
const vpnReport = anIncident({
  origin: 'ticket',
  title: 'VPN drops every few minutes with error 809',
  subject: 'VPN drops every few minutes with error 809',
  text: 'Since this morning the tunnel disconnects all the time. The client shows error 809.',
  serviceId: 'vpn',
  customerId: 'acme',
  began: minutes(50),
});
const printerBasel = anIncident({
  origin: 'ticket',
  title: 'Printer on the 3rd floor in Basel jams on every sheet',
  subject: 'Printer on the 3rd floor in Basel jams on every sheet',
  text: 'We have cleaned the tray, the paper is still jammed in the fuser.',
  serviceId: 'print',
  customerId: 'acme',
  began: hours(2),
});
const payslips = anIncident({
  origin: 'ticket',
  title: 'Payslip export ends with ORA-01555 snapshot too old',
  subject: 'Payslip export ends with ORA-01555 snapshot too old',
  text: 'The nightly payslip export stops after 20 minutes.',
  customerId: 'gamma',
  began: hours(3),
});

const best = (report: Report, candidates: readonly Incident[]) =>
  matchIncidents(report, candidates, {
    ...policy,
    tickets: { ...policy.tickets, match: { ...policy.tickets.match, suggest_at: 0 } },
  })[0];
const verdict = (report: Report, candidates: readonly Incident[]) => {
  const score = best(report, candidates)?.score ?? 0;
  return score >= LINK ? 'link' : score >= SUGGEST ? 'suggest' : 'nothing';
};

const acme = { customerId: 'acme' };
test.each([
  // What the ticket says, and which incident runs                              expected
  [
    'same service, customer and time',
    aReport('Shop is down', { ...acme, serviceId: 'webshop' }),
    shopDown,
    'link',
  ],
  [
    'the same in another language, by no word that the policy has for the service',
    aReport('Bestellen geht nicht mehr', {
      ...acme,
      serviceId: 'webshop',
      text: 'Seit eben bleibt der Warenkorb leer und es kommt nur eine weisse Seite.',
    }),
    shopDown,
    'suggest',
  ],
  [
    'something else of a customer who has no other service',
    aReport('The printer does not work', {
      ...acme,
      serviceId: 'webshop',
      text: 'It shows an error on its display.',
    }),
    shopDown,
    'suggest',
  ],
  [
    'of a customer who shares the service',
    aReport('Checkout hangs', { customerId: 'beta', serviceId: 'webshop' }),
    shopDown,
    'link',
  ],
  [
    'service and time, customer unknown',
    aReport('Checkout hangs', { serviceId: 'webshop' }),
    shopDown,
    'suggest',
  ],
  [
    'the same, two minutes before the alert',
    aReport('Checkout hangs', { ...acme, serviceId: 'webshop' }),
    { ...shopDown, startedAt: ago(-minutes(2)), lastJoinedAt: ago(-minutes(2)) },
    'link',
  ],
  [
    'the same words an hour later',
    aReport('VPN disconnects with error 809', {
      ...acme,
      serviceId: 'vpn',
      text: 'The tunnel drops every few minutes.',
    }),
    vpnReport,
    'link',
  ],
  [
    'the words alone, service not recognised',
    aReport('Tunnel disconnects, client says 809', {
      ...acme,
      text: 'It drops every few minutes since this morning.',
    }),
    vpnReport,
    'link',
  ],
  [
    'rare words without any service',
    aReport('ORA-01555 in the payslip export', {
      customerId: 'gamma',
      text: 'snapshot too old, the nightly export stops',
    }),
    payslips,
    'link',
  ],
  [
    'the service, but ten hours later',
    aReport('Shop is slow', { ...acme, serviceId: 'webshop' }),
    { ...shopDown, startedAt: ago(hours(10)), lastJoinedAt: ago(hours(10)) },
    'suggest',
  ],
  [
    'ten hours later, but reports keep coming',
    aReport('Shop is slow', { ...acme, serviceId: 'webshop' }),
    { ...shopDown, startedAt: ago(hours(10)), lastJoinedAt: ago(minutes(3)), childCount: 4 },
    'link',
  ],
  [
    'host named in the ticket',
    aReport('shop01 HTTP checkout alarm on our own monitor', acme),
    shopDown,
    'suggest',
  ],
  // hard negatives
  [
    'a printer in another office',
    aReport('Printer in Geneva is out of toner', {
      ...acme,
      serviceId: 'print',
      text: 'Please send a black cartridge to the reception in Geneva.',
    }),
    printerBasel,
    'nothing',
  ],
  [
    'the same printer again',
    aReport('Basel printer 3rd floor: paper jam again', {
      ...acme,
      serviceId: 'print',
      text: 'Every sheet is jammed.',
    }),
    printerBasel,
    'link',
  ],
  [
    'same words, other customer',
    aReport('VPN drops every few minutes with error 809', {
      customerId: 'beta',
      text: 'The tunnel disconnects all the time.',
    }),
    vpnReport,
    'nothing',
  ],
  [
    'same words, a stranger to the shop',
    aReport('shop01 HTTP checkout is CRITICAL', { customerId: 'gamma', serviceId: 'webshop' }),
    shopDown,
    'nothing',
  ],
  [
    'shop, but a typing mistake on a page',
    aReport('Wrong price on the product page of the red shoes', {
      ...acme,
      serviceId: 'webshop',
      text: 'The picture is from last season and the price is from the summer sale, please correct both.',
    }),
    {
      ...vpnReport,
      serviceId: 'webshop',
      title: 'Checkout ends with a blank page after payment',
      desk: {
        statusTurn: 0,
        text: 'When customers pay by card they land on a blank page and get no confirmation mail.',
      },
    },
    'nothing',
  ],
  [
    'another service known',
    aReport('VPN drops when I use the shop', { ...acme, serviceId: 'vpn' }),
    shopDown,
    'nothing',
  ],
  [
    'only words that every ticket has',
    aReport('Urgent: error, nothing works', {
      ...acme,
      text: 'Hello support team, please help, the system does not work since this morning. Thanks and kind regards',
    }),
    { ...payslips, customerId: 'acme' },
    'nothing',
  ],
  [
    'a day and a half old, no words',
    aReport('Shop is down', { ...acme, serviceId: 'webshop' }),
    { ...shopDown, startedAt: ago(hours(36)), lastJoinedAt: ago(hours(36)) },
    'nothing',
  ],
  ['nothing in common', aReport('Please reset my password', acme), vpnReport, 'nothing'],
  ['an empty ticket', aReport(''), shopDown, 'nothing'],
] as const)('%s', (_, report, incident, expected) => {
  expect(verdict(report, [incident]), JSON.stringify(best(report, [incident]))).toBe(expected);
});

test.each([
  ['closed', { status: 'closed' }],
  ['a child', { parentId: 'other' }],
  ['a question', { type: 'Question' }],
  ['a feature request', { type: 'Feature Request' }],
  ['a problem', { type: 'Problem' }],
  ['gone', { desk: { statusTurn: 0, goneWhy: 'spam' } }],
  ['older than policy looks back', { startedAt: ago(hours(48) + 1) }],
  ['begun half a day after the ticket', { startedAt: ago(-hours(12) - 1) }],
] as const)('one that is %s never matches', (_, given) => {
  const report = aReport(shopDown.title, { ...acme, serviceId: 'webshop' });
  expect(best(report, [{ ...shopDown, lastJoinedAt: NINE, ...given }])).toBeUndefined();
});

describe('the answer', () => {
  const report = aReport('Checkout times out', {
    ...acme,
    serviceId: 'webshop',
    text: 'HTTP 504 after payment',
  });

  test('gives its reasons in plain words', () =>
    expect(best(report, [{ ...shopDown, childCount: 2 }])?.reasons).toEqual([
      'same service Web shop',
      'shares the word “HTTP”',
      'same customer Acme',
      '2 other tickets report it',
      'began 4 min before the ticket',
    ]));

  test('is best first, and only what policy wants suggested', () => {
    const older = {
      ...shopDown,
      id: 'older',
      number: 7,
      startedAt: ago(hours(9)),
      lastJoinedAt: ago(hours(9)),
    };
    const matches = matchIncidents(report, [printerBasel, older, shopDown, payslips], policy);
    expect(matches.map(({ incidentId }) => incidentId)).toEqual(['main', 'older']);
  });

  test('prefers at a tie the first report', () => {
    const twins = [3, 2, 5].map((number) => ({ ...shopDown, id: `twin${number}`, number }));
    expect(matchIncidents(report, twins, policy).map(({ incidentId }) => incidentId)).toEqual([
      'twin2',
      'twin3',
      'twin5',
    ]);
  });

  test('comes quickly for 300 candidates with long texts', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...vpnReport,
      id: `i${index}`,
      number: index,
      desk: { statusTurn: 0, text: `tunnel${index} drops payment${index % 7} `.repeat(400) },
    }));
    const started = performance.now();
    matchIncidents({ ...report, text: 'tunnel3 drops payment4 '.repeat(4_000) }, many, policy);
    // About 0.1 s on an idle machine; something quadratic would take minutes.
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

const phrase = fc
  .array(
    fc.constantFrom(
      'checkout',
      'timeout',
      'VPN',
      'Drucker',
      'Basel',
      '504',
      'shop01',
      'the',
      'error',
      'ist',
      'é',
      '🙂',
    ),
    { maxLength: 9 },
  )
  .map((words) => words.join(' '));
const service = fc.constantFrom(undefined, 'webshop', 'vpn', 'print', 'mail', 'unknown');
const customer = fc.constantFrom(undefined, 'acme', 'beta', 'gamma');
const known = <Value>(key: string, value: Value | undefined) => (value === undefined ? {} : { [key]: value });

const someReport = fc
  .record({ subject: phrase, text: fc.oneof(phrase, fc.string({ unit: 'binary' })), service, customer })
  .map(
    ({ service, customer, subject, text }): Report =>
      aReport(subject, { text, ...known('serviceId', service), ...known('customerId', customer) }),
  );
const someIncident = fc
  .record({
    title: phrase,
    text: phrase,
    service,
    customer,
    began: fc.integer({ min: -hours(13), max: hours(50) }),
    childCount: fc.nat(60),
    status: fc.constantFrom('new' as const, 'acknowledged' as const, 'resolved' as const),
  })
  .map(({ service, customer, ...given }) =>
    anIncident({ ...given, ...known('serviceId', service), ...known('customerId', customer) }),
  );

test('scores lie between 0 and 1, and never are two customers mixed who do not share the service', () =>
  fc.assert(
    fc.property(someReport, fc.array(someIncident, { maxLength: 8 }), (report, incidents) => {
      const numbered = incidents.map((one, index) => ({ ...one, id: `i${index}`, number: index }));
      for (const { incidentId, score, reasons } of matchIncidents(report, numbered, policy)) {
        expect(score).toBeGreaterThanOrEqual(SUGGEST);
        expect(score).toBeLessThanOrEqual(1);
        expect(reasons.length).toBeGreaterThan(0);
        const { customerId, serviceId } = numbered.find(({ id }) => id === incidentId) ?? anIncident();
        if (report.customerId === undefined || report.customerId === customerId) continue;
        const users = policy.services[serviceId ?? '']?.customers ?? [];
        if (customerId !== undefined)
          expect(users).toEqual(expect.arrayContaining([customerId, report.customerId]));
        else expect(users.length === 0 || users.includes(report.customerId)).toBe(true);
      }
    }),
  ));

test.each([1, -1])('the further away in time, the lower the score (direction %d)', (direction) =>
  fc.assert(
    fc.property(someReport, someIncident, fc.nat(hours(47)), fc.nat(hours(47)), (report, incident, a, b) => {
      const [near, far] = [Math.min(a, b), Math.max(a, b)].map((ms) => {
        const startedAt = ago(direction * ms);
        return best(report, [{ ...incident, startedAt, lastJoinedAt: startedAt }])?.score ?? 0;
      });
      expect(near).toBeGreaterThanOrEqual(far ?? 0);
    }),
  ),
);
