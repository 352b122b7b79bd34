import { afterEach, beforeEach, expect, test } from 'vitest';
import { sandboxAt } from './support.ts';

/** What Opsview tells and what it keeps to itself; one contact, so that each line is one notification. */
const MINUTE = 60_000;
let at: Awaited<ReturnType<typeof sandboxAt>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z', {
    opsview: { settings: { contacts: ['watchdesk/01default'] } },
  });
});
afterEach(() => at.sandbox.close());

const told = (): string[] =>
  at.sent
    .splice(0)
    .map(
      (macros) =>
        `${macros.NAGIOS_NOTIFICATIONTYPE} ${macros.NAGIOS_SERVICEDESC || 'host'} ` +
        `${macros.NAGIOS_SERVICESTATE ?? macros.NAGIOS_HOSTSTATE} ${macros.NAGIOS_NOTIFICATIONNUMBER}`,
    );

const pass = (ms: number): void => {
  at.clock.advance(ms);
  at.sandbox.opsview.tick();
};

test('two contacts get one notification each', () => {
  at.sandbox.opsview.settings.contacts = ['watchdesk/01default', 'watchdesk/02nights'];
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL');
  expect(at.sent.map((macros) => macros.NAGIOS_CONTACTNAME)).toEqual([
    'watchdesk/01default',
    'watchdesk/02nights',
  ]);
});

test('problem, severity change, recovery: the number goes on', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'WARNING');
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('web01', 'HTTP', 'OK');
  expect(told()).toEqual(['PROBLEM HTTP WARNING 1', 'PROBLEM HTTP CRITICAL 2', 'RECOVERY HTTP OK 3']);
});

test('soft attempts are silent; the third makes the state hard', () => {
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL', 'x', { mode: 'soft_first' });
  pass(5000);
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject({ stateType: 'SOFT', attempt: 2 });
  expect(told()).toEqual([]);
  pass(5000);
  expect(told()).toEqual(['PROBLEM HTTP CRITICAL 1']);
});

test('a soft state that recovers is never told', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL', 'x', { mode: 'soft_first' });
  checks.setState('web01', 'HTTP', 'OK');
  pass(MINUTE);
  expect(told()).toEqual([]);
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject({ state: 'OK', stateType: 'HARD' });
});

test('a lost recovery: healthy, and nobody is ever told', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('web01', 'HTTP', 'OK', undefined, { mode: 'silent' });
  pass(60 * MINUTE);
  expect(told()).toEqual(['PROBLEM HTTP CRITICAL 1']);
  checks.setState('web01', 'HTTP', 'CRITICAL');
  expect(told()).toEqual(['PROBLEM HTTP CRITICAL 1']);
});

test('inside a downtime neither problem nor recovery; what is still bad at its end is told at the next check', () => {
  const { checks } = at.sandbox.opsview;
  checks.startDowntime({ host: 'web01', check: 'HTTP' }, { durationMs: 10 * MINUTE });
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('web01', 'HTTP', 'OK');
  checks.setState('web01', 'HTTP', 'CRITICAL');
  expect(told()).toEqual(['DOWNTIMESTART HTTP OK 0']);
  pass(10 * MINUTE);
  expect(told()).toEqual(['DOWNTIMEEND HTTP CRITICAL 0']);
  pass(5000);
  expect(told()).toEqual(['PROBLEM HTTP CRITICAL 1']);
});

test('a cancelled downtime is told without author; a downtime of the host covers its checks', () => {
  const { checks } = at.sandbox.opsview;
  checks.startDowntime({ host: 'web01', check: '' }, { durationMs: 10 * MINUTE });
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.cancelDowntime('web01', '');
  expect(at.sent.at(-1)).not.toHaveProperty('NAGIOS_NOTIFICATIONAUTHOR');
  expect(told()).toEqual(['DOWNTIMESTART host UP 0', 'DOWNTIMECANCELLED host UP 0']);
});

test('with its host down the checks fail silently and come back silently', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', '', 'DOWN');
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject({
    state: 'CRITICAL',
    stateType: 'HARD',
    attempt: 1,
  });
  checks.setState('web01', '', 'UP');
  pass(MINUTE);
  expect(told()).toEqual(['PROBLEM host DOWN 1', 'RECOVERY host UP 2']);
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject({ state: 'OK' });
});

test('a check that broke before its host is told again when the host is back, its recovery meanwhile is lost', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('web01', 'HTTPS certificate', 'CRITICAL');
  checks.setState('web01', '', 'DOWN');
  checks.setState('web01', 'HTTPS certificate', 'OK');
  told();
  checks.setState('web01', '', 'UP');
  pass(5000);
  expect(told()).toEqual(['RECOVERY host UP 2', 'PROBLEM HTTP CRITICAL 2']);
});

test('flapping that ends healthy loses the recovery, flapping that ends bad is told as a problem', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.startFlapping('web01', 'HTTP');
  pass(5000);
  checks.stopFlapping('web01', 'HTTP');
  expect(told()).toEqual([
    'PROBLEM HTTP CRITICAL 1',
    'FLAPPINGSTART HTTP CRITICAL 0',
    'FLAPPINGSTOP HTTP OK 0',
  ]);
  checks.startFlapping('web01', 'HTTP');
  pass(5000);
  pass(5000);
  pass(5000);
  checks.stopFlapping('web01', 'HTTP');
  expect(told()).toEqual([
    'FLAPPINGSTART HTTP OK 0',
    'FLAPPINGSTOP HTTP CRITICAL 0',
    'PROBLEM HTTP CRITICAL 1',
  ]);
});

test('a problem is repeated every 15 minutes until somebody acknowledges', () => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL');
  pass(15 * MINUTE);
  expect(told()).toEqual(['PROBLEM HTTP CRITICAL 1', 'PROBLEM HTTP CRITICAL 2']);
  checks.acknowledge({ host: 'web01', check: 'HTTP' }, { author: 'jane.doe', comment: 'x' });
  pass(60 * MINUTE);
  expect(told()).toEqual(['ACKNOWLEDGEMENT HTTP CRITICAL 2']);
  checks.setState('web01', 'HTTP', 'OK');
  expect(told()).toEqual(['RECOVERY HTTP OK 3']);
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')?.acknowledgement).toBeNull();
});

test('an object outside the inventory and a state that it cannot have are refused by name', () => {
  const { checks } = at.sandbox.opsview;
  expect(() => checks.setState('nope', 'HTTP', 'OK')).toThrow('The sandbox monitors no HTTP on "nope".');
  expect(() => checks.setState('web01', 'HTTP', 'DOWN')).toThrow('A service check cannot be DOWN.');
});
