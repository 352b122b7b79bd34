import type { CheckEvent } from '../../src/model/check-event.ts';

/** A HARD problem of web01 HTTP at noon, unless told otherwise. */
export const aCheckEvent = (given: Partial<CheckEvent> = {}): CheckEvent => ({
  kind: 'check',
  happening: 'problem',
  host: 'web01',
  check: 'HTTP',
  state: 'CRITICAL',
  stateType: 'HARD',
  output: 'connection refused',
  longOutput: '',
  hashtags: [],
  occurredAt: new Date('2026-03-02T12:00:00Z'),
  ...given,
});
