import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  customFromWire,
  customToWire,
  fittedCustom,
} from '../../../src/connectors/freshdesk/custom-fields.ts';
import { STOCK_TEXT_LIMITS } from '../../../src/connectors/freshdesk/ticket-wire.ts';
import { DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../../../src/model/desk-field.ts';
import { freshdeskAtSandbox } from './at-sandbox.ts';

const MAIL = {
  email: 'kim@northwind.example',
  name: 'Kim',
  subject: 'No e-mail',
  text: 'Since <today>\nat 9',
};
const SAM = 158018000003;

let at: Awaited<ReturnType<typeof freshdeskAtSandbox>>;
beforeEach(async () => {
  at = await freshdeskAtSandbox();
});
afterEach(() => at.close());

/** Makes the account's fields and gives their names. */
function makeFields(keys: readonly DeskField[]): Map<DeskField, string> {
  const names = new Map<DeskField, string>();
  for (const key of keys) {
    const spec = DESK_FIELDS[key];
    const name = `cf_${key}7`;
    const choices = 'choices' in spec ? [...spec.choices] : [];
    const fieldId = 900 + names.size;
    at.account.state.data.customFields.push({
      id: fieldId,
      name,
      label: spec.label,
      type: `custom_${spec.type}`,
      choices,
      created_at: '2026-01-01T00:00:00Z',
    });
    names.set(key, name);
  }
  return names;
}

describe('a ticket in full', () => {
  test('tells the description, who wrote it, for which company and how it came in', async () => {
    const company = at.account.people.addCompany('Northwind', ['northwind.example']);
    const ticket = at.account.customers.raise(MAIL);
    expect(await at.freshdesk.readTicketInFull(ticket.id)).toMatchObject({
      id: ticket.id,
      fields: { subject: 'No e-mail', status: 'open', type: undefined },
      descriptionText: 'Since <today>\nat 9',
      source: 'email',
      requester: { id: ticket.requester_id, email: MAIL.email, name: 'Kim' },
      company: { id: company.id, name: 'Northwind' },
    });
  });

  test('an account that refuses to include is read plainly', async () => {
    const { id } = at.account.customers.raise(MAIL);
    at.account.settings.refusedIncludes = ['company'];
    const read = await at.freshdesk.readTicketInFull(id);
    expect(read).toMatchObject({ descriptionText: 'Since <today>\nat 9', source: 'email' });
    expect(read.requester ?? read.company).toBeUndefined();
    expect(read.requesterId).toEqual(expect.any(Number));
  });

  test('without company; raised in the portal; by an agent', async () => {
    const { id } = await at.freshdesk.createTicket({
      fields: { subject: 's', status: 'open', priority: 'low', type: undefined, tags: [] },
      descriptionHtml: '<p>d</p>',
      requesterEmail: 'kim@example.com',
    });
    at.account.agent().update(id, { requester_id: SAM });
    const read = await at.freshdesk.readTicketInFull(id);
    expect(read).toMatchObject({ source: 'portal', requester: { id: SAM, name: 'Sam Sommer' } });
    expect(read.company).toBeUndefined();
  });

  test.each([
    ['de', 'de'],
    ['pt-BR', 'pt'],
    ['', undefined],
    ['deutsch', undefined],
  ])('a contact with the language %j speaks %j', async (language, expected) => {
    const contact = at.account.people.addContact({ email: 'x@example.com', name: 'X', language });
    const read = await at.freshdesk.readContact(contact.id);
    expect(read).toMatchObject({ id: contact.id, email: 'x@example.com', name: 'X' });
    expect(read?.language).toBe(expected);
    expect(await at.freshdesk.readContact(SAM)).toBeUndefined();
  });
});

describe('agent and custom fields', () => {
  test('the agent who has it is read and written', async () => {
    const { id } = at.account.customers.raise(MAIL);
    expect((await at.freshdesk.readTicket(id)).fields).not.toHaveProperty('responderId');
    await at.freshdesk.updateTicket(id, { responderId: SAM });
    expect((await at.freshdesk.readTicket(id)).fields.responderId).toBe(SAM);
  });

  test.each([
    [
      'a deactivated agent',
      () => at.account.people.setDeactivated(SAM, true),
      { responderId: SAM },
      'responder_id',
    ],
    [
      'a group that is gone',
      () => at.account.people.removeGroup(158018300002),
      { groupId: 158018300002 },
      'group_id',
    ],
  ] as const)('%s is refused', async (_name, happens, changes, field) => {
    const { id } = at.account.customers.raise(MAIL);
    happens();
    await expect(at.freshdesk.updateTicket(id, changes)).rejects.toMatchObject({
      kind: 'rejected',
      fieldErrors: [{ field }],
    });
  });

  test('fields go by our keys, those the account lacks stay away, null clears', async () => {
    const names = makeFields([
      'reference',
      'workaround',
      'create_problem',
      'confirmed_on',
      'resolution_text',
    ]);
    const freshdesk = at.connect({ deskFieldNames: () => names });
    const { id, fields } = await freshdesk.createTicket({
      fields: {
        subject: 's',
        status: 'open',
        priority: 'low',
        type: 'Incident',
        tags: [],
        custom: { reference: 'WD-1', host: 'web01' },
      },
      descriptionHtml: '<p>d</p>',
      requesterEmail: 'kim@example.com',
    });
    expect(fields.custom).toEqual({ reference: 'WD-1' });
    at.account.agent().update(id, {
      custom_fields: { cf_workaround7: 'Yes', cf_create_problem7: true, cf_confirmed_on7: '2026-03-02' },
    });
    const since = at.clock.now();
    const listed = (await freshdesk.listUpdatedSince(since).next()).value;
    expect(listed?.[0]?.fields.custom).toEqual({
      reference: 'WD-1',
      workaround: 'Yes',
      create_problem: true,
      confirmed_on: '2026-03-02',
    });
    const cleared = await freshdesk.updateTicket(id, { custom: { reference: null, create_problem: null } });
    expect(cleared.fields.custom).toEqual({ workaround: 'Yes', confirmed_on: '2026-03-02' });
    const unknownOnly = await at.callsOf(() => freshdesk.updateTicket(id, { custom: { host: 'web02' } }));
    expect(unknownOnly).toEqual([`GET /tickets/${id}`]);
    expect((await at.freshdesk.readTicket(id)).fields).not.toHaveProperty('custom');
  });

  test('a name that the account does not have is refused with the name', async () => {
    const { id } = at.account.customers.raise(MAIL);
    const freshdesk = at.connect({ deskFieldNames: () => new Map([['host', 'cf_gone']]) });
    await expect(freshdesk.updateTicket(id, { custom: { host: 'web01' } })).rejects.toMatchObject({
      kind: 'rejected',
      fieldErrors: [{ field: 'cf_gone', code: 'invalid_field' }],
    });
  });

  test('a text that is too long is cut and taken', async () => {
    const names = makeFields(['host', 'resolution_text']);
    const freshdesk = at.connect({ deskFieldNames: () => names });
    const { id } = at.account.customers.raise(MAIL);
    const custom = { host: `${'x'.repeat(253)}😀😀`, resolution_text: 'y'.repeat(400) };
    const { fields } = await freshdesk.updateTicket(id, { custom });
    expect(fields.custom).toEqual({ host: `${'x'.repeat(253)}…`, resolution_text: 'y'.repeat(400) });
    expect(fields.custom).toEqual(fittedCustom(custom, STOCK_TEXT_LIMITS));
  });

  test('what was written is read as it was fitted, whatever it is', () => {
    const names = new Map(DESK_FIELD_KEYS.map((key) => [key, `cf_${key}`]));
    const value = fc.oneof(fc.string({ maxLength: 600 }), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...DESK_FIELD_KEYS), value), (values) => {
        const wire = customToWire(names, values, STOCK_TEXT_LIMITS);
        const once = customFromWire(names, wire);
        const again = customFromWire(names, customToWire(names, once, STOCK_TEXT_LIMITS));
        expect(again).toEqual(once);
        for (const [key, text] of Object.entries(wire)) {
          if (typeof text !== 'string') continue;
          expect(text.isWellFormed()).toBe(true);
          if (DESK_FIELDS[key.slice(3) as DeskField].type === 'text') expect(text.length).toBeLessThan(256);
        }
      }),
    );
  });
});

describe('agents, groups and the knowledge base', () => {
  test('agents with their groups and whether they can be given work', async () => {
    const { people } = at.account;
    people.setAvailable(SAM, false);
    people.setDeactivated(158018000004, true);
    people.setOccasional(158018000005, true);
    const nora = people.addAgent({ name: 'Nora New', groupIds: [158018300001, 158018300003] });
    const agents = await at.freshdesk.listAgents();
    const byId = (id: number) => agents.find((one) => one.id === id);
    expect(byId(SAM)).toEqual({
      id: SAM,
      name: 'Sam Sommer',
      email: 'sam.sommer@example.com',
      isAvailable: false,
      isDeactivated: false,
      isOccasional: false,
      groupIds: [158018300001],
    });
    expect(byId(158018000004)).toMatchObject({ isDeactivated: true });
    expect(byId(158018000005)).toMatchObject({ isOccasional: true });
    expect(byId(nora.id)).toMatchObject({ groupIds: [158018300001, 158018300003], isAvailable: true });
    const groups = await at.freshdesk.listGroups();
    expect(groups.map(({ name }) => name)).toEqual(['Service Desk', 'Platform', 'Applications']);
    expect(await at.callsOf(() => at.freshdesk.listAgents(groups))).toEqual(['GET /agents']);
  });

  test('more agents than one page shows', async () => {
    for (let n = 0; n < 205; n += 1) at.account.people.addAgent({ name: `Agent ${n}` });
    expect(await at.freshdesk.listAgents([])).toHaveLength(211);
  });

  test('articles are found by words, and a new one is a draft', async () => {
    const found = await at.freshdesk.searchSolutions(' disk   full ');
    expect(found[0]).toMatchObject({ title: 'A disk is full', isPublished: true });
    expect(await at.callsOf(() => at.freshdesk.searchSolutions('  '))).toEqual([]);
    const article = await at.freshdesk.createArticle({
      folderId: 158018500011,
      title: 'Printers jam on Mondays',
      html: '<p>Open the <b>flap</b></p>',
    });
    expect(article).toMatchObject({ folderId: 158018500011, isPublished: false });
    expect(await at.freshdesk.searchSolutions('printers')).toMatchObject([{ id: article.id }]);
    await expect(
      at.freshdesk.createArticle({ folderId: 1, title: 'Printers', html: '<p>x</p>' }),
    ).rejects.toMatchObject({ kind: 'not_found' });
  });
});
