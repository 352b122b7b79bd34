import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core';

let running: Promise<Browser> | undefined;

/** One browser per test file, started when first asked for. Runs as root and needs no system package. */
async function browser(): Promise<Browser> {
  running ??= chromium.executablePath().then((executablePath) =>
    driver.launch({
      executablePath,
      headless: true,
      // The package's own flags switch web security off, which is just what these tests look at.
      args: [
        '--no-sandbox',
        '--no-zygote',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--font-render-hinting=none',
      ],
    }),
  );
  return running;
}

/** Ends the browser; call it in `afterAll`. */
export async function closeBrowser(): Promise<void> {
  const started = running;
  running = undefined;
  await (await started)?.close();
}

/** What a page did that a good page does not do. */
export type Misbehaviour = { consoleErrors: string[]; requests: string[] };

/** A fresh browser context (no cookies) with one page; closed afterwards, whatever happens. */
export async function withPage<T>(
  fn: (page: Page, seen: Misbehaviour) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  try {
    const page = await context.newPage();
    const seen: Misbehaviour = { consoleErrors: [], requests: [] };
    page.on('console', (message) => message.type() === 'error' && seen.consoleErrors.push(message.text()));
    page.on('pageerror', (error) => seen.consoleErrors.push(String(error)));
    page.on('request', (request) => seen.requests.push(request.url()));
    return await fn(page, seen);
  } finally {
    await context.close();
  }
}

let shots: Promise<string> | undefined;

/** Writes a picture of the whole page below the system's temporary folder and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  shots ??= mkdtemp(join(tmpdir(), 'watchdesk-pages-'));
  const path = join(await shots, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
