import type { ChannelName } from '../../model/escalation.ts';
import type { SandboxButton, SandboxMessage } from './sandbox-message.ts';

const KEPT_MAX = 1_000;

/** A button that opens a page in a browser; its press gets the page, and like a browser sends nothing else. */
export const linkButton = (label: string, url: string): SandboxButton => ({
  label,
  url,
  press: async () => {
    await (await fetch(url)).arrayBuffer();
  },
});

export type KeptMessages = Readonly<{
  /** Oldest first. */
  all(): readonly SandboxMessage[];
  find(id: string): SandboxMessage | undefined;
  add(message: Omit<SandboxMessage, 'channel' | 'isUpdated'>): void;
  /** The same message with other content; undefined when there is none. */
  change(id: string, content: Pick<SandboxMessage, 'text' | 'buttons'>): SandboxMessage | undefined;
}>;

/** What people got by one channel, the last KEPT_MAX. */
export function keptMessages(channel: ChannelName): KeptMessages {
  let kept: readonly SandboxMessage[] = [];
  const find = (id: string) => kept.find((message) => message.id === id);
  return {
    all: () => kept,
    find,
    add: (message) => {
      kept = [...kept, { ...message, channel, isUpdated: false }].slice(-KEPT_MAX);
    },
    change: (id, content) => {
      kept = kept.map((message) =>
        message.id === id ? { ...message, ...content, isUpdated: true } : message,
      );
      return find(id);
    },
  };
}
