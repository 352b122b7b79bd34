import { describe, expect, test } from 'vitest';
import { RUNBOOK_FOLDER_ID } from '../../src/sandbox/freshdesk/fresh-solutions.ts';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { act, isIssue, issueOf, until } from './desk-family.ts';
import { callCount, callFreshdesk, flowsOn } from './flows.ts';

describe.each(databases)('known solutions and drafts of articles (%s)', (kind) => {
  const open = flowsOn(kind);
  const KNOWN = 'Known solutions';
  const notesWith = (desk: TestWatchdesk, { id }: Ticket, words: string) =>
    desk.notes(id).filter((note) => note.includes(words));
  const articles = (desk: TestWatchdesk) => desk.sandbox.freshdesk.state.data.solutions.articles;

  async function raised(desk: TestWatchdesk, subject: string, text: string): Promise<Ticket> {
    const ticket = desk.sandbox.freshdesk.customers.raise({ email: 'kim@acme.example', subject, text });
    await until(desk, () => isIssue(desk, ticket.id));
    await desk.advance(20 * SECOND, 5 * SECOND);
    return ticket;
  }

  test('what Freshdesk knows is told once, in private, with a link', async () => {
    const desk = await open({ isServed: true });
    const ticket = await raised(
      desk,
      'How do I reset my password?',
      'I have forgotten it. How can I get a new one?',
    );
    expect(notesWith(desk, ticket, KNOWN)).toHaveLength(1);
    const [note] = notesWith(desk, ticket, KNOWN);
    expect(note).toContain('<a href="https://acme.freshdesk.com/a/solutions/articles/158018500023"');
    expect(note).toContain('How do I reset my password?');
    desk.sandbox.freshdesk.customers.reply(ticket.id, 'How do I reset my password, please?');
    await desk.advance(2 * MINUTE, 20 * SECOND);
    expect(notesWith(desk, ticket, KNOWN)).toHaveLength(1);
  });

  test('where nothing is found, nothing is said; where policy does not want it, nothing is looked for', async () => {
    const desk = await open({ isServed: true });
    const ticket = await raised(desk, 'Zeppelin does not start, error 12', 'Our zeppelin is broken.');
    expect(notesWith(desk, ticket, KNOWN)).toEqual([]);
    expect(callCount(desk, 'GET', /^\/search\/solutions/)).toBe(1);
    desk.usePolicy({ tickets: { solutions: { search: false } } });
    await raised(desk, 'How do I reset my password?', 'I have forgotten it.');
    expect(callCount(desk, 'GET', /^\/search\/solutions/)).toBe(1);
  });

  async function solved(desk: TestWatchdesk): Promise<{ ticket: Ticket; incidentId: string }> {
    await callFreshdesk(desk, 'POST', '/admin/ticket_fields', {
      label: 'Resolution',
      label_for_customers: 'Resolution',
      type: 'custom_paragraph',
    });
    const ticket = await raised(desk, 'Scanner does not work, error 7', 'It is broken since this morning.');
    const [field] = desk.sandbox.freshdesk.state.data.customFields;
    desk.sandbox.freshdesk
      .agent()
      .update(ticket.id, { custom_fields: { [field?.name ?? '']: 'Clean the <glass>.\nThen restart it.' } });
    await desk.advance(20 * SECOND, 5 * SECOND);
    return { ticket, incidentId: (await issueOf(desk, ticket.id)).id };
  }
  const FOLDER = { tickets: { solutions: { folder_id: RUNBOOK_FOLDER_ID } } };

  test('a draft is made from the resolution, once however often it is asked for', async () => {
    const desk = await open({ isServed: true, policy: FOLDER });
    const { ticket, incidentId } = await solved(desk);
    const before = articles(desk).length;
    await act(desk, { do: 'draft_article', incidentId, by: 'Jo' }, 'draft-1');
    await act(desk, { do: 'draft_article', incidentId, by: 'Jo' }, 'draft-2');
    await desk.advance(20 * SECOND, 5 * SECOND);
    const made = articles(desk).slice(before);
    expect(made).toMatchObject([
      { title: 'Scanner does not work, error 7', folder_id: RUNBOOK_FOLDER_ID, status: 1 },
    ]);
    expect(made[0]?.description).toContain('Clean the &lt;glass&gt;.');
    expect(notesWith(desk, ticket, 'A draft of an article was made')).toHaveLength(1);
  });

  test('one whose answer was lost is not made a second time', async () => {
    const desk = await open({ isServed: true, policy: FOLDER });
    const { ticket, incidentId } = await solved(desk);
    const before = articles(desk).length;
    const match = { method: 'POST', pathPattern: /\/solutions\// };
    desk.sandbox.freshdesk.faults.next({ kind: 'cut_after', match });
    await act(desk, { do: 'draft_article', incidentId, by: 'Jo' }, 'draft-1');
    await desk.advance(5 * MINUTE, 20 * SECOND);
    expect(articles(desk).slice(before)).toHaveLength(1);
    expect(notesWith(desk, ticket, 'A draft of an article was made')).toHaveLength(1);
  });

  test('without folder and resolution it says what is missing, and makes nothing', async () => {
    const desk = await open({ isServed: true });
    const ticket = await raised(desk, 'Scanner does not work, error 7', 'It is broken.');
    const { id: incidentId } = await issueOf(desk, ticket.id);
    const before = articles(desk).length;
    await act(desk, { do: 'draft_article', incidentId, by: 'Jo' }, 'draft-1');
    await desk.advance(20 * SECOND, 5 * SECOND);
    const [told] = await desk.database.query(`SELECT rule, sentence FROM delivery WHERE source = 'person'`);
    expect(told).toMatchObject({ rule: 'article_not_drafted' });
    expect(String(told?.sentence)).toContain('tickets.solutions.folder_id');
    expect(String(told?.sentence)).toContain('“Resolution” is empty');
    expect(articles(desk)).toHaveLength(before);
  });
});
