import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { customFields, notesWith, proofsOf, raised, resolved, seconds, ticketStatus } from './desk-asking.ts';
import { act, issueOf, replies } from './desk-family.ts';
import { agentSets, CLOSED, flowsOn, OPEN, onlyTicket, RESOLVED, raise, ticketAbout } from './flows.ts';

const FURNISHED = { isServed: true, sandbox: { freshdesk: { isFurnished: true } } } as const;
const NOT_CLOSED = 'Not closed: proof is missing.';
const DONE = { resolution_code: 'Fixed', resolution_text: 'The pool was enlarged.' } as const;

describe.each(databases)('P3 nothing closes without proof (%s)', (kind) => {
  const open = flowsOn(kind);

  test('closed by an agent: in under 5 seconds it is Resolved again, with the reason and every way', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 4);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    const notes = notesWith(desk, ticket, NOT_CLOSED);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('the reporter has not confirmed that it works again');
    expect(notes[0]).toContain('by the link in our question, or in a reply');
    expect(notes[0]).toMatch(/“Restored: confirmed by”, “Restored: confirmed how”/);
    expect(notes[0]).toContain('https://watchdesk.example.com/incidents/1');
    expect(replies(desk, ticket.id)).toHaveLength(1);
    await desk.advance(HOUR);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(1);
  });

  test('raised and closed before Watchdesk saw it: set back and asked about as any other', async () => {
    const desk = await open(FURNISHED);
    const ticket = raise(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED, type: 'Incident' });
    await seconds(desk, 6);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(1);
    expect(replies(desk, ticket.id)).toHaveLength(1);
  });

  test('closed again and again by a rule: after three rounds it is left so, and a person is told once', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    const { freshdesk } = desk.sandbox;
    freshdesk.agent().update(ticket.id, { status: CLOSED });
    let closes = 1;
    for (let minute = 0; minute < 20; minute++) {
      await desk.advance(MINUTE, 20 * SECOND);
      if (ticketStatus(desk, ticket) === CLOSED) continue;
      freshdesk.agent().update(ticket.id, { status: CLOSED });
      closes += 1;
    }
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(closes).toBe(4);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(3);
    expect(notesWith(desk, ticket, 'closed again and again without proof')).toHaveLength(1);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    expect(replies(desk, ticket.id)).toHaveLength(1);
    const calls = desk.calls().filter((call) => !call.startsWith('GET'));
    await desk.advance(2 * HOUR, 5 * MINUTE);
    expect(desk.calls().filter((call) => !call.startsWith('GET'))).toEqual(calls);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('the proof that comes after Watchdesk gave up still closes the issue', async () => {
    const desk = await open({ ...FURNISHED, policy: { closing: { gate: { rounds: 1 } } } });
    const ticket = await raised(desk);
    for (let n = 0; n < 2; n++) {
      desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
      await seconds(desk, 5);
    }
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    desk.sandbox.freshdesk
      .agent()
      .update(ticket.id, customFields(desk, { confirmed_by: 'Kim', confirmed_how: 'Phone' }));
    await seconds(desk, 5);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'closed' });
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('closed through the API while Freshdesk’s webhook is lost: found by the next look', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.settings.webhookTrouble.lose = Number.POSITIVE_INFINITY;
    await agentSets(desk, ticket.id, { status: CLOSED });
    await desk.advance(2 * MINUTE, 10 * SECOND);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(1);
  });

  test('every step at the mercy of restarts and lost answers: set back once, told once, asked once', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    const { faults } = desk.sandbox.freshdesk;
    desk.sandbox.freshdesk.settings.webhookTrouble.duplicate = Number.POSITIVE_INFINITY;
    for (const [method, pathPattern] of [
      ['PUT', /^\/tickets\/\d+$/],
      ['POST', /\/notes$/],
      ['POST', /\/reply$/],
    ] as const)
      faults.next({ kind: 'cut_after', match: { method, pathPattern } });
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    for (let n = 0; n < 40; n++) {
      await desk.restart();
      await desk.advance(10 * SECOND, 10 * SECOND);
    }
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(1);
    expect(replies(desk, ticket.id)).toHaveLength(1);
  });

  test('an alert’s ticket closed while its check is bad is set back; healthy for the soak, it closes', async () => {
    const desk = await open({ isServed: true });
    await desk.settle();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 10 * SECOND);
    const ticket = onlyTicket(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(1);
    expect(notesWith(desk, ticket, NOT_CLOSED)[0]).toContain('monitoring still shows 1 of 1 alerts bad');
    expect((await issueOf(desk, ticket.id)).status).not.toMatch(/resolved|closed/);

    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE, 10 * SECOND);
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    const [, second, ...more] = notesWith(desk, ticket, NOT_CLOSED);
    expect(more).toEqual([]);
    expect(second).toContain('Opsview has not shown everything healthy for');
    expect(second).not.toContain('monitoring still shows');

    await desk.advance(40 * MINUTE);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    const issue = await issueOf(desk, ticket.id);
    expect([issue.status, ...proofsOf(issue)]).toEqual(['closed', 'monitoring']);
  });

  test('an alert that returns after its ticket was closed opens it again', async () => {
    const desk = await open({ isServed: true });
    await desk.settle();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 10 * SECOND);
    const ticket = onlyTicket(desk);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 10 * SECOND);
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
    expect((await issueOf(desk, ticket.id)).reopenCount).toBe(1);
  });

  test.each([
    ['with the same click', true],
    ['before it', false],
  ])('the agent’s record in the fields, %s, is proof', async (_, isSameClick) => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    const agent = desk.sandbox.freshdesk.agent();
    const record = customFields(desk, {
      confirmed_by: 'Kim of Acme',
      confirmed_how: 'Phone',
      confirmed_on: '2026-03-01',
    });
    if (!isSameClick) {
      agent.update(ticket.id, record);
      await seconds(desk, 5);
      expect((await issueOf(desk, ticket.id)).status).not.toMatch(/resolved|closed/);
      expect(ticketStatus(desk, ticket)).toBe(OPEN);
    }
    agent.update(ticket.id, { status: CLOSED, ...(isSameClick ? record : {}) });
    await seconds(desk, 5);
    const issue = await issueOf(desk, ticket.id);
    expect(issue).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'agent_record', who: 'Kim of Acme', how: 'Phone' }],
    });
    expect(issue.proofs[0]).toMatchObject({ when: new Date('2026-03-01T00:00:00Z') });
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(replies(desk, ticket.id).filter((html) => html.includes('/confirm/'))).toHaveLength(0);
    expect(notesWith(desk, ticket, NOT_CLOSED)).toHaveLength(0);
  });

  test('only who, or only how, is no record; and what confirmed one restoration does not confirm the next', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    const agent = desk.sandbox.freshdesk.agent();
    agent.update(ticket.id, { status: CLOSED, ...customFields(desk, { confirmed_by: 'Kim' }) });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    agent.update(ticket.id, customFields(desk, { confirmed_how: 'Chat' }));
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    agent.update(ticket.id, { status: OPEN });
    await seconds(desk, 5);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ reopenCount: 1, proofs: [] });
    agent.update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    agent.update(ticket.id, customFields(desk, { confirmed_on: '2026-03-02' }));
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('the agent’s record in the console is proof, once', async () => {
    const desk = await open(FURNISHED);
    const ticket = await resolved(desk);
    const { id: incidentId } = await issueOf(desk, ticket.id);
    const record = {
      do: 'record_confirmation',
      incidentId,
      who: 'Kim',
      how: 'Phone',
      when: desk.clock.now(),
      by: 'Alex Agent',
    } as const;
    await act(desk, { ...record, who: ' ' }, 'empty');
    expect((await issueOf(desk, ticket.id)).status).toBe('resolved');
    await act(desk, record, 'one');
    await act(desk, record, 'one');
    await act(desk, record, 'two');
    await seconds(desk, 5);
    expect(await issueOf(desk, ticket.id)).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'agent_record', who: 'Kim', by: 'Alex Agent' }],
    });
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    await desk.advance(8 * 24 * HOUR, 6 * HOUR);
    expect(replies(desk, ticket.id)).toHaveLength(1);
  });

  test('what has to be filled in is asked for, and closing goes on once it is', async () => {
    const policy = { closing: { resolution: { require: ['code', 'text'] } } };
    const desk = await open({ ...FURNISHED, policy });
    const ticket = await raised(desk);
    const agent = desk.sandbox.freshdesk.agent();
    agent.update(ticket.id, {
      status: CLOSED,
      ...customFields(desk, { confirmed_by: 'Kim', confirmed_how: 'Phone' }),
    });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    const [note, ...more] = notesWith(desk, ticket, NOT_CLOSED);
    expect(more).toEqual([]);
    expect(note).toContain('the field “Resolution code” is empty');
    expect(note).toContain('Fill in “Resolution” in this ticket.');
    agent.update(ticket.id, customFields(desk, { resolution_code: DONE.resolution_code }));
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    agent.update(ticket.id, customFields(desk, { resolution_text: DONE.resolution_text }));
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
  });

  test('an account without the fields is not asked for them, nor pointed to them', async () => {
    const policy = { closing: { resolution: { require: ['code', 'text'] } } };
    const desk = await open({ isServed: true, policy });
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    const [note] = notesWith(desk, ticket, NOT_CLOSED);
    expect(note).not.toMatch(/Resolution code|Restored: confirmed/);
    expect(note).toContain('You record the same in Watchdesk');
  });

  test('what a workaround ended opens one Problem when it closes', async () => {
    const desk = await open(FURNISHED);
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, {
      status: CLOSED,
      ...customFields(desk, {
        confirmed_by: 'Kim',
        confirmed_how: 'Phone',
        resolution_kind: 'Workaround',
        resolution_text: 'Restarted by hand each night',
      }),
    });
    await seconds(desk, 8);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
    const problem = ticketAbout(desk, 'Fix behind the workaround');
    expect(problem.type).toBe('Problem');
    expect(problem.description_text).toContain('Restarted by hand each night');
    expect(await issueOf(desk, problem.id)).toMatchObject({
      type: 'Problem',
      status: 'new',
      origin: 'watchdesk',
    });
    await desk.advance(HOUR);
    expect(desk.tickets()).toHaveLength(2);
  });

  test('a question needs no proof: it is as its ticket is', async () => {
    const desk = await open(FURNISHED);
    const ticket = raise(desk, {
      subject: 'Question about my invoice',
      text: 'How do I download the invoice of May?',
    });
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).type).toBe('Question');
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(replies(desk, ticket.id)).toEqual([]);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: OPEN });
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('new');
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
  });
});
