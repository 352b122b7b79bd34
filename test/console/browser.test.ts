import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { closeBrowser, withPage } from '../support/browser.ts';
import { manualClock } from '../support/manual-clock.ts';
import { lowContrast, nameless } from './page-checks.js';
import { HEALTH, LINES, OVERVIEW, sampleData } from './sample-data.ts';
import { consoleApp, withConsole } from './serve.ts';

afterAll(closeBrowser);

const PATHS = [
  ...[
    '/',
    '/incidents/142',
    '/incidents/151',
    '/suggestions',
    '/problems',
    '/on-call',
    '/messages',
    '/people',
    '/parked',
    '/failed',
    '/incidents/7',
  ],
];
const notice = 'The embedded database is safe against a crash but not against a power cut.';
const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every page is readable: AA contrast, names for controls, one h1, no gap in headings', async () => {
    await withConsole({ notice }, (base) =>
      withPage(
        async (page, seen) => {
          for (const path of PATHS) {
            await page.goto(base + path);
            expect(await page.evaluate(lowContrast), path).toEqual([]);
            expect(await page.evaluate(nameless), path).toEqual([]);
            const levels = await page.$$eval('h1,h2,h3,h4', (all) => all.map((h) => Number(h.tagName[1])));
            expect(
              levels.filter((level) => level === 1),
              path,
            ).toHaveLength(1);
            expect(
              levels[0] === 1 && levels.every((level, at) => level <= (levels[at - 1] ?? 1) + 1),
              path,
            ).toBe(true);
          }
          expect(seen.requests.filter((url) => !url.startsWith(base))).toEqual([]);
          expect(seen.consoleErrors.filter((text) => !text.includes('404'))).toEqual([]);
        },
        { colorScheme },
      ),
    );
  });
});

test('the two colour schemes differ', async () => {
  const ground = (colorScheme: 'light' | 'dark') =>
    withConsole({}, (base) =>
      withPage(
        async (page) => {
          await page.goto(base);
          return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        },
        { colorScheme },
      ),
    );
  expect(await ground('light')).not.toBe(await ground('dark'));
});

test.each([320, 375, 768, 1024])(
  'at %i px no page scrolls sideways, also with words that never end',
  async (width) => {
    const endless = 'x'.repeat(300);
    const open = LINES.map((line) => ({ ...line, title: endless, owner: endless, customer: endless }));
    const data = sampleData({ overview: async () => ({ ...OVERVIEW, open, recentlyClosed: open }) });
    await withConsole({ data, notice }, (base) =>
      withPage(
        async (page) => {
          for (const path of PATHS) {
            await page.goto(base + path);
            expect(await overflow(page), path).toBe(0);
          }
        },
        { viewport: { width, height: 700 } },
      ),
    );
  },
);

test('by keyboard: skip link first, then the way to an incident, always with a visible focus', async () => {
  await withConsole({}, (base) =>
    withPage(async (page) => {
      await page.goto(base);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      expect(
        await page.locator('.skip').evaluate((link) => link.getBoundingClientRect().top),
      ).toBeGreaterThanOrEqual(0);
      for (let step = 0; step < 30; step += 1) {
        await page.keyboard.press('Tab');
        const focus = await page.evaluate<{ id: string; outline: string }>(
          '({ id: document.activeElement.id, outline: getComputedStyle(document.activeElement).outlineStyle })',
        );
        expect(focus.outline).not.toBe('none');
        if (focus.id === 'wd-142') break;
      }
      await page.keyboard.press('Enter');
      await page.waitForURL('**/incidents/142');
      expect(await page.locator('h1').textContent()).toBe('host db-prod-01 is DOWN');
    }),
  );
});

test('an open overview keeps itself fresh, keeps the focus, and says so when Watchdesk is away', async () => {
  let open = LINES;
  const data = sampleData({ overview: async () => ({ ...OVERVIEW, open }) });
  const server = createServer(consoleApp({ data })).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await withPage(async (page) => {
    await page.clock.install();
    await page.goto(base);
    await page.locator('[name="q"]').fill('half a wo');
    await page.locator('#wd-141').focus();
    open = LINES.map((line) => (line.number === 141 ? { ...line, owner: 'Jo Marsh' } : line));
    await page.clock.runFor(4_100);
    await page.getByText('Jo Marsh').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('wd-141');
    expect(await page.locator('[name="q"]').inputValue()).toBe('half a wo');
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('#stale').isVisible()).toBe(false);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await page.clock.runFor(4_100);
    await page.locator('#stale').waitFor({ state: 'visible' });
  });
});

test('without JavaScript the overview filters and links, and a failed message is sent again', async () => {
  const data = sampleData();
  await withConsole({ data }, (base) =>
    withPage(
      async (page) => {
        await page.goto(base);
        await page.locator('[name="priority"]').selectOption('urgent');
        await page.getByRole('button', { name: 'Show' }).click();
        await page.waitForURL('**priority=urgent**');
        expect(await page.locator('.incidents tbody tr').count()).toBe(1);
        await page.goto(`${base}/failed`);
        await page.getByRole('button', { name: /^Send again/ }).click();
        await page.getByText('It is on its way again.').waitFor();
        expect(data.asked).toHaveLength(1);
      },
      { javaScriptEnabled: false },
    ),
  );
});

test('without JavaScript somebody takes an incident, and stops the Director with a reason', async () => {
  const data = sampleData();
  await withConsole({ data }, (base) =>
    withPage(
      async (page) => {
        await page.goto(`${base}/incidents/142`);
        await page.getByRole('link', { name: 'I have it' }).click();
        expect(await page.evaluate('document.activeElement.id')).toBe('have-by');
        await page.keyboard.type('Dana Ott');
        await page.getByRole('button', { name: 'I have it' }).click();
        await page.getByText('Told; the page shows what came of it in a moment.').waitFor();
        const form = page.getByRole('form', { name: 'Stop the Director' });
        await form.getByLabel('Your name').fill('Jo Moss');
        await form.getByLabel('Why not').fill('Known');
        await form.getByRole('button').click();
        await page.getByText('Told; the page shows what came of it in a moment.').waitFor();
        expect(data.asked.map((text) => JSON.parse(text))).toEqual([
          { do: 'acknowledge', number: 142, by: 'Dana Ott' },
          { do: 'stop_director', number: 142, by: 'Jo Moss', reason: 'Known', ladder: 'unattended' },
        ]);
      },
      { javaScriptEnabled: false },
    ),
  );
});

test('signing in from a bookmark leads there; a wrong password is said plainly; signing out closes the door', async () => {
  const parts = { mode: 'connected', password: 'nine lives', clock: manualClock(new Date()) } as const;
  await withConsole({ ...parts, data: sampleData({ health: async () => HEALTH }) }, (base) =>
    withPage(async (page, seen) => {
      await page.goto(`${base}/incidents/142`);
      // The browser gives the focus with the first frame, not with the load.
      await page.waitForFunction('document.activeElement.id === "password"');
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await page.evaluate(lowContrast)).toEqual([]);
      await page.getByLabel('Password').fill('nine lives');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/incidents/142');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/sign-in');
      await page.goto(base);
      expect(page.url()).toContain('/sign-in');
      expect(seen.consoleErrors.filter((text) => !text.includes('401'))).toEqual([]);
    }),
  );
});

test('a link from another site opens the incident of a reader who is signed in', async () => {
  const parts = { mode: 'connected', password: 'nine lives', clock: manualClock(new Date()) } as const;
  await withConsole(parts, async (base) => {
    const elsewhere = createServer((_req, res) => {
      res.setHeader('content-type', 'text/html');
      res.end(`<a href="${base}/incidents/142">WD-142</a>`);
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => elsewhere.once('listening', listening));
    await withPage(async (page) => {
      await page.goto(`${base}/sign-in`);
      await page.getByLabel('Password').fill('nine lives');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${base}/`);
      await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}`);
      await page.getByText('WD-142').click();
      await page.getByText('host db-prod-01 is DOWN').first().waitFor();
      expect(page.url()).toBe(`${base}/incidents/142`);
    });
    elsewhere.closeAllConnections();
    await new Promise((closed) => elsewhere.close(closed));
  });
});

test('the contrast check sees a fault', async () => {
  await withConsole({}, (base) =>
    withPage(async (page) => {
      await page.goto(base);
      await page.evaluate("document.querySelector('.sandbox p').style.color = '#a09060'");
      expect(await page.evaluate(lowContrast)).toHaveLength(1);
    }),
  );
});

test('a foreign page can neither frame the console nor post to it', async () => {
  const data = sampleData();
  await withConsole({ data }, async (base) => {
    const evil = createServer((_req, res) => {
      res.setHeader('content-type', 'text/html');
      res.end(
        `<form id="f" method="post" action="${base}/parked/9071/replay"><input name="token" value="x"></form><iframe src="${base}/"></iframe>`,
      );
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => evil.once('listening', listening));
    await withPage(async (page) => {
      await page.goto(`http://localhost:${(evil.address() as AddressInfo).port}`);
      const frame = page.frames()[1];
      expect(frame?.url().startsWith(base) && (await frame.locator('h1').count())).toBeFalsy();
      await page.evaluate('document.forms[0].submit()');
      await page.getByText('Refused').waitFor();
    });
    await new Promise((closed) => evil.close(closed));
    evil.closeAllConnections();
  });
  expect(data.asked).toEqual([]);
});
