import { describe, expect, test } from 'vitest';
import { inWords } from '../../src/routing/correlate.ts';
import { type RoutedAlert, routeAlert } from '../../src/routing/route-alert.ts';
import { aPolicy } from '../support/policy.ts';

const policy = aPolicy({
  defaults: { team: 'desk', impact: 'low' },
  teams: {
    desk: { name: 'Desk', freshdesk_group_id: 7 },
    web: { name: 'Web', freshdesk_group_id: 9 },
    dba: { name: 'Data' },
  },
  customers: { acme: { name: 'Acme', vip: true }, beta: { name: 'Beta' } },
  services: {
    shop: {
      name: 'Shop',
      customers: ['acme', 'beta'],
      criticality: 'high',
      owner: 'web',
      match: [{ host: 'shop*' }],
    },
    data: {
      name: 'Data',
      customers: ['beta'],
      owner: 'dba',
      match: [{ hashtag: 'db' }, { host: '*', check: 'SQL' }],
    },
  },
  priority: {
    rules: [
      { name: 'Backups wait', when: { check: '*backup*' }, urgency: 'low' },
      { name: 'VIP down', when: { vip: true, state: 'DOWN' }, impact: 'high', urgency: 'high' },
      { name: 'Beta', when: { customer: 'beta', service: 'data' }, impact: 'high' },
    ],
  },
});
const anAlert = (given: Partial<RoutedAlert> = {}): RoutedAlert => ({
  host: 'web01',
  check: 'HTTP',
  hashtags: [],
  state: 'CRITICAL',
  ...given,
});

describe('routing by policy', () => {
  test.each([
    // the alert                                    service    customer   priority   rule               group
    [{}, undefined, undefined, 'medium', 'priority_matrix', 7],
    [{ state: 'WARNING' }, undefined, undefined, 'low', 'priority_matrix', 7],
    [{ host: 'shop1' }, 'shop', 'acme', 'urgent', 'priority_matrix', 9],
    [{ host: 'SHOP1', state: 'UNKNOWN' }, 'shop', 'acme', 'high', 'priority_matrix', 9],
    [{ host: 'shop1', check: 'backup job' }, 'shop', 'acme', 'medium', 'Backups wait', 9],
    [{ host: 'shop1', check: '', state: 'DOWN' }, 'shop', 'acme', 'urgent', 'VIP down', 9],
    [{ check: 'SQL' }, 'data', 'beta', 'urgent', 'Beta', undefined],
    [{ hashtags: ['db'] }, 'data', 'beta', 'urgent', 'Beta', undefined],
    [{ host: 'shop1', check: 'SQL' }, 'shop', 'acme', 'urgent', 'priority_matrix', 9],
    [{ state: 'OK' }, undefined, undefined, 'low', 'priority_matrix', 7],
  ] satisfies [
    Partial<RoutedAlert>,
    string | undefined,
    string | undefined,
    string,
    string,
    number | undefined,
  ][])(
    '%j: service %s of %s, %s by %s, group %s',
    (given, serviceId, customerId, priority, rule, groupId) => {
      const route = routeAlert(anAlert(given), policy);
      expect([route.serviceId, route.customerId, route.priority, route.rule, route.groupId]).toEqual([
        serviceId,
        customerId,
        priority,
        rule,
        groupId,
      ]);
    },
  );

  test('P6 the sentence names service, criticality, state and rule', () => {
    expect(routeAlert(anAlert({ host: 'shop1', check: '', state: 'DOWN' }), policy).why).toBe(
      'host shop1 belongs to Shop, whose criticality is high, and is DOWN: rule “VIP down” makes impact high and urgency high, so priority urgent.',
    );
    expect(routeAlert(anAlert(), policy).why).toContain(
      'the priority matrix makes impact low and urgency high',
    );
  });
});

test.each([
  [90_000, '90 s'],
  [600_000, '10 min'],
  [86_400_000, '1 d'],
  [7_200_000, '2 h'],
  [0, '0 ms'],
])('%i ms in words: %s', (ms, words) => expect(inWords(ms)).toBe(words));
