import fc from 'fast-check';
import { test } from 'vitest';
import { type Step, Story, story } from './story.ts';

test('P2 P3 P6 P7 hold after every step of any story, and P4: when all is healthy and read, everything closes', () => {
  const close = (steps: readonly { step: Step; pause: number }[]) => {
    const told = new Story();
    for (const one of steps) told.run(one);
    told.calmDown();
    for (const incident of told.world.incidents.values()) {
      if (incident.status !== 'closed')
        throw new Error(`P4 WD-${incident.number} is ${incident.status} for ever`);
    }
  };
  fc.assert(fc.property(story, close), { numRuns: 300 });
}, 60_000);
