import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { explainTicketFile } from '../../src/cli/explain-ticket.ts';

const NOON = new Date('2026-03-02T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'watchdesk-ticket-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sandbox = fileURLToPath(new URL('../../policy/sandbox.yaml', import.meta.url));
async function explained(ticket: unknown, policy = sandbox) {
  const path = join(folder, 'ticket.json');
  writeFileSync(path, typeof ticket === 'string' ? ticket : JSON.stringify(ticket));
  return explainTicketFile({ ticket: path, policy }, NOON);
}

describe('watchdesk explain --ticket', () => {
  test('P6 says what a ticket would be, why, and who would get it', async () => {
    const { text, isGood } = await explained({
      subject: 'Lohnlauf bricht ab',
      text: 'Seit heute früh stürzt die Lohnabrechnung ab, dringend.',
      requester_email: 'lea@helvetia.example',
      answers: { workaround: 'No' },
    });
    expect(isGood).toBe(true);
    for (const part of [
      /type +Incident \(confidence 0\.\d+\)/,
      /type rule +words/,
      /because +Words such as “.*” speak for an incident\./,
      /category +Payroll \(Payroll run\)/,
      /customer +Helvetia Payroll \(helvetia\)/,
      /service +Payroll \(payroll\)/,
      /priority +urgent \(impact high, urgency high\)/,
      /rule +Payroll run/,
      /why +Since it is about Payroll/,
      /questions +How many people are affected\? \(affected\)/,
      /assigned to +Applications \(Freshdesk group 158018300003\)/,
      /An agent is chosen by round_robin/,
    ])
      expect(text).toMatch(part);
    expect(text).not.toContain('(workaround)');
  });

  test('says that a person is asked when it is not sure', async () => {
    const { text } = await explained({ subject: 'Hello' });
    expect(text).toMatch(/type +\w+ \(confidence 0\.?\d*, too low: a person is asked\)/);
  });

  test.each([
    [{ text: 'x' }, 'subject: '],
    [{ subject: 'x', answers: { moon: 'Yes' } }, 'answers'],
    [{ subject: 'x', source: 'pigeon' }, 'source: '],
    [{ subject: 'x', requester_email: 'nobody' }, 'requester_email: '],
    [{ subject: 'x', created_at: 'yesterday' }, 'created_at: '],
    [{ subject: 'x', requster: 'a' }, 'requster: not known; known are subject, text,'],
    [[], 'the ticket: '],
    ['{"subject": ', 'is neither JSON nor YAML'],
  ])('%j is refused: %s', async (ticket, message) => {
    const { text, isGood } = await explained(ticket);
    expect(isGood).toBe(false);
    expect(text).toContain(message);
    expect(text).toContain('ticket.json');
  });

  test('a missing file and a policy with faults are told', async () => {
    const missing = await explainTicketFile({ ticket: join(folder, 'none.json'), policy: sandbox }, NOON);
    expect(missing).toEqual({ text: expect.stringContaining('none.json cannot be read'), isGood: false });
    const bad = fileURLToPath(new URL('../policies/bad/tickets.yaml', import.meta.url));
    expect((await explained({ subject: 'x' }, bad)).text).toContain('is not a key of people');
  });
});
