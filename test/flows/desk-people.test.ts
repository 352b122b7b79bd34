import { describe, expect, test } from 'vitest';
import { countByRule } from '../../src/store/people-changes.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  AGENTS,
  CLOSED,
  flowsOn,
  GROUPS,
  HIGH,
  LOW,
  MEDIUM,
  onlyTicket,
  RESOLVED,
  raise,
  rulesOfNewest,
  URGENT,
} from './flows.ts';

const POLICY = {
  teams: { platform: { name: 'Platform', freshdesk_group_id: GROUPS.platform } },
  defaults: { team: 'platform' },
  customers: { acme: { name: 'Acme', domains: ['acme.example'] } },
  services: {
    webshop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'high',
      match: [{ host: 'web01' }, { host: 'db01' }],
    },
  },
};
const THEIRS = 'Changed by people';

describe.each(databases)('P5 what people set in a ticket is theirs (%s)', (kind) => {
  const open = flowsOn(kind);

  async function opened(people: object = {}): Promise<TestWatchdesk> {
    const desk = await open({ isServed: true, policy: { ...POLICY, tickets: { people } } });
    await desk.settle();
    return desk;
  }
  async function raised(people: object = {}): Promise<TestWatchdesk> {
    const desk = await opened(people);
    raise(desk);
    await desk.advance(MINUTE, 5 * SECOND);
    expect(onlyTicket(desk)).toMatchObject({ type: 'Incident', priority: HIGH, group_id: GROUPS.platform });
    return desk;
  }
  async function alerted(people: object = {}): Promise<TestWatchdesk> {
    const desk = await opened(people);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 5 * SECOND);
    expect(onlyTicket(desk)).toMatchObject({ priority: URGENT, group_id: GROUPS.platform });
    return desk;
  }
  const agent = (desk: TestWatchdesk) => desk.sandbox.freshdesk.agent();
  const theirs = (desk: TestWatchdesk, id = 1) => desk.notes(id).filter((note) => note.includes(THEIRS));

  test('who lowered the priority of a report never sees it changed: by alerts, more reports, recovery, and bad again', async () => {
    const desk = await raised({ release_on_reopen: false });
    agent(desk).update(1, { priority: LOW });
    const seen = new Set<number>();
    const passes = async (ms: number) => {
      for (let left = ms; left > 0; left -= 30 * SECOND) {
        await desk.advance(30 * SECOND);
        seen.add(desk.tickets()[0]?.priority ?? 0);
      }
    };
    await passes(MINUTE);
    expect(theirs(desk)).toHaveLength(1);
    expect(theirs(desk)[0]).toContain('Priority is “low” in Freshdesk; Watchdesk would have set “high”');
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await passes(2 * MINUTE);
    expect((await desk.incidents()).map(({ alertCount }) => alertCount)).toEqual([1]); // it joined the report
    for (let n = 0; n < 6; n++) raise(desk, { email: `u${n}@acme.example` });
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await passes(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    desk.checks.setState('db01', 'Backup', 'OK');
    await passes(2 * MINUTE);
    expect(desk.tickets()[0]?.status).toBe(RESOLVED);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await passes(2 * MINUTE);
    expect([...seen]).toEqual([LOW]);
    expect(theirs(desk)).toHaveLength(1);
    const issue = (await desk.incidents()).at(-1);
    expect(issue).toMatchObject({
      number: 1,
      priority: 'low',
      impact: 'high',
      urgency: 'high',
      reopenCount: 1,
    });
  });

  test('every field that an agent changes in an alert’s ticket is told once, all in one note, in seconds', async () => {
    const desk = await alerted();
    agent(desk).update(1, {
      subject: 'Shop: customers cannot pay',
      priority: MEDIUM,
      type: 'Problem',
      group_id: GROUPS.applications,
      responder_id: AGENTS.lena,
    });
    await desk.advance(4 * SECOND, SECOND);
    expect(theirs(desk)).toHaveLength(1);
    const [note] = theirs(desk);
    expect(note).toContain('Subject is “Shop: customers cannot pay”');
    expect(note).toContain('Priority is “medium” in Freshdesk; Watchdesk would have set “urgent”');
    expect(note).toContain('Type is “Problem” in Freshdesk; Watchdesk would have set “Incident”');
    expect(note).toContain('Group is “group');
    desk.checks.setState('web01', 'HTTP', 'UNKNOWN');
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(10 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({
      subject: 'Shop: customers cannot pay',
      priority: MEDIUM,
      type: 'Problem',
      group_id: GROUPS.applications,
      responder_id: AGENTS.lena,
    });
    expect(theirs(desk)).toHaveLength(1);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'acknowledged', owner: 'Lena Vogt' });
  });

  test('changed again and again by people, the newest stands, without a word more', async () => {
    const desk = await raised();
    for (const priority of [LOW, URGENT, MEDIUM]) {
      agent(desk).update(1, { priority });
      await desk.advance(2 * MINUTE);
      expect(onlyTicket(desk).priority).toBe(priority);
    }
    expect(theirs(desk)).toHaveLength(1);
    expect((await desk.incidents())[0]).toMatchObject({ priority: 'medium' });
  });

  test('what policy gives back after its time is set by the rules again, and not before', async () => {
    const desk = await alerted({ keep_for: '2h' });
    agent(desk).update(1, { priority: LOW });
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'Disk: /var/log', 'CRITICAL');
    await desk.advance(HOUR, 10 * MINUTE);
    expect((await desk.incidents()).map(({ alertCount }) => alertCount)).toEqual([2]);
    expect(onlyTicket(desk).priority).toBe(LOW);
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(HOUR, 10 * MINUTE);
    expect(onlyTicket(desk).priority).toBe(LOW);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL'); // the next that happens to it
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).priority).toBe(URGENT);
    // People may take it again, and that is said again.
    agent(desk).update(1, { priority: LOW });
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).priority).toBe(LOW);
    expect(theirs(desk)).toHaveLength(2);
  });

  test.each([
    [true, URGENT],
    [false, LOW],
  ])('bad again, people’s fields are given back where policy says so: %s', async (isReleased, priority) => {
    const desk = await alerted({ release_on_reopen: isReleased });
    agent(desk).update(1, { priority: LOW });
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: RESOLVED, priority: LOW });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).priority).toBe(priority);
    expect((await desk.incidents())[0]?.reopenCount).toBe(1);
  });

  test('P6 a type that is only a guess is not set: a person is asked, and what they choose settles it', async () => {
    const desk = await opened();
    for (const subject of ['Hello', 'Hello again', 'Hello once more'])
      raise(desk, {
        email: `${subject.length}@elsewhere.example`,
        subject,
        text: 'Please see below. Kind regards',
      });
    await desk.advance(MINUTE, 5 * SECOND);
    for (const { id, type } of desk.tickets()) {
      expect(type).toBeNull();
      expect(desk.notes(id)[0]).toContain('please choose the type');
    }
    agent(desk).update(1, { type: 'Question' });
    agent(desk).update(2, { type: 'Incident' });
    agent(desk).update(3, { type: 'Feature Request' });
    await desk.advance(2 * MINUTE, 5 * SECOND);
    const all = await desk.incidents();
    expect(all).toHaveLength(3);
    for (const { type, title, desk: state } of all) {
      expect(desk.tickets().find(({ subject }) => subject === title)?.type).toBe(type);
      expect(state).toMatchObject({ typeRule: 'chosen_by_person' });
      expect(state.isTypeGuess).toBeUndefined();
    }
    expect(desk.tickets().map(({ type }) => type)).toEqual(['Question', 'Incident', 'Feature Request']);
    expect(desk.tickets().map(({ priority }) => priority)).toEqual([LOW, MEDIUM, LOW]);
    // A question needs no proof; an incident does.
    for (const { id } of desk.tickets()) agent(desk).update(id, { status: CLOSED });
    await desk.advance(2 * MINUTE, 5 * SECOND);
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, RESOLVED, CLOSED]);
  });

  test('what is set when Watchdesk first sees a ticket stays, all of it, without a word about it', async () => {
    const desk = await opened();
    raise(desk);
    const chosen = {
      type: 'Question',
      priority: URGENT,
      group_id: GROUPS.serviceDesk,
      responder_id: AGENTS.sam,
    };
    agent(desk).update(1, chosen);
    await desk.advance(3 * MINUTE, 5 * SECOND);
    expect(onlyTicket(desk)).toMatchObject(chosen);
    expect(theirs(desk)).toEqual([]);
    const [issue] = await desk.incidents();
    expect(issue).toMatchObject({ type: 'Question', status: 'acknowledged', owner: 'Sam Sommer' });
    expect(await rulesOfNewest(desk)).not.toContain('default_team');
  });

  test('what people change is counted by the rule that they corrected, once per ticket', async () => {
    const desk = await opened();
    for (let n = 0; n < 3; n++) raise(desk, { email: `u${n}@n${n}.example`, text: `Nobody can order. ${n}` });
    await desk.advance(MINUTE, 5 * SECOND);
    for (const [id, priority] of [
      [1, LOW],
      [2, LOW],
      [3, MEDIUM],
    ] as const)
      agent(desk).update(id, { priority });
    agent(desk).update(1, { group_id: GROUPS.applications });
    await desk.advance(2 * MINUTE, 5 * SECOND);
    agent(desk).update(1, { priority: URGENT });
    await desk.advance(2 * MINUTE, 5 * SECOND);
    await desk.restart();
    await desk.advance(2 * MINUTE, 5 * SECOND);
    const counted = await countByRule(desk.database.prisma, { since: new Date(0), limit: 10 });
    expect(counted).toMatchObject([
      { rule: 'priority_matrix', field: 'priority', count: 3, mostChosen: 'low' },
      { rule: 'default_team', field: 'groupId', count: 1, mostChosen: String(GROUPS.applications) },
    ]);
  });
});
