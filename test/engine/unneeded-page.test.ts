import { expect, test } from 'vitest';
import { unneededWhy } from '../../src/engine/unneeded-page.ts';
import type { LadderRun } from '../../src/model/escalation.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Page, PageKind } from '../../src/model/page.ts';

const page = (kind: PageKind) => ({ kind, reference: 'WD-1', ladder: 'ack', run: 1 }) as Page;
const incident = (status: Incident['status'], state: LadderRun['state'], more: object = {}) =>
  ({
    status,
    escalation: { ladders: [{ ladder: 'ack', run: 1, state, ...more }], triggers: [], directorsTold: [] },
  }) as unknown as Incident;

test.each([
  // kind           incident    its ladder   still needed
  ['escalation', 'new', 'running', true],
  ['escalation', 'acknowledged', 'paused', false],
  ['escalation', 'resolved', 'ended', false],
  ['director', 'new', 'running', true],
  ['director', 'acknowledged', 'paused', false],
  ['last', 'closed', 'running', false],
  ['customer', 'resolved', 'ended', true],
  ['fault', 'closed', 'ended', true],
  ['status', 'resolved', 'ended', true],
] as const)('%s, incident %s, ladder %s: needed %s', (kind, status, state, isNeeded) => {
  expect(unneededWhy(page(kind), incident(status, state)) === undefined).toBe(isNeeded);
});

test('it says who has it', () => {
  const taken = incident('acknowledged', 'paused', { acknowledged: { by: 'Dana' } });
  expect(unneededWhy(page('escalation'), taken)).toBe('Dana has WD-1: no longer needed.');
});
