import type { LinkCarrier } from './link-carrier.ts';

/** Nothing but the notes on both tickets, which name each other: always possible. */
export const noteOnly: LinkCarrier = {
  as: 'note_only',
  show: async () => {},
  hide: async () => {},
  isShown: () => false,
  isRuledOut: () => false,
};
