import type { CheckEvent } from '../../src/model/check-event.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { minutes, NOON, seconds, World } from './world.ts';

export const at = (ms: number) => new Date(NOON.getTime() + ms);

/** An event at the world's present instant. */
export const event = (world: World, given: Partial<CheckEvent> = {}): CheckEvent =>
  aCheckEvent({ occurredAt: world.now, ...given });

export const recovery = { happening: 'recovery', state: 'OK' } as const;
export const readOk = {
  happening: 'read_back',
  state: 'OK',
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
} as const;
export const readCritical = { ...readOk, state: 'CRITICAL' } as const;

/** A world in which web01 HTTP got into the given status by the usual way. */
export function worldWith(status: 'none' | 'new' | 'acknowledged' | 'resolved' | 'closed'): World {
  const world = new World();
  if (status === 'none') return world;
  world.tell(event(world));
  if (status === 'new') return world;
  if (status === 'acknowledged') {
    world
      .pass(seconds(30))
      .tell(event(world, { happening: 'acknowledged', author: 'jane.doe', comment: 'mine' }));
    return world;
  }
  world.pass(minutes(1)).tell(event(world, recovery));
  if (status === 'resolved') return world;
  world.pass(minutes(20)).fireTimers();
  world.tell(world.proof(world.only(), [event(world, { ...readOk, stateSince: at(minutes(1)) })]));
  return world;
}
