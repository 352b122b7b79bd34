import { describe, expect, test } from 'vitest';
import type { CheckEvent } from '../../src/model/check-event.ts';
import { minutes, NOON, seconds } from './world.ts';
import { at, event, readCritical, readOk, recovery, worldWith } from './world-with.ts';

describe('one event', () => {
  test.each([
    // status before   what happened a minute later                                rule                          status after
    ['none', {}, 'own_incident', 'new'],
    ['none', { stateType: 'SOFT' }, 'soft_state', 'none'],
    ['none', { inDowntime: true }, 'in_downtime', 'none'],
    ['none', recovery, 'healthy_without_incident', 'none'],
    ['none', { happening: 'flapping_started' }, 'flapping_started', 'none'],
    ['none', { happening: 'flapping_started', state: 'OK' }, 'healthy_without_incident', 'none'],
    ['none', { happening: 'downtime_started' }, 'in_downtime', 'none'],
    ['none', { happening: 'downtime_ended' }, 'downtime_ended', 'none'],
    ['none', { happening: 'acknowledged', author: 'jane' }, 'acknowledged_without_incident', 'none'],
    [
      'none',
      { happening: 'custom', author: 'jane', comment: 'hello' },
      'information_without_incident',
      'none',
    ],
    ['none', { happening: 'flapping_stopped' }, 'own_incident', 'new'],
    ['none', readCritical, 'own_incident', 'new'],
    ['none', readOk, 'read_back_agrees', 'none'],
    ['new', {}, 'already_open', 'new'],
    ['new', { stateType: 'SOFT', ...recovery }, 'soft_state', 'new'],
    ['new', recovery, 'recovered', 'resolved'],
    ['new', { ...recovery, inDowntime: true }, 'recovered', 'resolved'],
    ['new', { ...recovery, happening: 'flapping_stopped' }, 'flapping_stopped_healthy', 'resolved'],
    ['new', { ...recovery, happening: 'flapping_started' }, 'flapping', 'new'],
    ['new', { ...recovery, happening: 'downtime_ended' }, 'downtime_ended_healthy', 'resolved'],
    ['new', readOk, 'recovery_read_back', 'resolved'],
    ['new', { ...readOk, isFlapping: true }, 'flapping', 'new'],
    ['new', readCritical, 'read_back_agrees', 'new'],
    ['new', { happening: 'downtime_started' }, 'in_downtime', 'new'],
    ['new', { happening: 'acknowledged', author: 'jane' }, 'acknowledged', 'acknowledged'],
    ['new', { happening: 'acknowledged', author: 'watchdesk' }, 'own_acknowledgement', 'new'],
    [
      'new',
      { happening: 'acknowledged', author: 'api', comment: 'Freshdesk #7 (WD-1, Watchdesk)' },
      'own_acknowledgement',
      'new',
    ],
    [
      'new',
      { happening: 'acknowledged', author: 'api', comment: 'see WD-12, Watchdesk' },
      'acknowledged',
      'acknowledged',
    ],
    ['new', { happening: 'acknowledged' }, 'acknowledged_by_nobody_named', 'new'],
    ['new', { happening: 'custom', author: 'jane', comment: 'hello' }, 'information', 'new'],
    ['new', { state: 'WARNING' }, 'improved', 'new'],
    ['acknowledged', {}, 'already_open', 'acknowledged'],
    [
      'acknowledged',
      { happening: 'acknowledged', author: 'jane.doe' },
      'already_acknowledged',
      'acknowledged',
    ],
    ['acknowledged', recovery, 'recovered', 'resolved'],
    ['acknowledged', readCritical, 'already_open', 'acknowledged'],
    ['resolved', {}, 'failed_again', 'new'],
    ['resolved', { state: 'WARNING' }, 'failed_again', 'new'],
    ['resolved', recovery, 'already_healthy', 'resolved'],
    ['resolved', { ...recovery, stateSince: at(minutes(2)) }, 'soak_restarted', 'resolved'],
    ['resolved', { inDowntime: true }, 'in_downtime', 'resolved'],
    ['resolved', { happening: 'flapping_started' }, 'flapping', 'resolved'],
    ['resolved', { happening: 'flapping_started', state: 'OK' }, 'flapping', 'resolved'],
    ['resolved', { ...readCritical, stateSince: NOON }, 'contradicted', 'new'],
    ['resolved', { ...readCritical, stateSince: at(minutes(1) + seconds(30)) }, 'failed_again', 'new'],
    ['closed', {}, 'reopen_within', 'new'],
    ['closed', readCritical, 'reopen_within', 'new'],
    ['closed', recovery, 'healthy_without_incident', 'closed'],
    ['closed', { inDowntime: true }, 'in_downtime', 'closed'],
  ] satisfies [Parameters<typeof worldWith>[0], Partial<CheckEvent>, string, string][])(
    '%s + %j: %s, then %s',
    (status, given, rule, after) => {
      const world = worldWith(status);
      const decision = world.pass(minutes(1)).tell(event(world, given));
      expect(decision.why.rule).toBe(rule);
      expect(decision.why.sentence).toMatch(/^.+[.”]$/);
      expect(world.incidents.size === 0 ? 'none' : world.only().status).toBe(after);
    },
  );

  test.each([{}, { state: 'OK' }] as const)(
    'the end of flapping in a SOFT state is about what was known before: %j',
    (given) => {
      const world = worldWith('none');
      world.pass(minutes(1)).tell(event(world, { happening: 'flapping_started' }));
      const end = { happening: 'flapping_stopped', stateType: 'SOFT', ...given } as const;
      const decision = world.pass(minutes(1)).tell(event(world, end));
      expect(decision.why.rule).toBe('own_incident');
    },
  );
});
