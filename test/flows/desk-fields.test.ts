import { describe, expect, test } from 'vitest';
import { DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../../src/model/desk-field.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { callCount, callFreshdesk, flowsOn, HIGH, LOW, MEDIUM, onlyTicket, raise, URGENT } from './flows.ts';

const SHOWN = DESK_FIELD_KEYS.filter((key) => DESK_FIELDS[key].side === 'shown');
const POLICY = {
  customers: { acme: { name: 'Acme', domains: ['acme.example'] } },
  services: {
    webshop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'medium',
      match: [{ host: 'web01' }, { host: 'db01' }],
    },
  },
};

/** What `watchdesk setup freshdesk` would make. */
async function makeFields(desk: TestWatchdesk, keys: readonly DeskField[]): Promise<void> {
  for (const key of keys) {
    const spec = DESK_FIELDS[key];
    const choices = 'choices' in spec ? { choices: spec.choices.map((value) => ({ value })) } : {};
    const field = {
      label: spec.label,
      label_for_customers: spec.label,
      type: `custom_${spec.type}`,
      ...choices,
    };
    await callFreshdesk(desk, 'POST', '/admin/ticket_fields', field);
  }
}

const nameOf = (desk: TestWatchdesk, key: DeskField): string =>
  desk.sandbox.freshdesk.state.data.customFields.find(({ label }) => label === DESK_FIELDS[key].label)
    ?.name ?? '';
const field = (desk: TestWatchdesk, key: DeskField, id = 1): unknown =>
  desk.tickets()[id - 1]?.custom_fields[nameOf(desk, key)];

describe.each(databases)('fields of the ticket that agents read and fill in (%s)', (kind) => {
  const open = flowsOn(kind);

  async function opened(keys: readonly DeskField[], policy: object = {}): Promise<TestWatchdesk> {
    const desk = await open({ isServed: true, policy: { ...POLICY, ...policy } });
    await makeFields(desk, keys);
    await desk.settle();
    return desk;
  }
  const updates = (desk: TestWatchdesk) => callCount(desk, 'PUT', /^\/tickets\/1$/);
  const fill = (desk: TestWatchdesk, answers: Partial<Record<DeskField, unknown>>) =>
    desk.sandbox.freshdesk.agent().update(1, {
      custom_fields: Object.fromEntries(
        Object.entries(answers).map(([key, value]) => [nameOf(desk, key as DeskField), value]),
      ),
    });

  test('an alert’s state is in its ticket within seconds, and only what changed is sent', async () => {
    // Opsview tells at once of what nobody acknowledged; of the rest it is asked every minute.
    const desk = await opened(SHOWN, { alerts: { acknowledge_in_opsview: 'never' } });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(MINUTE, 5 * SECOND);
    expect(field(desk, 'reference')).toBe('WD-1');
    expect(field(desk, 'host')).toBe('web01');
    expect(field(desk, 'check')).toBe('HTTP');
    expect(field(desk, 'state')).toBe('WARNING');
    expect(field(desk, 'since')).toContain('2026-03-02');
    expect(field(desk, 'impact')).toBe('medium');
    expect(field(desk, 'urgency')).toBe('low');
    expect(field(desk, 'proof')).toContain('monitoring');
    expect(field(desk, 'link')).toBe('https://watchdesk.example.com/incidents/1');
    expect(updates(desk)).toBe(0); // all of it came with the creation

    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(5 * SECOND, SECOND);
    expect(field(desk, 'state')).toBe('CRITICAL');
    expect(field(desk, 'urgency')).toBe('high');
    expect(onlyTicket(desk).priority).toBe(HIGH);
    expect(updates(desk)).toBe(1);

    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(5 * SECOND, SECOND);
    expect(field(desk, 'state')).toBe('OK');
    expect(updates(desk)).toBe(2);
    await desk.advance(9 * MINUTE);
    expect(updates(desk)).toBe(2);
    await desk.advance(5 * MINUTE);
    expect(field(desk, 'proof')).toBe('proven');
    expect(updates(desk)).toBe(3);
    await desk.advance(10 * MINUTE);
    expect(updates(desk)).toBe(3);
  });

  test('P5 such a field that an agent changed stays as it is, told once; the others go on', async () => {
    const desk = await opened(SHOWN);
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(MINUTE, 5 * SECOND);
    fill(desk, { state: 'being rebuilt' });
    await desk.advance(MINUTE, 5 * SECOND);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(5 * MINUTE);
    expect(field(desk, 'state')).toBe('being rebuilt');
    expect(field(desk, 'urgency')).toBe('high');
    const told = desk.notes(1).filter((note) => note.includes('Changed by people'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('Opsview state is “being rebuilt” in Freshdesk');
  });

  test('a ticket of a customer has them too, and questions that matter are asked once', async () => {
    const desk = await opened(DESK_FIELD_KEYS);
    raise(desk);
    await desk.advance(4 * SECOND, SECOND);
    expect(field(desk, 'reference')).toBe('WD-1');
    expect(field(desk, 'host')).toBeNull();
    expect(field(desk, 'impact')).toBe('medium');
    expect(field(desk, 'proof')).toContain('reporter');
    const asked = () => desk.notes(1).filter((note) => note.includes('How many people are affected?'));
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toContain('Please answer in the field “How many are affected?”');
    desk.sandbox.freshdesk.customers.reply(1, 'It is still down for me.');
    desk.sandbox.freshdesk.agent().note(1, '<p>Looking.</p>');
    await desk.advance(HOUR, 10 * MINUTE);
    expect(asked()).toHaveLength(1);
    expect(desk.notes(1).join()).not.toContain('Changed by people');
  });

  test('answers move impact and priority at once, with the reason; taken back, it is as before', async () => {
    const desk = await opened(DESK_FIELD_KEYS);
    raise(desk);
    await desk.advance(MINUTE, 5 * SECOND);
    expect(onlyTicket(desk).priority).toBe(MEDIUM);
    fill(desk, { affected: 'Everybody' });
    await desk.advance(5 * SECOND, SECOND);
    expect(onlyTicket(desk).priority).toBe(URGENT);
    expect(field(desk, 'impact')).toBe('high');
    expect(field(desk, 'urgency')).toBe('high');
    const issue = async () => (await desk.incidents())[0];
    expect((await issue())?.priorityWhy).toContain('Everybody');
    expect(await desk.rules((await issue())?.id ?? '')).toContain('answers');
    fill(desk, { affected: 'One person', workaround: 'Yes' });
    await desk.advance(5 * SECOND, SECOND);
    expect(onlyTicket(desk).priority).toBe(LOW);
    fill(desk, { affected: null, workaround: null });
    await desk.advance(5 * SECOND, SECOND);
    expect(onlyTicket(desk).priority).toBe(MEDIUM);
    expect(desk.notes(1).join()).not.toContain('Changed by people');
  });

  test('P5 a priority that people set is not moved by answers; impact and urgency tell the truth', async () => {
    const desk = await opened(DESK_FIELD_KEYS);
    raise(desk);
    await desk.advance(MINUTE, 5 * SECOND);
    desk.sandbox.freshdesk.agent().update(1, { priority: HIGH });
    fill(desk, { affected: 'Everybody' });
    await desk.advance(MINUTE, 5 * SECOND);
    expect(onlyTicket(desk).priority).toBe(HIGH);
    expect(field(desk, 'impact')).toBe('high');
    fill(desk, { affected: 'One person' });
    await desk.advance(MINUTE, 5 * SECOND);
    expect(onlyTicket(desk).priority).toBe(HIGH);
    expect(field(desk, 'impact')).toBe('low');
  });

  test('an account that has some of the fields gets these, and is asked nothing that it could not answer', async () => {
    const desk = await opened(['reference', 'state', 'external_users']);
    raise(desk);
    desk.checks.setState('gw01', 'BGP sessions', 'CRITICAL');
    await desk.advance(MINUTE, 5 * SECOND);
    expect(field(desk, 'reference')).toMatch(/^WD-\d$/);
    const [note] = desk.notes(1);
    expect(note).toContain('Are users outside the company affected?');
    expect(note).not.toContain('How many people are affected?');
  });

  test('an account without fields: nothing is sent to them, nothing is asked, nothing fails', async () => {
    const desk = await opened([]);
    raise(desk);
    desk.checks.setState('web02', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE, 5 * SECOND);
    for (const { custom_fields } of desk.tickets()) expect(custom_fields).toEqual({});
    expect(desk.notes(1)[0]).not.toContain('Please answer');
    expect(desk.calls().filter((call) => / 4\d\d$/.test(call))).toEqual([]);
  });

  test('fields that are made later are learnt within the hour, and filled with the next change of the ticket', async () => {
    const desk = await opened(['reference']);
    raise(desk);
    await desk.advance(MINUTE, 5 * SECOND);
    await makeFields(desk, ['link', 'impact']);
    await desk.advance(HOUR + MINUTE, 10 * MINUTE);
    desk.sandbox.freshdesk.agent().update(1, { priority: URGENT });
    await desk.advance(2 * MINUTE);
    expect(field(desk, 'link')).toBe('https://watchdesk.example.com/incidents/1');
    expect(field(desk, 'impact')).toBe('medium');
  });
});
