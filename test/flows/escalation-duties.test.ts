import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import { COMPANY, NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  gotBy,
  linkIn,
  mailsTo,
  nightly,
  notesOf,
  runOf,
  sentences,
  shopIsDown,
  submits,
  told,
  untilAfter,
} from './escalation-world.ts';
import { AGENTS, agentSets, flowsOn, onlyTicket } from './flows.ts';

const VENDORS = {
  telecom: {
    name: 'Acme Telecom',
    contract: 'C-20944',
    customer_number: '4711',
    email: 'support@telecom.example',
    hours: 'office',
  },
};
const WITH_VENDOR = {
  vendors: VENDORS,
  services: { shop: { ...COMPANY.services.shop, vendor: 'telecom' } },
};

const CUSTOMER = {
  name: 'Acme is told',
  kind: 'customer',
  watches: 'level',
  rungs: [
    { name: 'Their desk', at_level: 1, tell: [{ customer_level: 1 }] },
    { name: 'Their lead', at_level: 2, tell: [{ customer_level: 2 }] },
  ],
};

/** Who has to talk to the customer: phoned after half an hour, then the stand-in and the manager. */
const DUTY = {
  name: 'Talks to the customer',
  kind: 'duty',
  watches: 'accept',
  when: { priority: 'urgent' },
  rungs: [
    { name: 'Asked', after: '0m', tell: [{ person: 'priya' }], channels: ['email'] },
    { name: 'Phoned', after: '30m', tell: [{ person: 'priya' }], channels: ['voice'] },
    { name: 'Stand-in and manager', after: '60m', tell: [{ stand_in: 'told' }, { manager: 'told' }] },
  ],
};

const PROGRESS = {
  name: 'No progress',
  kind: 'technical',
  watches: 'progress',
  rungs: [
    {
      name: 'Meeting',
      after: '45m',
      tell: [{ owner: true }, { role: 'lead' }, { room: 'team' }],
      channels: ['telegram', 'sms', 'slack'],
      meeting: 'bridge',
      ask_estimate: true,
    },
  ],
};
const BRIDGE = {
  bridge: { name: 'Incident bridge', link: 'https://meet.example/bridge', dial_in: '+41445550000, code 77' },
};

describe.each(databases)('others are told, and duties (%s)', (kind) => {
  const open = flowsOn(kind);

  test('the customer’s matching level is informed, of nothing that is ours alone', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT, informs: CUSTOMER }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 5 * MINUTE - SECOND);
    expect(await told(desk)).toEqual([]);
    await untilAfter(desk, incident, 5 * MINUTE);
    expect(mailsTo(desk, 'kim.lee@acme.example')).toHaveLength(1);
    expect(mailsTo(desk, 'ann.roe@acme.example')).toEqual([]);
    await untilAfter(desk, incident, 20 * MINUTE, MINUTE);
    const [mail, ...more] = mailsTo(desk, 'ann.roe@acme.example');
    expect(more).toEqual([]);
    const text = `${mail?.parsed.subject} ${mail?.parsed.text} ${mail?.parsed.html}`;
    for (const ours of ['web01', 'PING', 'Priya', 'Lena', '/ack/', 'acme.freshdesk.com', 'watchdesk.example'])
      expect(text).not.toContain(ours);
    expect(mail?.parsed.subject).toBe('[WD-1] disturbance of Web shop');
    expect(mail?.parsed.text).toContain('Since: Friday 25 December at 02:00 CET');
    await untilAfter(desk, incident, 50 * MINUTE, 10 * MINUTE);
    expect(mailsTo(desk, 'kim.lee@acme.example')).toHaveLength(1);
    expect((await told(desk, incident.openedAt)).filter((one) => one.endsWith('customer'))).toEqual([
      '5 customer:acme:0 email customer',
      '15 customer:acme:1 email customer',
    ]);
  });

  test('the vendor is written to with the contract, once it works again on Monday morning', async () => {
    const vendor = {
      name: 'Vendor',
      kind: 'vendor',
      watches: 'acknowledge',
      rungs: [{ name: 'Vendor', after: '20m', tell: [{ vendor: true }] }],
    };
    const desk = await open(nightly({ vendor }, WITH_VENDOR));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 30 * MINUTE, 10 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual(['20 vendor:telecom email vendor waits']);
    expect(notesOf(desk, '“Vendor”')).toEqual([
      expect.stringContaining('is told: Acme Telecom by e-mail, held until Mon 08:00 (Europe/Zurich).'),
    ]);
    const monday = Date.parse('2026-12-28T07:00:00Z');
    await desk.advance(monday - SECOND - desk.clock.now().getTime(), 24 * 60 * MINUTE);
    expect(mailsTo(desk, VENDORS.telecom.email)).toEqual([]);
    await desk.advance(SECOND);
    const [mail] = mailsTo(desk, VENDORS.telecom.email);
    expect(mail?.parsed.subject).toMatch(/^\[WD-1\] contract C-20944: Web shop disturbed since Fri/);
    for (const words of ['Contract: C-20944', 'Our customer number: 4711', 'Host web01 is DOWN'])
      expect(mail?.parsed.text).toContain(words);
    expect(mail?.parsed.text).not.toContain('Acme Retail');
  });

  test('a duty that nobody accepts: asked, phoned, then the stand-in and the manager; accepted by link', async () => {
    const desk = await open(nightly({ duty: DUTY }));
    const incident = await shopIsDown(desk);
    expect(mailsTo(desk, PEOPLE.priya.email)).toHaveLength(1);
    // Whoever takes the incident has not taken over this.
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.lena });
    await untilAfter(desk, incident, 61 * MINUTE, 10 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual([
      '0 priya email escalation',
      '30 priya voice escalation',
      expect.stringMatching('^60 lena sms escalation'),
      '60 sam slack escalation',
    ]);
    const [mail] = mailsTo(desk, PEOPLE.priya.email);
    await submits(linkIn(mail?.parsed.text, 'ack'));
    await desk.settle();
    expect(await runOf(desk, 'duty')).toMatchObject({
      state: 'ended',
      acknowledged: { person: 'priya', via: 'link' },
    });
    expect(gotBy(desk, 'slack')[0]).toMatchObject({
      isUpdated: true,
      text: expect.stringContaining('Priya Nair'),
    });
    expect(await sentences(desk, 'ladder_acknowledged')).toEqual([
      'Priya Nair acknowledged “Talks to the customer” of WD-1 by the link.',
    ]);
    expect(gotBy(desk, 'voice')).toHaveLength(1);
  });

  test('no work seen for three quarters of an hour: a meeting is called, and the owner is asked how long', async () => {
    const desk = await open(nightly({ progress: PROGRESS }, { meetings: BRIDGE }));
    const incident = await shopIsDown(desk);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.priya });
    await desk.advance(2 * SECOND, SECOND);
    await untilAfter(desk, incident, 40 * MINUTE, 20 * MINUTE);
    desk.sandbox.freshdesk.agent(AGENTS.priya).note(onlyTicket(desk).id, '<div>Still looking.</div>');
    await desk.advance(2 * SECOND, SECOND);
    await untilAfter(desk, incident, 84 * MINUTE, 22 * MINUTE);
    expect(await told(desk)).toEqual([]);
    await untilAfter(desk, incident, 87 * MINUTE, MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual([
      expect.stringMatching('^85 lena sms meeting'),
      '85 priya telegram estimate',
      '85 priya telegram meeting',
      '85 room:ops slack meeting',
    ]);
    const [meeting, estimate] = gotBy(desk, 'telegram');
    expect(meeting?.text).toContain('Dial in: +41445550000, code 77');
    expect(meeting?.buttons.map(({ url }) => url)).toContain(BRIDGE.bridge.link);
    expect(estimate?.text).toContain('How long will WD-1 take?');
    expect(gotBy(desk, 'sms')[0]?.text).toContain('https://meet.example/bridge');
    expect(notesOf(desk, 'How long will WD-1 take? Please write an estimate')).toHaveLength(1);
  });
});
