import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priorityRank } from '../../src/model/priority.ts';
import { classifyTicket, type TicketFacts } from '../../src/routing/classify-ticket.ts';
import { aPolicy } from '../support/policy.ts';

const MONDAY_NOON = new Date('2026-03-02T12:00:00Z');
const policy = aPolicy(`
defaults: { impact: medium }
calendars:
  office: { name: Office, time_zone: Europe/Zurich, hours: { monday: [["08:00", "17:00"]] } }
customers:
  acme: { name: Acme, vip: true, requester_email: boss@mail.example, domains: [acme.example], companies: [Acme Ltd] }
  brook: { name: Brook, domains: [brook.example, uk.acme.example] }
  civic: { name: Civic }
services:
  shop: { name: Web shop, customers: [acme], criticality: high, words: [checkout], match: [{ host: a }] }
  dispatch: { name: Dispatch, customers: [brook], criticality: low, match: [{ host: b }] }
  mail: { name: Mail, customers: [acme, brook], criticality: medium, words: [outlook], match: [{ host: c }] }
  pay: { name: Payroll, customers: [civic], criticality: low, match: [{ host: d }] }
tickets:
  classification:
    rules:
      - { name: Invoices, when: { words: invoice }, type: Question, category: Billing, confidence: 0.8 }
      - { name: Tagged, when: { tag: outage* }, type: Incident, impact: high }
      - { name: Tagged too, when: { tag: outage-total }, impact: low, urgency: high, category: Outage }
      - { name: VIP by phone, when: { vip: true, source: phone }, urgency: high }
      - { name: At night, when: { calendar: office, hours: outside, customer: brook }, urgency: low }
      - { name: From Acme, when: { company: acme*, subject: "*monthly*" }, category: Report, sub_category: Monthly }
      - { name: Robots, when: { requester: "robot@*", service: mail }, type: Feature Request }
    categories:
      - { name: Network, words: [wifi], sub_categories: { VPN: [vpn] } }
      - { name: Mail, words: [mail, outlook] }
`);
const facts = (given: Partial<TicketFacts>): TicketFacts => ({
  subject: 'It does not work',
  text: '',
  tags: [],
  source: 'email',
  createdAt: MONDAY_NOON,
  answers: {},
  ...given,
});
const classify = (given: Partial<TicketFacts>, by = policy) => classifyTicket(facts(given), by);

describe('type', () => {
  test('a person’s choice wins over rules and words', () => {
    const found = classify({ chosenType: 'Feature Request', tags: ['outage'] });
    expect(found).toMatchObject({
      type: 'Feature Request',
      typeRule: 'chosen_by_person',
      confidence: 1,
      isSure: true,
    });
  });

  test('a rule wins over words, with its own confidence', () => {
    const found = classify({ subject: 'Invoice does not work' });
    expect(found).toMatchObject({ type: 'Question', typeRule: 'Invoices', confidence: 0.8, isSure: true });
    const shy = aPolicy({
      tickets: {
        classification: { rules: [{ name: 'Shy', when: { words: 'x' }, type: 'Question', confidence: 0.3 }] },
      },
    });
    expect(classify({ subject: 'x' }, shy)).toMatchObject({
      type: 'Question',
      typeRule: 'Shy',
      isSure: false,
    });
  });

  test('the first rule with a type decides it; later ones decide what is left', () => {
    const found = classify({ subject: 'invoice', tags: ['outage-total'] });
    expect(found).toMatchObject({
      type: 'Question',
      typeRule: 'Invoices',
      category: 'Billing',
      categoryRule: 'Invoices',
    });
  });

  test.each([
    // subject and text                                                                     type               sure
    ['Could you please fix the door scanner? It does not work.', 'Incident', true],
    ['It would be nice if it did not crash every day', 'Incident', true],
    ['How do I change my picture?', 'Question', true],
    ['How do I change my picture? There is no error.', 'Question', false],
    ['Kein Fehler, nur eine Frage: Wie kann ich das Bild ändern?', 'Question', true],
    ['How do I change my picture? It fails.', 'Question', false],
    ['How do I change my picture? The page shows three cats.', 'Question', false],
    ['Please add a dark mode', 'Feature Request', true],
    ['Why is there no dark mode?', 'Feature Request', false],
    ['Lorem ipsum dolor sit amet consectetur', 'Incident', false],
    ['', 'Incident', false],
    ['Система упала', 'Incident', false],
  ] as const)('%j: %s, sure %s', (text, type, isSure) =>
    expect(classify({ subject: '', text })).toMatchObject({ type, isSure }),
  );

  test('P6 says by which words', () => {
    expect(classify({}).typeWhy).toBe('Words such as “does not work” speak for an incident.');
    expect(classify({ subject: 'abc' })).toMatchObject({
      typeRule: 'no_words',
      typeWhy: 'No word that the policy knows says what it is.',
    });
  });

  test('a word of failure anywhere keeps a question from being sure, in any case and order', () => {
    const failures = [
      'does not work',
      'crashed',
      'Fehlermeldung',
      'ne marche plus',
      'no funciona',
      'storing',
      'errore',
    ];
    const questions = [
      'How do I print',
      'Wie kann ich drucken',
      'Comment puis-je imprimer',
      'Feature request',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...failures),
        fc.constantFrom(...questions),
        fc.lorem({ maxCount: 8 }),
        fc.boolean(),
        (failure, question, filler, isFirst) => {
          const parts = isFirst ? [failure, filler, question] : [question, filler, failure];
          const found = classify({ subject: question, text: `${parts.join('. ')}.` });
          expect(found.type === 'Incident' || !found.isSure).toBe(true);
        },
      ),
    );
  });

  test('any text gets a type, a confidence from 0 to 1 and a sentence', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        (subject, text) => {
          const { confidence, typeWhy, why } = classify({ subject, text });
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          for (const sentence of [typeWhy, why]) expect(sentence).toMatch(/^[A-Z].*\.$/);
        },
      ),
    );
  });
});

describe('customer and service', () => {
  test.each([
    // who and what                                                              customer   service
    [{ requesterEmail: 'Boss@Mail.example' }, 'acme', undefined],
    [{ requesterEmail: 'jo@acme.example', companyName: 'Brook' }, 'brook', undefined],
    [{ companyName: ' acme ltd ' }, 'acme', undefined],
    [{ companyName: 'Acme' }, undefined, undefined],
    [{ requesterEmail: 'jo@eu.acme.example' }, 'acme', undefined],
    [{ requesterEmail: 'jo@uk.acme.example' }, 'brook', undefined],
    [{ requesterEmail: 'jo@notacme.example' }, undefined, undefined],
    [{ requesterEmail: 'acme.example' }, 'acme', undefined],
    [{ companyName: 'Civic' }, 'civic', 'pay'], // has no other
    [{ subject: 'Web-Shop down' }, undefined, 'shop'],
    [{ subject: 'Checkout broken', companyName: 'Acme Ltd' }, 'acme', 'shop'],
    [{ subject: 'Checkout broken', companyName: 'Brook' }, 'brook', undefined], // another customer's service
    [{ subject: 'Outlook', text: 'The checkout fails, checkout!', companyName: 'Acme Ltd' }, 'acme', 'mail'],
    [{ text: 'mail and dispatch' }, undefined, undefined], // two would do, and nobody knows whose ticket it is
    [{ text: 'mail and dispatch, the dispatch list' }, undefined, 'dispatch'],
  ] as const)('%j: customer %s, service %s', (given, customerId, serviceId) => {
    const found = classify(given);
    expect([found.customerId, found.serviceId]).toEqual([customerId, serviceId]);
  });
});

describe('category', () => {
  test.each([
    [{ subject: 'VPN fails', text: 'also outlook' }, 'Network', 'VPN', 'category_words'],
    [{ subject: 'Outlook fails', text: 'on wifi' }, 'Mail', undefined, 'category_words'],
    [{ text: 'outlook on wifi' }, 'Network', undefined, 'category_words'],
    [{ subject: 'Monthly figures', companyName: 'Acme Ltd' }, 'Report', 'Monthly', 'From Acme'],
    [{}, undefined, undefined, undefined],
  ] as const)('%j: %s, %s by %s', (given, ...expected) => {
    const { category, subCategory, categoryRule } = classify(given);
    expect([category, subCategory, categoryRule]).toEqual(expected);
  });
});

describe('priority of an incident', () => {
  test.each([
    // the ticket                                                     impact    urgency   rule
    [{}, 'medium', 'medium', 'priority_matrix'],
    [{ subject: 'Web shop does not work' }, 'high', 'medium', 'priority_matrix'],
    [{ text: 'It is urgent' }, 'medium', 'high', 'priority_matrix'],
    [{ text: 'It is not urgent' }, 'medium', 'medium', 'priority_matrix'],
    [{ text: 'I clicked the link, phishing' }, 'medium', 'high', 'priority_matrix'],
    [{ tags: ['outage'] }, 'high', 'medium', 'Tagged'],
    [{ tags: ['outage-total'] }, 'high', 'high', 'Tagged, Tagged too'],
    [{ companyName: 'Acme Ltd', source: 'phone' }, 'medium', 'high', 'VIP by phone'],
    [{ companyName: 'Brook', source: 'phone' }, 'medium', 'medium', 'priority_matrix'],
    [
      { companyName: 'Brook', createdAt: new Date('2026-03-02T17:00:00Z'), text: 'urgent' },
      'medium',
      'low',
      'At night',
    ],
    [
      { companyName: 'Brook', createdAt: new Date('2026-03-02T17:00:00Z'), text: 'phishing' },
      'medium',
      'high',
      'At night',
    ],
    // answers
    [{ answers: { affected: 'One person' } }, 'low', 'medium', 'priority_matrix'],
    [{ answers: { affected: 'everybody' } }, 'high', 'high', 'priority_matrix'],
    [{ answers: { affected: 'Everybody', workaround: 'Yes' } }, 'high', 'medium', 'priority_matrix'],
    [{ answers: { external_users: 'Yes', affected: 'One person' } }, 'low', 'medium', 'priority_matrix'],
    [{ answers: { security: 'Perhaps', workaround: 'Yes' } }, 'medium', 'high', 'priority_matrix'],
    [
      { answers: { security: 'Yes', workaround: 'Yes', affected: 'One person' } },
      'high',
      'high',
      'priority_matrix',
    ],
    [{ text: 'phishing', answers: { workaround: 'Yes' } }, 'medium', 'high', 'priority_matrix'],
    [{ text: 'phishing', answers: { security: 'No' } }, 'medium', 'medium', 'priority_matrix'],
  ] as const)('%j: impact %s, urgency %s by %s', (given, impact, urgency, rule) => {
    const found = classify(given);
    expect(found).toMatchObject({ type: 'Incident', impact, urgency, rule });
    expect(found.priority).toBe(policy.priority.matrix[impact][urgency]);
  });

  test('questions and feature requests are low, always', () => {
    for (const chosenType of ['Question', 'Feature Request'] as const)
      expect(
        classify({
          chosenType,
          subject: 'URGENT: web shop hacked',
          tags: ['outage'],
          answers: { security: 'Yes' },
        }),
      ).toMatchObject({
        impact: 'low',
        urgency: 'low',
        priority: 'low',
        rule: 'questions_are_low',
        openQuestions: [],
      });
  });

  test('P6 one sentence names what mattered', () => {
    expect(
      classify({ subject: 'Web shop does not work', text: 'urgent', answers: { workaround: 'Yes' } }).why,
    ).toBe(
      'Since it is about Web shop, whose criticality is high, its words are urgent and “Is there a workaround?” is ' +
        'answered with Yes, impact is high and urgency medium, so priority high.',
    );
  });
});

describe('open questions', () => {
  const asked = (given: Partial<TicketFacts>) => classify(given).openQuestions.map(({ field }) => field);
  test.each([
    [{}, ['affected', 'external_users', 'security']],
    [{ text: 'asap' }, ['affected', 'workaround', 'external_users', 'security']],
    [{ answers: { workaround: 'Yes' } }, ['affected', 'external_users', 'security']],
    // Urgent already: only what may lower it is asked.
    [{ subject: 'Web shop hacked', text: 'urgent' }, ['affected']],
    [{ subject: 'Web shop hacked' }, ['affected', 'security']],
    [{ answers: { security: 'Yes' } }, []],
    [{ answers: { security: 'Yes', affected: '' } }, []],
    [{ chosenType: 'Problem' }, []],
    [{ chosenType: 'Question' }, []],
  ] as const)('%j: %j', (given, expected) => expect(asked(given)).toEqual(expected));

  test('a question is open exactly when some answer to it would change the priority', () => {
    const answer = <T extends string>(...choices: T[]) =>
      fc.option(fc.constantFrom(...choices), { nil: undefined });
    const answers = fc.record({
      affected: answer('One person', 'Several people', 'A whole site or team', 'Everybody'),
      workaround: answer('Yes', 'No'),
      external_users: answer('Yes', 'No'),
      security: answer('Yes', 'Perhaps', 'No'),
    });
    const choices = {
      affected: ['One person', 'Several people', 'A whole site or team', 'Everybody'],
      workaround: ['Yes', 'No'],
      external_users: ['Yes', 'No'],
      security: ['Yes', 'Perhaps', 'No'],
    } as const;
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom('fails', 'web shop fails', 'phishing', 'dispatch fails, asap'),
        (raw, text) => {
          const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
          const before = classify({ text, answers: given });
          for (const [field, all] of Object.entries(choices)) {
            const changes = all.some(
              (choice) =>
                classify({ text, answers: { ...given, [field]: choice } }).priority !== before.priority,
            );
            const isOpen = before.openQuestions.some((one) => one.field === field);
            expect(isOpen).toBe(!(field in given) && changes);
          }
        },
      ),
    );
  });
});

test('what an answer about security demands is never lowered by other answers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('One person', 'Several people', 'Everybody'),
      fc.constantFrom('Yes', 'No'),
      (affected, workaround) => {
        const alone = classify({ answers: { security: 'Yes' } });
        const together = classify({ answers: { security: 'Yes', affected, workaround } });
        expect(priorityRank(together.priority)).toBeGreaterThanOrEqual(priorityRank(alone.priority));
      },
    ),
  );
});
