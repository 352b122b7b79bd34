import type { LinkStrategy } from '../../model/child-link.ts';
import type { LinkRefusal, Refused } from './link-texts.ts';

/** How long a refusal is believed: an account may buy a feature, and people may free a ticket from its role. */
export const REFUSAL_BELIEVED_MS = 86_400_000;

/** What Freshdesk refused lately. `parentId` is absent where the refusal holds for the whole account. */
export type KnownRefusal = Readonly<{
  as: LinkStrategy;
  refusal: Exclude<LinkRefusal, 'not_possible'>;
  parentId?: string;
  at: Date;
}>;

/** In the order of policy, each once; notes are always possible and come last. */
export const orderOf = (strategies: readonly LinkStrategy[]): readonly LinkStrategy[] => {
  const upToNotes = strategies.includes('note_only')
    ? strategies.slice(0, strategies.indexOf('note_only'))
    : strategies;
  return [...new Set<LinkStrategy>([...upToNotes, 'note_only'])];
};

export const isBelieved = ({ at, refusal }: KnownRefusal, now: Date): boolean =>
  // A full one stays full until a child leaves.
  refusal === 'limit' || now.getTime() - at.getTime() < REFUSAL_BELIEVED_MS;

/** Why this way need not be tried for a child of this parent, as was learnt before. */
export function knownRefusal(
  known: readonly KnownRefusal[],
  { as, parentId, now }: Readonly<{ as: LinkStrategy; parentId: string; now: Date }>,
): Refused | undefined {
  const found = known.find(
    (one) =>
      one.as === as && (one.parentId === undefined || one.parentId === parentId) && isBelieved(one, now),
  );
  return found && { as, refusal: found.refusal };
}

/** What to remember after this; a refusal of these two tickets alone says nothing about others. */
export function learnt(
  known: readonly KnownRefusal[],
  refused: readonly Refused[],
  { parentId, now }: Readonly<{ parentId: string; now: Date }>,
): readonly KnownRefusal[] {
  const news = refused.flatMap(({ as, refusal }): KnownRefusal[] => {
    if (refusal === 'not_possible' || knownRefusal(known, { as, parentId, now })) return [];
    return [{ as, refusal, at: now, ...(refusal === 'feature_off' ? {} : { parentId }) }];
  });
  return [...known.filter((one) => isBelieved(one, now)), ...news].slice(-REMEMBERED_MAX);
}

/** Forgotten ones cost one refused call each. */
const REMEMBERED_MAX = 500;

/** A child left this parent, so that it has room again. */
export const withRoom = (known: readonly KnownRefusal[], parentId: string): readonly KnownRefusal[] =>
  known.filter((one) => one.refusal !== 'limit' || one.parentId !== parentId);
