import { describe, expect, test } from 'vitest';
import { waysFor } from '../../src/escalation/notify-rules.ts';
import { type Recipient, recipientOf } from '../../src/escalation/recipient.ts';
import type { ChannelName } from '../../src/model/escalation.ts';
import type { Priority } from '../../src/model/priority.ts';
import { aPolicy } from '../support/policy.ts';
import { NIGHT, NORTHWIND } from './northwind.ts';

const NOTIFY = `
notify:
  channels: [telegram, sms, email]
  rules:
    - { name: Urgent at night, when: { priority: urgent, calendar: office, hours: outside }, channels: [voice, slack, sms] }
    - { name: Low waits, when: { priority: low, calendar: office, hours: outside }, hold: true }
`;
const policy = aPolicy(NORTHWIND.replace('notify: { channels: [email], rules: [] }\n', '') + NOTIFY);
const MONDAY_NOON = new Date('2026-11-23T11:00:00Z');
const MONDAY_OPENS = new Date('2026-11-23T07:00:00Z');

const whom = (key: string): Recipient => {
  const found = recipientOf(policy, key);
  if (found === undefined) throw new Error(`The policy does not know ${key}.`);
  return found;
};

type Row = [string, Priority, Date, ChannelName[] | undefined, ChannelName[], string, Date?];
describe('channels', () => {
  test.each<Row>([
    // who      priority  when         of the rung           channels                       rule
    ['jo', 'high', MONDAY_NOON, undefined, ['telegram', 'sms', 'email'], 'notify.channels'],
    ['sam', 'high', MONDAY_NOON, undefined, ['email'], 'notify.channels'],
    ['jo', 'urgent', NIGHT, undefined, ['voice', 'sms'], 'Urgent at night'],
    ['sam', 'urgent', NIGHT, undefined, ['slack'], 'Urgent at night'],
    ['jo', 'urgent', MONDAY_NOON, undefined, ['telegram', 'sms', 'email'], 'notify.channels'],
    ['jo', 'urgent', NIGHT, ['email', 'sms'], ['email', 'sms'], 'the rung’s own channels'],
    ['jo', 'low', NIGHT, undefined, ['telegram', 'sms', 'email'], 'Low waits', MONDAY_OPENS],
    ['jo', 'low', MONDAY_NOON, undefined, ['telegram', 'sms', 'email'], 'notify.channels'],
    ['jo', 'low', NIGHT, ['email'], ['email'], 'the rung’s own channels', MONDAY_OPENS],
    // Without an address for what is wanted: by what there is.
    ['sam', 'urgent', NIGHT, ['voice', 'sms'], ['email'], 'the rung’s own channels'],
    ['jo', 'high', NIGHT, ['slack'], ['telegram', 'sms', 'email'], 'the rung’s own channels'],
    // A room has its own channel alone.
    ['room:ops', 'urgent', NIGHT, ['sms', 'email'], ['slack'], 'the rung’s own channels'],
    ['room:ops', 'high', MONDAY_NOON, undefined, ['slack'], 'notify.channels'],
    // Rules are for colleagues.
    ['customer:acme:1', 'urgent', NIGHT, undefined, ['email', 'voice'], 'mail before telephone'],
    ['customer:acme:1', 'urgent', NIGHT, ['sms'], ['sms'], 'the rung’s own channels'],
    ['vendor:telecom', 'high', NIGHT, undefined, ['email', 'voice'], 'mail before telephone', MONDAY_OPENS],
    ['vendor:telecom', 'high', MONDAY_NOON, ['voice'], ['voice'], 'the rung’s own channels'],
  ])('%s, %s at %s, rung %j: %j (%s)', (who, priority, now, channels, expected, rule, holdUntil) =>
    expect(waysFor(policy, whom(who), { priority, now, ...(channels && { channels }) })).toEqual({
      channels: expected,
      rule,
      ...(holdUntil && { holdUntil }),
    }),
  );

  test('the rung’s hold_until holds back also what is urgent', () =>
    expect(
      waysFor(policy, whom('jo'), { priority: 'urgent', now: NIGHT, holdUntil: 'office' }).holdUntil,
    ).toEqual(MONDAY_OPENS));

  test('a channel given twice is tried once', () =>
    expect(
      waysFor(policy, whom('jo'), { priority: 'high', now: NIGHT, channels: ['sms', 'email', 'sms'] })
        .channels,
    ).toEqual(['sms', 'email']));
});
