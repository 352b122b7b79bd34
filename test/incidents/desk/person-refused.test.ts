import { expect, test } from 'vitest';
import { aTicketEvent } from '../../support/ticket-event.ts';
import { World } from '../world.ts';

test('P6 what a person wanted stands in the history also when it is refused', () => {
  const world = new World();
  world.tell(aTicketEvent());
  const { id } = world.only();
  const action = { do: 'link', parentId: id, childId: id, answer: 'accept', by: 'Jo' } as const;
  const { why } = world.tell({ kind: 'person', at: world.now, action });
  expect(why.rule).toBe('link_refused');
  expect(world.timeline.at(-1)).toMatchObject({ incidentId: id, kind: 'people', ...why });
});
