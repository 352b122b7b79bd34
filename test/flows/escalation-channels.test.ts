import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
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
  stand,
  submits,
  told,
  untilAfter,
} from './escalation-world.ts';
import { errorsOf, flowsOn } from './flows.ts';

const [ON_CALL, LEAD, , DIRECTOR] = NOBODY_TAKES_IT.rungs;
const BLOCKED = {
  kind: 'status',
  status: 403,
  body: { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' },
  match: { pathPattern: /sendMessage/ },
} as const;

/** Nothing leaves for four minutes. */
const TOO_MANY = {
  kind: 'status',
  status: 429,
  body: { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 240 } },
  match: { pathPattern: /sendMessage/ },
} as const;

describe.each(databases)('channels that fail, rungs with nobody, and the Director (%s)', (kind) => {
  const open = flowsOn(kind);

  test('refused by Telegram: the text message leaves at once', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    stand(desk).telegram.faults.next(BLOCKED);
    await untilAfter(desk, incident, 5 * MINUTE);
    await desk.advance(20 * SECOND, 10 * SECOND);
    expect(await told(desk, incident.openedAt)).toEqual([
      '5 priya sms escalation',
      '5 priya telegram escalation failed',
    ]);
    expect(gotBy(desk, 'sms').map(({ to }) => to)).toEqual([PEOPLE.priya.phone]);
    expect(await sentences(desk, 'page_failed')).toEqual([
      expect.stringMatching(
        '^The Telegram message to Priya Nair about WD-1 failed: .*unblock it and press Start',
      ),
    ]);
    expect(errorsOf(desk)).toEqual([expect.stringContaining('could not be told by telegram')]);
  });

  test('Telegram lets wait: the text message leaves after two minutes; what arrives late is recorded', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    stand(desk).telegram.faults.next(TOO_MANY);
    await untilAfter(desk, incident, 5 * MINUTE);
    await untilAfter(desk, incident, 7 * MINUTE - SECOND);
    expect(gotBy(desk, 'sms')).toEqual([]);
    await desk.advance(SECOND);
    expect(gotBy(desk, 'sms')).toHaveLength(1);
    await untilAfter(desk, incident, 12 * MINUTE, MINUTE);
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
    const [first] = (await runOf(desk, 'ack'))?.rungs ?? [];
    expect(first?.told[0]?.attempts).toMatchObject([
      { channel: 'telegram', outcome: 'delivered' },
      { channel: 'sms', outcome: 'delivered' },
    ]);
    expect(await sentences(desk, 'told_by_next_channel')).toEqual([
      expect.stringMatching('^Priya Nair is told about WD-1 by text message as well, because'),
    ]);
  });

  test('the answer of Telegram gets lost: it is not sent twice, the text message is', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    stand(desk).telegram.faults.next({ kind: 'cut_after', match: { pathPattern: /sendMessage/ } });
    await untilAfter(desk, incident, 5 * MINUTE);
    await untilAfter(desk, incident, 14 * MINUTE, MINUTE);
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
    expect(gotBy(desk, 'sms')).toHaveLength(1);
    errorsOf(desk);
  });

  test('P9 nothing reaches anybody: each failure is recorded, and the Director is told all the same', async () => {
    const ladder = { ...NOBODY_TAKES_IT, rungs: [{ ...ON_CALL, channels: ['telegram'] }, DIRECTOR] };
    const desk = await open(nightly({ ack: ladder }));
    const incident = await shopIsDown(desk);
    stand(desk).telegram.faults.next(BLOCKED);
    await untilAfter(desk, incident, 5 * MINUTE);
    expect(notesOf(desk, 'could be reached')).toEqual([
      expect.stringMatching('^Nobody of level 1 .*: every message failed. Priya Nair, telegram: .*blocked'),
    ]);
    await untilAfter(desk, incident, 60 * MINUTE, 11 * MINUTE);
    await untilAfter(desk, incident, 70 * MINUTE - SECOND, 10 * MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
    await desk.advance(SECOND);
    expect(mailsTo(desk, PEOPLE.dora.email)[0]?.parsed.text).toContain(
      'Priya Nair (Telegram message failed)',
    );
    errorsOf(desk);
  });

  test('P9 it is not known whether the lead was told: the Director waits for that, and for nothing else', async () => {
    const ladder = {
      ...NOBODY_TAKES_IT,
      rungs: [{ ...LEAD, after: '59m', channels: ['sms', 'voice'] }, DIRECTOR],
    };
    const desk = await open(nightly({ ack: ladder }));
    const incident = await shopIsDown(desk);
    stand(desk).twilio.faults.outage(true);
    await untilAfter(desk, incident, 75 * MINUTE, 5 * MINUTE);
    expect(await sentences(desk, 'director_announced')).toEqual([]);
    await untilAfter(desk, incident, 130 * MINUTE, 5 * MINUTE);
    const [sms, voice, ...later] = await told(desk, incident.openedAt);
    expect([sms, voice]).toEqual([
      expect.stringContaining('lena sms escalation failed'),
      expect.stringContaining('lena voice escalation failed'),
    ]);
    expect(later.map((one) => one.replace(/^\d+ /, ''))).toContain('dora email director');
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
    errorsOf(desk);
  });

  test('P9 a rung with nobody in it is a fault: the policy’s owner is told, the Director is not', async () => {
    const nobody = {
      ...COMPANY.rotations.platform,
      layers: [{ people: ['priya'], shift: 'weekly', starts: '2026-01-05T09:00', ends: '2026-06-01T09:00' }],
    };
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }, { rotations: { platform: nobody } }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 5 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual(['5 pat email fault', '5 pat ntfy last']);
    const [mail] = mailsTo(desk, PEOPLE.pat.email);
    const text = mail?.parsed.text?.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Nobody is on call in rotations.platform at Fri 02:05 (Europe/Zurich).');
    expect(text).toContain('You are told because you answer for the policy.');
    expect(text).toContain('Where: ladders.ack.rungs[0]');
    expect(notesOf(desk, 'nobody in it')).toEqual([
      expect.stringContaining(
        'The Director is not told by this ladder, since level 1 “On call” had nobody in it.',
      ),
      expect.stringMatching('^Level 1 .* has nobody in it, so the catch-all of .* is told: Pat Lund by ntfy'),
    ]);
    await untilAfter(desk, incident, 3 * HOUR, HOUR / 4);
    const later = (await told(desk, incident.openedAt)).slice(2);
    expect(later.filter((one) => / (director|announcement|last|fault)/.test(one))).toEqual([]);
    expect(later).toContainEqual(expect.stringContaining('alex ntfy escalation'));
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
  });

  test('P9 somebody stops it by the link with a reason; the catch-all is told in its time', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 61 * MINUTE);
    const url = linkIn(mailsTo(desk, PEOPLE.alex.email)[0]?.parsed.text, 'stop');
    await fetch(url);
    expect(await submits(url)).toContain('please say why');
    expect(await submits(url, 'A planned test of the generator.')).toContain('Stopped');
    await desk.settle();
    await untilAfter(desk, incident, 3 * 60 * MINUTE, HOUR / 4);
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
    const reason =
      'Alex Agent stopped that “Nobody takes it” tells the Director about WD-1: A planned test of the generator.';
    expect(await sentences(desk, 'director_stopped')).toEqual([reason]);
    expect(notesOf(desk, reason)).toHaveLength(1);
    const others = (await told(desk, incident.openedAt)).filter((one) => / (director|last)/.test(one));
    expect(others).toEqual(['91 pat ntfy last']);
    for (const { text } of gotBy(desk, 'slack')) {
      expect(text).toContain('stopped that the Director is told: A planned test of the generator.');
      expect(text).not.toContain(': Director');
    }
  });
});
