/** Where a message stands. `root` is the message whose thread it hangs in; absent when it hangs in none. */
export type SlackPlace = Readonly<{ channel: string; ts: string; root?: string }>;

/** `channel:ts`, and in a thread `channel:ts:root`: what the store keeps as the other side's id. */
export const placeText = ({ channel, ts, root }: SlackPlace): string =>
  root === undefined ? `${channel}:${ts}` : `${channel}:${ts}:${root}`;

export function readPlace(text: string): SlackPlace | undefined {
  const [, channel, ts, root] = /^([A-Z0-9]+):(\d+\.\d+)(?::(\d+\.\d+))?$/.exec(text) ?? [];
  if (channel === undefined || ts === undefined) return undefined;
  return { channel, ts, ...(root !== undefined && { root }) };
}
