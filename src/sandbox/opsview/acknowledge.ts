import { isHealthy, type ObjectKey } from '../../model/check-event.ts';
import { notify } from './notifications.ts';
import type { Acknowledgement } from './state.ts';
import { later, logEvent, objectNamed, type World } from './world.ts';

/** Submitted now, seen in the status a little later. */
export function submitAcknowledgement(
  world: World,
  object: ObjectKey,
  { notify, ...acknowledgement }: Acknowledgement & { notify: boolean },
): void {
  const key = { host: object.host, check: object.check };
  later(world, world.settings.acknowledgeDelayMs, {
    kind: 'acknowledge',
    object: key,
    acknowledgement,
    notify,
  });
}

export function submitRemoval(world: World, object: ObjectKey): void {
  const key = { host: object.host, check: object.check };
  later(world, world.settings.acknowledgeDelayMs, { kind: 'unacknowledge', object: key });
}

/** An object that has become healthy meanwhile stays without acknowledgement, and nobody is told. */
export function acknowledge(
  world: World,
  key: ObjectKey,
  acknowledgement: Acknowledgement,
  tell: boolean,
): void {
  const { object } = objectNamed(world, key);
  if (isHealthy(object.state)) return;
  object.acknowledgement = acknowledgement;
  logEvent(world, object, 1, acknowledgement);
  if (tell) notify(world, object, 'ACKNOWLEDGEMENT', acknowledgement);
}

/** Taking an acknowledgement away produces no notification. */
export function unacknowledge(world: World, key: ObjectKey): void {
  objectNamed(world, key).object.acknowledgement = null;
  world.unsaved = true;
}
