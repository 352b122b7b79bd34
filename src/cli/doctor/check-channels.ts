import { openChannels } from '../../channels.ts';
import type { Channel } from '../../connectors/channel.ts';
import { ConnectorError } from '../../connectors/connector-error.ts';
import type { Clock } from '../../model/clock.ts';
import type { ChannelName } from '../../model/escalation.ts';
import { uncounted } from '../../model/metrics.ts';
import type { Policy } from '../../policy/schema.ts';
import type { Settings } from '../../settings.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** The ways of telling people: whether those that the policy uses are set up, and whether their keys are good. */
export async function checkChannels(
  settings: Settings,
  policy: Policy | undefined,
  clock: Clock,
): Promise<readonly Finding[]> {
  const { channels, close } = openChannels(settings.channels, {
    clock,
    metrics: uncounted,
    timeoutMs: settings.callTimeoutMs,
    publicUrl: settings.publicUrl,
  });
  try {
    const opened = Object.values(channels);
    const probed = await Promise.all(opened.map(probe));
    const missing = [...usedBy(policy)].filter((name) => channels[name] === undefined);
    return [...probed, ...missing.map(notSetUp)];
  } finally {
    close();
  }
}

async function probe({ name, probe: look }: Channel): Promise<Finding> {
  const check = `Messages: ${name}`;
  if (!look) return ok(check, 'set up; watchdesk notify --test <who> tells whether it arrives');
  try {
    return ok(check, await look());
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return fail(check, error.message, 'docs/messages.md says how it is set up');
  }
}

const notSetUp = (name: ChannelName): Finding =>
  warn(
    `Messages: ${name}`,
    'the policy tells people by it, but it is not set up, so the next channel is tried each time',
    'set it up as docs/messages.md says, or take it out of the policy',
  );

/** Channels that ladders and rules name. */
function usedBy(policy: Policy | undefined): ReadonlySet<ChannelName> {
  if (policy === undefined || Object.keys(policy.ladders).length === 0) return new Set();
  const { notify, ladders, rooms } = policy;
  const named = [
    ...notify.channels,
    ...notify.rules.flatMap(({ channels = [] }) => channels),
    ...Object.values(ladders).flatMap(({ rungs, last }) => [
      ...rungs.flatMap(({ channels = [] }) => channels),
      ...(last?.channels ?? []),
    ]),
    ...Object.values(rooms).map(({ channel }) => channel),
  ];
  return new Set(named);
}
