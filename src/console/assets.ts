import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Router } from 'express';

const YEAR_S = 365 * 24 * 3_600;

const FILES = [
  {
    name: 'watchdesk.css',
    type: 'text/css; charset=utf-8',
    at: () => new URL('public/watchdesk.css', import.meta.url),
  },
  {
    name: 'console.js',
    type: 'text/javascript; charset=utf-8',
    at: () => new URL('public/console.js', import.meta.url),
  },
  { name: 'icon.svg', type: 'image/svg+xml', at: () => new URL('public/icon.svg', import.meta.url) },
  {
    name: 'htmx.min.js',
    type: 'text/javascript; charset=utf-8',
    at: () => createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'),
  },
] as const;

export type AssetName = (typeof FILES)[number]['name'];

export type Assets = Readonly<{
  /** Address of a file; it changes with the content, so browsers may keep it for ever. */
  address(name: AssetName): string;
  /** Serves `/assets/…` from memory to anyone: nothing in them is private. */
  router: Router;
}>;

/** Reads the few files once. Throws at start when one is missing. */
export function loadAssets(): Assets {
  const router = Router();
  const addresses = new Map<AssetName, string>();
  for (const { name, type, at } of FILES) {
    const content = readFileSync(at());
    const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
    addresses.set(name, `/assets/${name}?v=${version}`);
    router.get(`/assets/${name}`, (req, res) => {
      const lasting = req.query.v === version;
      res.set('Cache-Control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'public, no-cache');
      res.set('X-Content-Type-Options', 'nosniff').type(type).send(content);
    });
  }
  return { address: (name) => addresses.get(name) ?? `/assets/${name}`, router };
}
