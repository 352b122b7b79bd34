import { expect, test } from 'vitest';
import { minutes, type World } from '../world.ts';
import { deskPolicy, deskWorld, issueOf } from './desk-world.ts';
import { act, childrenOf, family } from './family-world.ts';

const rung = (name: string, after: string) => ({ name, after, tell: [{ person: 'tina' }] });
const policy = deskPolicy({
  ladders: {
    ack: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      rungs: [rung('First', '15m')],
    },
    duty: { name: 'Communication', kind: 'duty', watches: 'accept', rungs: [rung('Asked', '15m')] },
    unhappy: {
      name: 'Unhappy',
      kind: 'relationship',
      watches: 'trigger',
      starts_on: ['button'],
      rungs: [rung('Account', '0s')],
    },
  },
});

const told = ({ pages }: World) =>
  [...pages.values()].map(({ reference, rung }) => `${reference} ${rung}`).toSorted();

function wait(world: World, count: number): void {
  for (let minute = 0; minute < count; minute++) {
    world.pass(minutes(1));
    world.fireTimers();
  }
}

test('a linked ticket is escalated with its main one, but its own customer’s wish counts; alone again, it counts anew', () => {
  const world = family(deskWorld(policy), 1);
  const [child] = childrenOf(world, issueOf(world, 7));
  if (child === undefined) throw new Error('nothing was linked');
  wait(world, 30);
  const [main, report] = [issueOf(world, 7).number, child.number].map((number) => `WD-${number}`);
  expect(told(world)).toEqual([`${main} Asked`, `${main} First`]);

  act(world, { do: 'escalate', incidentId: child.id, reason: 'They called.', by: 'Jo Moss' });
  expect(told(world)).toContain(`${report} Account`);

  act(world, { do: 'unlink', childId: child.id, by: 'Jo Moss' });
  wait(world, 14);
  expect(told(world)).toHaveLength(3);
  wait(world, 2);
  expect(told(world)).toEqual([
    ...[`${main} Asked`, `${main} First`],
    ...[`${report} Account`, `${report} Asked`, `${report} First`],
  ]);
});
