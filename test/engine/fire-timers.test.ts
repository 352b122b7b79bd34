import { describe, expect, test } from 'vitest';
import { customFields } from '../flows/desk-asking.ts';
import { isIssue, issueOf, reports, SHOP_POLICY, until } from '../flows/desk-family.ts';
import { agentSets, errorsOf, flowsOn, RESOLVED } from '../flows/flows.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';

const REPORTER = { remind_after: ['1h'], silent_after: '3h', when_silent: 'close' };

describe.each(databases)('timers of reporters who stay silent (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P7 one that closes a child and its main incident opens the follow-up of either workaround', async () => {
    const desk = await open({
      policy: {
        ...SHOP_POLICY,
        tickets: { linking: { strategies: ['note_only'] } },
        closing: {
          children: 'all_closed',
          reporter: REPORTER,
          resolution: { workaround_follow_up: 'problem' },
        },
      },
      sandbox: { freshdesk: { isFurnished: true } },
    });
    const main = reports(desk, 1);
    await until(desk, () => isIssue(desk, main.id));
    const child = reports(desk, 2);
    await until(desk, () => isIssue(desk, child.id));
    const [first, second] = [await issueOf(desk, main.id), await issueOf(desk, child.id)];
    expect(second.parentId).toBe(first.id);
    const workaround = {
      resolution_kind: 'Workaround',
      resolution_text: 'Restart',
      resolution_code: 'Fixed',
    };
    await agentSets(desk, child.id, customFields(desk, workaround));
    await agentSets(desk, main.id, { status: RESOLVED, ...customFields(desk, workaround) });
    await desk.advance(2 * MINUTE, 20 * SECOND);
    await desk.advance(5 * HOUR, HOUR);
    expect(errorsOf(desk)).toEqual([]);
    expect(await issueOf(desk, child.id)).toMatchObject({ status: 'closed' });
    expect(await issueOf(desk, main.id)).toMatchObject({ status: 'closed' });
    const problems = (await desk.incidents()).filter(({ type }) => type === 'Problem');
    expect(problems.map(({ desk: { openedForId } }) => openedForId).sort()).toEqual(
      [first.id, second.id].sort(),
    );
  });

  test('P3 a question that Freshdesk refused makes nobody silent', async () => {
    const desk = await open({
      policy: { ...SHOP_POLICY, closing: { reporter: REPORTER } },
      sandbox: { freshdesk: { isFurnished: true } },
    });
    const ticket = reports(desk, 1);
    await until(desk, () => isIssue(desk, ticket.id));
    for (let times = 0; times < 3; times++)
      desk.sandbox.freshdesk.faults.next({
        kind: 'status',
        status: 400,
        match: { method: 'POST', pathPattern: /\/reply$/ },
      });
    await agentSets(desk, ticket.id, { status: RESOLVED });
    await desk.advance(2 * MINUTE, 20 * SECOND);
    expect(errorsOf(desk)).not.toEqual([]);
    await desk.advance(12 * HOUR, 2 * HOUR);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'resolved', proofs: [] });
    expect(desk.notes(ticket.id).filter((note) => note.includes('has not reached Freshdesk'))).toHaveLength(
      1,
    );
  });
});
