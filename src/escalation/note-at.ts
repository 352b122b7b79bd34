import { pathText } from '../policy/fault.ts';
import type { PolicyNote } from '../policy/policy-notes.ts';

export const noteAt = (path: readonly (string | number)[], message: string): PolicyNote => ({
  path: pathText(path),
  message,
});
