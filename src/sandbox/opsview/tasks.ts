import { acknowledge, unacknowledge } from './acknowledge.ts';
import { checkAgain, flap, renotify, retryCheck } from './checks.ts';
import { runDowntimes } from './downtime.ts';
import type { World } from './world.ts';

/** Runs what has become due by the clock, oldest first. */
export function runDueTasks(world: World): void {
  const now = world.clock.now().getTime();
  const due = world.data.tasks.filter((task) => task.dueAt <= now);
  if (due.length > 0) {
    world.data.tasks = world.data.tasks.filter((task) => !due.includes(task));
    world.unsaved = true;
  }
  for (const task of due.sort((a, b) => a.dueAt - b.dueAt)) {
    switch (task.kind) {
      case 'acknowledge':
        acknowledge(world, task.object, task.acknowledgement, task.notify);
        break;
      case 'unacknowledge':
        unacknowledge(world, task.object);
        break;
      case 'retry':
        retryCheck(world, task.object);
        break;
      case 'flap':
        flap(world, task.object);
        break;
      case 'next_check':
        checkAgain(world, task.object);
        break;
    }
  }
  runDowntimes(world);
  renotify(world);
}
