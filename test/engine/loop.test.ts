import { expect, test } from 'vitest';
import { createLoop } from '../../src/engine/loop.ts';

const silent = { error: () => {} };

/** A promise and its handle, to hold a turn open while the test acts. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

test('a loop that is woken during a turn takes exactly one more, never two at a time', async () => {
  const first = gate();
  const done = gate();
  let turns = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const loop = createLoop(
    'test',
    async () => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      if (++turns === 1) await first.opened;
      else done.open();
      atOnce -= 1;
      return 'idle';
    },
    silent,
  );
  loop.start();
  for (let i = 0; i < 10; i++) loop.wake();
  first.open();
  await done.opened;
  await loop.stop();
  expect({ turns, mostAtOnce }).toEqual({ turns: 2, mostAtOnce: 1 });
});

test('a failing turn is logged by name and tried again', async () => {
  const errors: string[] = [];
  const done = gate();
  let turns = 0;
  const loop = createLoop(
    'inbox',
    async () => {
      if (++turns === 1) throw new Error('database away');
      done.open();
      return 'idle';
    },
    { error: (message) => errors.push(message) },
  );
  loop.start();
  await done.opened;
  await loop.stop();
  expect(errors).toEqual(['The inbox loop failed and will try again']);
});

test('stop waits for the turn under way and begins no other', async () => {
  const held = gate();
  let turns = 0;
  const loop = createLoop(
    'test',
    async () => {
      turns += 1;
      await held.opened;
      return 'more';
    },
    silent,
  );
  loop.start();
  const stopped = loop.stop();
  held.open();
  await stopped;
  expect(turns).toBe(1);
});
