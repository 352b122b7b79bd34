import type { IncomingMessage } from 'node:http';
import { malformed, tooLarge } from './problem.ts';

/**
 * Reads a body into memory, at most `bytesMax`.
 *
 * Express's own parser reads a body that is too large to its end before it answers; here the answer goes out at once, by
 * the announced length before anything is read, and the rest is dropped unread by the server.
 *
 * Errors: rejects with a Problem, 413 when it is too large and 400 when the sender left before the end.
 */
export function readBody(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(req.headers['content-length'] ?? 0) > bytesMax) return void reject(tooLarge(bytesMax));

    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (): void => {
      req.off('data', take).off('end', whole).off('error', broken).off('close', broken);
    };
    function take(chunk: Buffer): void {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= bytesMax) return;
      settle();
      reject(tooLarge(bytesMax));
    }
    function whole(): void {
      settle();
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length));
    }
    function broken(): void {
      settle();
      reject(malformed('The body ended before its announced length.'));
    }
    req.on('data', take).on('end', whole).on('error', broken).on('close', broken);
  });
}
