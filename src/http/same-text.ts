import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length whatever was sent, so that comparing them tells nothing about the secret. */
export const isSameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
