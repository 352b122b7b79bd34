/** Issues that report what another is about: linking, unlinking, and what one means for the others. */
export { childChanged } from './child-changed.ts';
export { considerParents, suggestToReports } from './consider-parents.ts';
export { whyNotLinked } from './family.ts';
export { linkChild } from './link-child.ts';
export { moveChildren } from './move-children.ts';
export { passOnUpdate } from './pass-on-update.ts';
export { followPriority } from './raise-by-reporters.ts';
export { tellChildren } from './tell-children.ts';
export { declineLink, unlinkChild } from './unlink-child.ts';
