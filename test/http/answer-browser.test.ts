import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { understand } from '../../src/intake/understand.ts';
import { NO_ESCALATION } from '../../src/model/escalation.ts';
import { lowContrast, nameless } from '../console/page-checks.js';
import { closeBrowser, screenshot, withPage } from '../support/browser.ts';
import { ANNOUNCED, ackToken, confirmToken, linkToken, RUN, startPages, stopToken } from './answer-world.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 375, height: 720 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

let running: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  running = await startPages();
});
afterAll(async () => {
  await closeBrowser();
  await running.stop();
});
beforeEach(() => {
  running.kept.length = 0;
});

const address = (answer: 'yes' | 'no') => `${running.url}/confirm/${confirmToken({ answer })}`;
const keptAction = () => running.kept.map((delivery) => understand(delivery));

test('P3 on a phone, without any script: yes', async () => {
  await withPage(
    async (page, seen) => {
      await page.goto(address('yes'));
      await screenshot(page, 'confirm-yes');
      await page.getByRole('button', { name: 'Yes, it works again' }).tap();
      await page.getByRole('heading', { name: 'Thank you' }).waitFor();
      await screenshot(page, 'confirm-yes-thanks');
      await page.reload(); // sends the form again
      expect(keptAction()).toMatchObject([{ event: { action: { answer: 'yes' } } }]);
      expect(seen.consoleErrors).toEqual([]);
      expect(seen.requests.filter((url) => !url.startsWith(running.url) && !url.startsWith('data:'))).toEqual(
        [],
      );
    },
    { ...PHONE, javaScriptEnabled: false },
  );
});

test('P3 on a phone, without any script: no, with words', async () => {
  await withPage(
    async (page) => {
      await page.goto(address('no'));
      await screenshot(page, 'confirm-no');
      await page.getByLabel('What does not work yet?').fill('It prints\nbut only <b>half</b> a page');
      await page.getByRole('button', { name: 'No, it does not work yet' }).tap();
      await page.getByRole('heading', { name: 'Thank you for telling us' }).waitFor();
      await screenshot(page, 'confirm-no-thanks');
      expect(keptAction()).toMatchObject([
        { event: { action: { answer: 'no', words: 'It prints\nbut only <b>half</b> a page' } } },
      ]);
    },
    { ...PHONE, javaScriptEnabled: false, colorScheme: 'dark' },
  );
});

test('by keyboard alone: words, button, thanks', async () => {
  await withPage(async (page) => {
    await page.goto(address('no'));
    await page.keyboard.press('Tab');
    await page.keyboard.type('still dark');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Thank you for telling us' }).waitFor();
    expect(keptAction()).toMatchObject([{ event: { action: { words: 'still dark' } } }]);
  });
});

test('woken at night, on a phone, without any script: one press takes the incident', async () => {
  await withPage(
    async (page, seen) => {
      await page.goto(`${running.url}/ack/${ackToken()}`);
      const button = page.getByRole('button', { name: 'I have it' });
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(72);
      expect((await button.boundingBox())?.width).toBeGreaterThanOrEqual(280);
      await button.dblclick();
      await page.getByRole('heading', { name: 'You have it' }).waitFor();
      await screenshot(page, 'acknowledge-thanks');
      await page.reload(); // sends the form again
      expect(running.kept).toHaveLength(1);
      expect(keptAction()).toMatchObject([
        { event: { action: { do: 'acknowledge', person: 'dana', via: 'link' } } },
      ]);
      expect(seen.consoleErrors).toEqual([]);
    },
    { ...PHONE, javaScriptEnabled: false, colorScheme: 'dark' },
  );
});

test('by keyboard alone: the Director is stopped, not without a reason', async () => {
  await withPage(async (page) => {
    const escalation = { ...NO_ESCALATION, ladders: [{ ...RUN, director: ANNOUNCED }] };
    if (running.world.escalating) running.world.escalating = { ...running.world.escalating, escalation };
    await page.goto(`${running.url}/stop/${stopToken()}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // the browser asks for the reason
    expect(running.kept).toEqual([]);
    await page.keyboard.type('Known, back in five minutes');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Stopped' }).waitFor();
    expect(keptAction()).toMatchObject([
      { event: { action: { do: 'stop_director', reason: 'Known, back in five minutes' } } },
    ]);
  });
});

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([320, 1280])('at %i px every page is readable and scrolls only down', async (width) => {
    const endless = 'x'.repeat(300);
    const usual = running.world.asked;
    const escalation = { ...NO_ESCALATION, ladders: [{ ...RUN, director: ANNOUNCED }] };
    if (running.world.escalating)
      running.world.escalating = { ...running.world.escalating, escalation, subject: endless };
    await withPage(
      async (page) => {
        for (const [name, path] of [
          ['yes', `/confirm/${confirmToken()}`],
          ['no', `/confirm/${confirmToken({ answer: 'no' })}`],
          ['unknown', '/confirm/hello'],
          ['link', `/link/${linkToken()}`],
          ['decline', `/link/${linkToken({ answer: 'decline' })}`],
          ['take', `/ack/${ackToken()}`],
          ['stop', `/stop/${stopToken()}`],
        ] as const) {
          const isNarrowest = name === 'no' && width === 320;
          for (const language of isNarrowest ? ['en', 'de', 'fr', 'es', 'it', 'nl'] : ['en']) {
            if (usual) running.world.asked = { ...usual, subject: endless, language };
            await page.goto(running.url + path);
            expect(await page.evaluate(lowContrast), name).toEqual([]);
            expect(await page.evaluate(nameless), name).toEqual([]);
            expect(await page.locator('textarea:not([id=words])').count(), name).toBe(0);
            expect(await page.locator('h1').count(), name).toBe(1);
            expect(await page.locator('html').getAttribute('lang'), name).toBe(language);
            expect(await overflow(page), name).toBe(0);
            for (const control of await page.locator('button, textarea').all()) {
              expect((await control.boundingBox())?.height, name).toBeGreaterThanOrEqual(44);
            }
          }
        }
      },
      { colorScheme, viewport: { width, height: 720 } },
    );
    running.world.asked = usual;
  });
});
