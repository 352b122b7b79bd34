import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { NOBODY_TAKES_IT } from './escalation-company.ts';
import {
  fieldOf,
  gotBy,
  mailsTo,
  nightly,
  notesOf,
  shopIsDown,
  told,
  untilAfter,
} from './escalation-world.ts';
import { flowsOn, rulesOfNewest } from './flows.ts';

describe.each(databases)('nobody reacts at two on Christmas night (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P9 from the one on call through lead and manager up to the Director and the catch-all', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    const until = (minutes: number, stepMs?: number) => untilAfter(desk, incident, minutes * MINUTE, stepMs);
    expect(fieldOf(desk, 'next_step')).toBe('02:05 On call');

    await untilAfter(desk, incident, 5 * MINUTE - SECOND);
    expect(gotBy(desk, 'telegram')).toEqual([]);
    await until(5);
    const [toPriya] = gotBy(desk, 'telegram');
    expect(toPriya?.to).toBe('1001');
    expect(toPriya?.text).toContain('WD-1');
    expect(toPriya?.text).toContain('web01');

    await until(16, MINUTE);
    expect(gotBy(desk, 'sms').map(({ to }) => to)).toEqual(['+41790000002']);
    expect(gotBy(desk, 'voice')).toEqual([]); // the text message arrived
    await until(30);
    expect(gotBy(desk, 'ntfy').map(({ to }) => to)).toEqual(['alex-7f3c9a']);
    expect(gotBy(desk, 'slack').map(({ to }) => to)).toEqual(['C024BE91L']);
    expect(fieldOf(desk, 'escalation')).toBe('Level 3: Manager (02:30)');

    // The Director is announced at the due instant to those who can stop it, and told ten minutes later.
    await until(58);
    await until(65, MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual([
      '5 priya telegram escalation',
      '15 lena sms escalation',
      '30 alex ntfy escalation',
      '30 room:ops slack escalation',
      '60 alex email announcement',
      '60 lena sms announcement',
      '60 pat email announcement',
      '60 priya telegram announcement',
      '60 room:ops slack announcement',
    ]);
    await untilAfter(desk, incident, 70 * MINUTE - SECOND);
    expect(mailsTo(desk, 'dora@board.example')).toEqual([]);
    await until(70);
    const [mail, ...more] = mailsTo(desk, 'dora@board.example');
    expect(more).toEqual([]);
    expect(mail?.at).toEqual(desk.clock.now());
    const { subject, text, html, attachments } = mail?.parsed ?? {};
    expect(subject).toContain('Urgent');
    expect(html).toContain('/ack/');
    const mailText = text?.replaceAll(/\s+/g, ' ') ?? '';
    for (const words of [
      'Nobody has taken WD-1 for 1 h 10 min.',
      'You are told because you are the director.',
      'Who is hit: Web shop (criticality high); Acme Retail',
      '02:00 (Europe/Zurich), for 1 h 10 min',
      '02:05 On call: Priya Nair (Telegram message delivered); 02:15 Lead: Lena Vogt (text message delivered)',
      'Who has it: nobody yet (Platform)',
    ])
      expect(mailText).toContain(words);
    expect(attachments?.map(({ contentType, filename }) => `${filename} ${contentType}`)).toEqual([
      'WD-1-state.pdf application/pdf',
    ]);
    expect(attachments?.[0]?.content.subarray(0, 5).toString()).toBe('%PDF-');

    expect(fieldOf(desk, 'next_step')).toBe('03:40 Catch-all: Pat Lund');
    await until(100, 10 * MINUTE);
    expect(gotBy(desk, 'ntfy').at(-1)?.to).toBe('pat-11ab');
    await until(300, HOUR);
    expect((await told(desk, incident.openedAt)).slice(9)).toEqual([
      '70 dora email director',
      '100 pat ntfy last',
    ]);

    // One note and one entry for each step: who, by what, why, and what comes next.
    expect(notesOf(desk, '“Nobody takes it”')).toEqual(
      [
        'for 5 min, so level 1 “On call” of “Nobody takes it” is told: Priya Nair by Telegram message. Next: “Lead”, Fri 02:15 (Europe/Zurich).',
        'for 15 min, so level 2 “Lead” of “Nobody takes it” is told: Lena Vogt by text message. Next: “Manager”, Fri 02:30 (Europe/Zurich).',
        'for 30 min, so level 3 “Manager” of “Nobody takes it” is told: Alex Agent by ntfy message, Operations by Slack message. Next: “Director”, announced Fri 03:00 (Europe/Zurich) and told 10 min later.',
        'for 1 h, so level 4 “Director” of “Nobody takes it”, the Director, is told Fri 03:10 (Europe/Zurich) unless somebody stops it. Who can: Priya Nair by Telegram message, Lena Vogt by text message, Alex Agent by e-mail, Operations by Slack message, Pat Lund by e-mail.',
        'for 1 h 10 min, so level 4 “Director” of “Nobody takes it” is told: Dora Dahl by e-mail. Next: “Catch-all”, Fri 03:40 (Europe/Zurich).',
        'for 1 h 40 min, and every rung of “Nobody takes it” was told, so the catch-all of “Nobody takes it” is told: Pat Lund by ntfy message.',
      ].map((text) => expect.stringContaining(`Nobody has taken WD-1 ${text}`)),
    );
    expect((await rulesOfNewest(desk)).filter((rule) => /^(ladder|rung|director|last)_/.test(rule))).toEqual([
      'ladder_begun',
      'rung_told',
      'rung_told',
      'rung_told',
      'director_announced',
      'rung_told',
      'last_told',
    ]);
  });
});
