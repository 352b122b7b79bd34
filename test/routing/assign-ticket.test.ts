import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeskAgent } from '../../src/model/desk-agent.ts';
import { assignTicket } from '../../src/routing/assign-ticket.ts';
import { aPolicy } from '../support/policy.ts';

const policyWith = (method: 'none' | 'round_robin' | 'least_busy') =>
  aPolicy({
    defaults: { team: 'desk' },
    people: {
      jo: { name: 'Jo Moss', email: 'Jo@acme-it.example', skills: ['Cisco'] },
      sam: { name: 'Sam Ito', email: 'sam@acme-it.example' },
      kim: { name: 'Kim Roth', email: 'kim@acme-it.example', skills: ['oracle'] },
    },
    teams: {
      desk: { name: 'Service Desk', freshdesk_group_id: 1 },
      platform: { name: 'Platform', members: ['jo', 'sam'], freshdesk_group_id: 2 },
      data: { name: 'Data', members: ['kim'] },
    },
    customers: { acme: { name: 'Acme' } },
    services: {
      webshop: { name: 'Web shop', owner: 'platform', match: [{ host: 'shop*' }] },
      mail: { name: 'Mail', match: [{ host: 'mail*' }] },
    },
    tickets: {
      classification: { categories: [{ name: 'Network', words: ['vpn'] }] },
      assignment: {
        method,
        rules: [
          { name: 'Networks', category: 'Network', team: 'platform', skill: 'cisco' },
          { name: 'Payroll of Acme', service: ['mail', 'webshop'], customer: 'acme', team: 'data' },
        ],
      },
    },
  });
const roundRobin = policyWith('round_robin');
const leastBusy = policyWith('least_busy');

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9, minute));
const anAgent = (id: number, name: string, given: Partial<DeskAgent> = {}): DeskAgent => ({
  id,
  name,
  email: `${name}@acme-it.example`,
  isAvailable: true,
  isDeactivated: false,
  groupIds: [],
  openCount: 0,
  ...given,
});
const jo = anAgent(11, 'jo', { lastAssignedAt: at(5), openCount: 1 });
const sam = anAgent(12, 'SAM', { lastAssignedAt: at(1), openCount: 4 });

test.each([
  // ticket                                             team        rule
  [{ category: 'network', serviceId: 'mail' }, 'platform', 'Networks'],
  [{ serviceId: 'webshop', customerId: 'acme' }, 'data', 'Payroll of Acme'],
  [{ serviceId: 'webshop' }, 'platform', 'service_owner'],
  [{ serviceId: 'webshop', customerId: 'other' }, 'platform', 'service_owner'],
  [{ serviceId: 'mail' }, 'desk', 'default_team'],
  [{ serviceId: 'gone', category: 'Other' }, 'desk', 'default_team'],
  [{}, 'desk', 'default_team'],
] as const)('%j goes to %s by %s', (ticket, team, rule) =>
  expect(assignTicket(ticket, { agents: [], policy: roundRobin })).toMatchObject({ team, rule }),
);

test('a policy without a team for it says so and assigns nothing', () =>
  expect(assignTicket({}, { agents: [jo], policy: aPolicy() })).toEqual({
    rule: 'no_team',
    why: 'The policy names no team for it.',
  }));

describe('the agent', () => {
  const choose = (
    agents: readonly DeskAgent[],
    policy = roundRobin,
    ticket: object = { serviceId: 'webshop' },
  ) => assignTicket(ticket, { agents, policy });

  test.each([
    ['none', policyWith('none'), [jo, sam], undefined],
    ['round_robin takes who waited longest, whatever the load', roundRobin, [jo, sam], 12],
    [
      'round_robin takes who never had one first',
      roundRobin,
      [jo, sam, { ...jo, id: 9, lastAssignedAt: undefined }],
      9,
    ],
    ['least_busy takes who has the fewest open', leastBusy, [jo, sam], 11],
    ['least_busy takes at a tie who waited longest', leastBusy, [jo, { ...sam, openCount: 1 }], 12],
    ['and then the lower number', leastBusy, [{ ...jo, id: 13 }, jo], 11],
    ['not who is away', roundRobin, [jo, { ...sam, isAvailable: false }], 11],
    ['not who was deactivated', roundRobin, [jo, { ...sam, isDeactivated: true }], 11],
    [
      'not who is no member, even in the group',
      roundRobin,
      [anAgent(5, 'kim', { groupIds: [2] })],
      undefined,
    ],
  ] as const)('%s', (_, policy, agents, agentId) =>
    expect(
      choose(
        agents.map((one) => withoutUndefined(one)),
        policy,
      ).agentId,
    ).toBe(agentId),
  );

  test('a team without members takes all agents of its Freshdesk group', () => {
    const inGroup = anAgent(21, 'ada', { groupIds: [1, 5] });
    expect(choose([jo, inGroup], roundRobin, {})).toMatchObject({
      team: 'desk',
      groupId: 1,
      agentId: 21,
      agentName: 'ada',
    });
  });

  test('who has the skill goes first; without one of them it says so', () => {
    const ticket = { category: 'Network' };
    expect(choose([jo, sam], roundRobin, ticket)).toMatchObject({ agentId: 11 });
    expect(choose([{ ...jo, isAvailable: false }, sam], roundRobin, ticket)).toMatchObject({
      agentId: 12,
      why: 'Rule “Networks” gives it to Platform. SAM has waited longest for one. Nobody available has the skill cisco.',
    });
  });

  test('when nobody is available the group alone gets it, and why says so', () =>
    expect(choose([{ ...jo, isAvailable: false }])).toEqual({
      team: 'platform',
      groupId: 2,
      rule: 'service_owner',
      why: 'Web shop belongs to Platform. Nobody of Platform is available, so it stays with the group.',
    }));
});

const withoutUndefined = (agent: object): DeskAgent =>
  Object.fromEntries(Object.entries(agent).filter(([, value]) => value !== undefined)) as DeskAgent;

const someAgents = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 12 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .record({
            isAvailable: fc.boolean(),
            isDeactivated: fc.boolean(),
            openCount: fc.nat(9),
            lastAssignedAt: fc.option(fc.date({ min: at(0), max: at(59), noInvalidDate: true })),
          })
          .map(({ lastAssignedAt, ...rest }) =>
            anAgent(id, `agent${id}`, {
              ...rest,
              groupIds: [1],
              ...(lastAssignedAt ? { lastAssignedAt } : {}),
            }),
          ),
      ),
    ),
  );

test('never an agent who is away or deactivated, and always one when somebody is there', () =>
  fc.assert(
    fc.property(someAgents, fc.constantFrom(roundRobin, leastBusy), (agents, policy) => {
      const { agentId } = assignTicket({}, { agents, policy });
      const able = agents.filter((one) => one.isAvailable && !one.isDeactivated);
      expect(able.map(({ id }) => id).includes(agentId ?? -1)).toBe(able.length > 0);
    }),
  ));

test('round robin is fair: after any number of assignments no two differ by more than one', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 120 }), (count, rounds) => {
      let agents = Array.from({ length: count }, (_, id) => anAgent(id + 1, `agent${id}`, { groupIds: [1] }));
      const given = new Map(agents.map(({ id }) => [id, 0]));
      for (let round = 0; round < rounds; round++) {
        const { agentId = 0 } = assignTicket({}, { agents, policy: roundRobin });
        given.set(agentId, (given.get(agentId) ?? 0) + 1);
        agents = agents.map((one) =>
          one.id === agentId ? { ...one, lastAssignedAt: new Date(at(0).getTime() + round) } : one,
        );
      }
      const counts = [...given.values()];
      expect(given.size).toBe(count);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  ));

test('least busy evens out the load', () => {
  let agents = [3, 0, 7].map((openCount, id) => anAgent(id + 1, `agent${id}`, { openCount, groupIds: [1] }));
  for (let round = 0; round < 11; round++) {
    const { agentId } = assignTicket({}, { agents, policy: leastBusy });
    agents = agents.map((one) => (one.id === agentId ? { ...one, openCount: one.openCount + 1 } : one));
  }
  expect(agents.map(({ openCount }) => openCount)).toEqual([7, 7, 7]);
});
