import type { LinkCarrier } from './link-carrier.ts';

/** Freshdesk's own parent and child tickets. */
export const parentChild: LinkCarrier = {
  as: 'parent_child',
  show: (freshdesk, { mainId, childId }) => freshdesk.makeChild(childId, mainId),
  hide: (freshdesk, { childId }) => freshdesk.releaseChild(childId),
  isShown: ({ kind, primeId }, { mainId }) => kind === 'child' && primeId === mainId,
  isRuledOut: ({ kind }) => kind !== undefined && kind !== 'parent',
};
