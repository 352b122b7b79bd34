export const LINK_STRATEGIES = ['parent_child', 'tracker', 'note_only'] as const;
/** How Freshdesk shows a link: as its own parent and child, as tracker and related tickets, or by notes on both alone. */
export type LinkStrategy = (typeof LINK_STRATEGIES)[number];

/**
 * That one issue is a report of another's problem. Our table of links is the truth; what Freshdesk shows is a view of it.
 *
 * Shape: `suggested` waits for an agent, `linked` holds, `declined` is never suggested again, `unlinked` was linked once.
 *        A child has at most one `linked` parent; a parent is nobody's child.
 * Units: `score` 0 to 1, as matching gave it; 1 when a person linked them.
 * Absent: `shownAs` until Freshdesk shows it; `shownWhy` tells why not as policy would like best.
 */
export type ChildLink = Readonly<{
  parentId: string;
  childId: string;
  state: 'suggested' | 'linked' | 'declined' | 'unlinked';
  score: number;
  /** One short sentence each, the strongest first. */
  reasons: readonly string[];
  /** `Watchdesk`, or the person who said so. */
  by: string;
  at: Date;
  shownAs?: LinkStrategy;
  shownWhy?: string;
}>;
