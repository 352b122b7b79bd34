import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { COMPANY, NOBODY_TAKES_IT } from './escalation-company.ts';
import { gotBy, nightly, shopIsDown, stand, told } from './escalation-world.ts';
import { flowsOn, hosts } from './flows.ts';

const [ON_CALL] = NOBODY_TAKES_IT.rungs;
const { last: _last, ...ladder } = { ...NOBODY_TAKES_IT, when: {}, rungs: [ON_CALL] };

describe.each(databases)('many at once, and shifts (%s)', (kind) => {
  const open = flowsOn(kind);

  test('forty alerts disturb the one on call with few messages', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `node${String(index + 1).padStart(2, '0')}`);
    const more = {
      alerts: { group: [], storm: { alerts: 200 } },
      notify: { channels: ['telegram'], bundle_within: '1m', delivered_within: '5m' },
    };
    const desk = await open(
      nightly({ ack: ladder }, more, { sandbox: { opsview: { inventory: hosts(names, ['Load']) } } }),
    );
    for (const name of names) {
      desk.checks.setState(name, 'Load', 'CRITICAL');
      desk.clock.advance(SECOND);
    }
    await desk.advance(2 * SECOND, SECOND);
    const incidents = await desk.incidents();
    expect(incidents).toHaveLength(40);
    await desk.advance(10 * MINUTE, MINUTE / 2);
    const texts = gotBy(desk, 'telegram').map(({ text }) => text);
    expect(texts.length).toBeLessThanOrEqual(3);
    expect(texts[0]).toContain('Nobody has taken WD-');
    // Each of them is known to have arrived, and nothing was told by another way as well.
    expect(await told(desk)).toEqual(incidents.map(() => 'priya telegram escalation'));
  });

  test('whoever begins a shift is told what is open, once; who leaves hears nothing', async () => {
    const rotation = {
      ...COMPANY.rotations.platform,
      hand_over: true,
      layers: [{ people: ['priya', 'sam'], shift: 'daily', starts: '2026-12-24T09:00' }],
    };
    const desk = await open(nightly({}, { rotations: { platform: rotation } }));
    await shopIsDown(desk);
    const change = Date.parse('2026-12-25T08:00:00Z');
    await desk.advance(change - SECOND - desk.clock.now().getTime(), HOUR);
    expect(gotBy(desk, 'slack')).toEqual([]);
    await desk.advance(16 * SECOND);
    const [message, ...more] = gotBy(desk, 'slack');
    expect(more).toEqual([]);
    expect(message?.to).toBe('U024BE7LH');
    expect(message?.text).toContain('from now until Sat 09:00 (Europe/Zurich), after Priya Nair.');
    expect(message?.text).toContain('WD-1 Urgent: host web01 is DOWN and 4 more; nobody has it; for 7 h');
    await desk.restart();
    await desk.advance(HOUR, HOUR / 4);
    expect(gotBy(desk, 'slack')).toHaveLength(1);
    expect(gotBy(desk, 'telegram')).toEqual([]);
    expect(stand(desk).mailbox.mails()).toEqual([]);
  });
});
