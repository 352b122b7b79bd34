import type { LinkCarrier } from './link-carrier.ts';

/** The main ticket as a tracker, the others related to it. */
export const tracker: LinkCarrier = {
  as: 'tracker',
  show: (freshdesk, { mainId, childId }) => freshdesk.relate(mainId, childId),
  hide: (freshdesk, { mainId, childId }) => freshdesk.unrelate(childId, mainId),
  isShown: ({ kind, primeId }, { mainId }) => kind === 'related' && primeId === mainId,
  isRuledOut: ({ kind }) => kind !== undefined && kind !== 'tracker',
};
