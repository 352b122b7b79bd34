/** `2026-11-20 17:36:34 UTC`. */
export const instantText = (instant: Date): string =>
  `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
