/** Built-in phrases of reporters' replies, in several languages; used where a policy gives none of its own. */
export const DEFAULT_PHRASES = {
  yes: ['works again', 'works now', 'fixed', 'solved'],
  no: ['still broken', 'still not working', 'does not work'],
  thanks: ['thanks', 'thank you'],
} as const;
