import { describe, expect, test } from 'vitest';
import { listStuck } from '../../src/store/tickets.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { AGENTS, errorsOf, flowsOn, GROUPS, HIGH, onlyTicket, raise, rulesOfNewest } from './flows.ts';

const POLICY = {
  teams: {
    platform: { name: 'Platform', freshdesk_group_id: GROUPS.platform },
    applications: { name: 'Applications', freshdesk_group_id: GROUPS.applications },
    desk: { name: 'Service desk', freshdesk_group_id: GROUPS.serviceDesk },
  },
  defaults: { team: 'desk' },
  services: {
    webshop: { name: 'Web shop', owner: 'platform', criticality: 'high', match: [{ host: 'web01' }] },
  },
};
const METHODS = ['none', 'round_robin', 'least_busy'] as const;

describe.each(databases)('who gets a ticket (%s)', (kind) => {
  const open = flowsOn(kind);

  async function opened(method: (typeof METHODS)[number], tickets: object = {}): Promise<TestWatchdesk> {
    const policy = { ...POLICY, tickets: { assignment: { method }, ...tickets } };
    const desk = await open({ isServed: true, policy });
    // Alex, who acts in these tests, is given nothing.
    desk.sandbox.freshdesk.people.setAvailable(AGENTS.alex, false);
    await desk.advance(MINUTE);
    return desk;
  }
  /** Another customer's report of the shop, which goes to Platform: Priya and Lena. */
  async function reported(desk: TestWatchdesk, count = 1): Promise<void> {
    for (let n = 0; n < count; n++) {
      raise(desk, { email: `u${n}@${desk.tickets().length}.example` });
      await desk.advance(10 * SECOND, SECOND);
    }
  }
  const responders = (desk: TestWatchdesk) => desk.tickets().map(({ responder_id }) => responder_id);
  const agent = (desk: TestWatchdesk, id?: number) => desk.sandbox.freshdesk.agent(id);

  test('the owner of the service, else the rule of its category, else the default: the group, and why', async () => {
    const categories = [{ name: 'Invoices', words: ['invoice'] }];
    const assignment = {
      method: 'none',
      rules: [{ name: 'Invoices', category: 'Invoices', team: 'applications' }],
    };
    const desk = await opened('none', { assignment, classification: { categories } });
    await reported(desk);
    raise(desk, {
      email: 'a@b.example',
      subject: 'Invoice of May',
      text: 'Where do I find the invoice of May?',
    });
    raise(desk, { email: 'c@d.example', subject: 'Password', text: 'How do I change my password?' });
    await desk.advance(10 * SECOND, SECOND);
    expect(desk.tickets().map(({ group_id }) => group_id)).toEqual([
      GROUPS.platform,
      GROUPS.applications,
      GROUPS.serviceDesk,
    ]);
    expect(responders(desk)).toEqual([null, null, null]);
    expect(desk.notes(1)[0]).toContain('Web shop belongs to Platform. (rule: service_owner)');
    expect(desk.notes(2)[0]).toContain('Rule “Invoices” gives it to Applications.');
    expect(desk.notes(3)[0]).toContain('so it goes to Service desk. (rule: default_team)');
  });

  test('in turns among those who are available', async () => {
    const desk = await opened('round_robin');
    await reported(desk, 4);
    expect(responders(desk)).toEqual([AGENTS.priya, AGENTS.lena, AGENTS.priya, AGENTS.lena]);
    desk.sandbox.freshdesk.people.setAvailable(AGENTS.priya, false);
    await desk.advance(2 * MINUTE);
    await reported(desk, 2);
    expect(responders(desk).slice(4)).toEqual([AGENTS.lena, AGENTS.lena]);
    desk.sandbox.freshdesk.people.setAvailable(AGENTS.priya, true);
    desk.sandbox.freshdesk.people.setDeactivated(AGENTS.lena, true);
    await desk.advance(2 * MINUTE);
    await reported(desk, 2);
    expect(responders(desk).slice(6)).toEqual([AGENTS.priya, AGENTS.priya]);
    expect(desk.notes(1)[0]).toContain('Priya Nair has not been given one yet.');
  });

  test('in turns, also when several come at once and Watchdesk is started again between', async () => {
    const desk = await opened('round_robin');
    for (let n = 0; n < 4; n++) raise(desk, { email: `u${n}@n${n}.example` });
    await desk.advance(5 * SECOND, SECOND);
    await desk.restart();
    await desk.advance(MINUTE, 5 * SECOND);
    await reported(desk, 2);
    const given = responders(desk);
    expect(given.filter((id) => id === AGENTS.priya)).toHaveLength(3);
    expect(given.filter((id) => id === AGENTS.lena)).toHaveLength(3);
  });

  test('whoever has the fewest open ones, as agents took and solved them', async () => {
    const desk = await opened('least_busy');
    await reported(desk, 2);
    expect(responders(desk)).toEqual([AGENTS.priya, AGENTS.lena]);
    agent(desk).update(2, { responder_id: AGENTS.priya }); // Priya has two now
    await desk.advance(10 * SECOND, SECOND);
    await reported(desk, 2);
    expect(responders(desk).slice(2)).toEqual([AGENTS.lena, AGENTS.lena]);
    expect(desk.notes(3)[0]).toContain('Lena Vogt has the fewest open tickets (0).');
  });

  test('nobody is available: it stays with the group, which is said', async () => {
    const desk = await opened('round_robin');
    for (const id of [AGENTS.priya, AGENTS.lena]) desk.sandbox.freshdesk.people.setAvailable(id, false);
    await desk.advance(2 * MINUTE);
    await reported(desk);
    expect(onlyTicket(desk)).toMatchObject({ group_id: GROUPS.platform, responder_id: null });
    expect(desk.notes(1)[0]).toContain('Nobody of Platform is available, so it stays with the group.');
  });

  test('our choice is acknowledged by nobody yet; an agent who takes it, or another, is the owner', async () => {
    const desk = await opened('round_robin');
    await reported(desk);
    await desk.advance(2 * MINUTE);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'new' });
    expect((await desk.incidents())[0]?.owner).toBeUndefined();
    agent(desk, AGENTS.tom).update(1, { responder_id: AGENTS.tom });
    await desk.advance(4 * SECOND, SECOND);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'acknowledged', owner: 'Tom Baker' });
    expect(await rulesOfNewest(desk)).toContain('agent_set');
    await desk.advance(5 * MINUTE);
    expect(onlyTicket(desk).responder_id).toBe(AGENTS.tom);
  });

  test('whom Watchdesk chose answers the reporter: theirs from then on', async () => {
    const desk = await opened('round_robin');
    await reported(desk);
    agent(desk, AGENTS.priya).reply(1, '<p>We are looking into it.</p>');
    await desk.advance(4 * SECOND, SECOND);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'acknowledged', owner: 'Priya Nair' });
  });

  test('P5 an agent or a group that people chose, or took away, is never replaced', async () => {
    const desk = await opened('round_robin');
    raise(desk);
    agent(desk).update(1, { responder_id: AGENTS.sam });
    raise(desk, { email: 'x@y.example' });
    agent(desk).update(2, { group_id: GROUPS.serviceDesk });
    raise(desk, { email: 'z@z.example' });
    await desk.advance(10 * SECOND, SECOND);
    expect(desk.tickets()[2]?.responder_id).toBe(AGENTS.priya);
    agent(desk).update(3, { responder_id: null });
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(5 * MINUTE);
    expect(desk.tickets().slice(0, 3)).toMatchObject([
      { responder_id: AGENTS.sam },
      { group_id: GROUPS.serviceDesk, responder_id: null },
      { group_id: GROUPS.platform, responder_id: null },
    ]);
  });

  test.each([
    [
      'an agent who was deactivated since',
      (desk: TestWatchdesk) => desk.sandbox.freshdesk.people.setDeactivated(AGENTS.priya, true),
    ],
    [
      'a group that was removed',
      (desk: TestWatchdesk) => desk.sandbox.freshdesk.people.removeGroup(GROUPS.platform),
    ],
  ])('Freshdesk refuses %s: everything else is set, and people are told whom to choose', async (_, act) => {
    const desk = await opened('round_robin');
    act(desk);
    await reported(desk);
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ type: 'Incident', priority: HIGH });
    expect(await listStuck(desk.database.prisma, 10)).toEqual([]);
    expect(errorsOf(desk)).toEqual([]);
    const told = desk.notes(1).filter((note) => note.includes('Freshdesk does not accept'));
    expect(told).toHaveLength(1);
    expect(await rulesOfNewest(desk)).toContain('assignment_refused');
    // It is not tried again and again, and the ticket is kept up to date.
    const calls = desk.calls().filter((call) => / 400$/.test(call)).length;
    expect(calls).toBe(1);
    agent(desk, AGENTS.lena).update(1, { responder_id: AGENTS.lena });
    await desk.advance(5 * MINUTE);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'acknowledged', owner: 'Lena Vogt' });
    expect(desk.calls().filter((call) => / 400$/.test(call))).toHaveLength(1);
  });

  test('a group that was removed does not keep an alert from its ticket', async () => {
    const desk = await opened('none');
    desk.sandbox.freshdesk.people.removeGroup(GROUPS.platform);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk).subject).toContain('web01 HTTP');
    expect(onlyTicket(desk).group_id).toBeNull();
    expect(errorsOf(desk)).toEqual([]);
    expect(desk.notes(1).filter((note) => note.includes('Freshdesk does not accept'))).toHaveLength(1);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE);
    expect((await desk.incidents())[0]?.status).toBe('closed');
  });
});
