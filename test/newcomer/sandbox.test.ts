import { readFileSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, withPage } from '../support/browser.ts';
import { openTryOut, type TryOut } from './try-out.ts';

// The tests stand in the order in which a newcomer does things, in one sandbox.

let tryOut: TryOut;
beforeAll(async () => {
  tryOut = await openTryOut();
  await tryOut.start();
});
afterAll(async () => {
  await closeBrowser();
  await tryOut.close();
});

const PAGES = [
  ...['/', '/suggestions', '/problems', '/people', '/parked', '/failed'],
  ...['/on-call', '/messages', '/sandbox/', '/sandbox/opsview/', '/sandbox/freshdesk/'],
  ...['/sandbox/messages/', '/sandbox/mail/'],
];

/** A page that must ask nobody else for anything and must not complain. */
const look = (fn: (page: Page) => Promise<void>): Promise<void> =>
  withPage(async (page, seen) => {
    page.setDefaultTimeout(10_000);
    await fn(page);
    expect(seen.requests.filter((url) => !url.startsWith(`${tryOut.url}/`))).toEqual([]);
    expect(seen.consoleErrors).toEqual([]);
  });

const go = (page: Page, path: string) => page.goto(tryOut.url + path);
const press = (page: Page, button: string) => page.getByRole('button', { name: button, exact: true }).click();
/** What stands there, on one line. */
const told = async (place: Locator): Promise<string> =>
  ((await place.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
const mainOf = (page: Page): Locator => page.locator('main');

/** Follows the links of the overview to an incident's ticket in the stand-in Freshdesk. */
async function openTicket(page: Page, number: number): Promise<void> {
  await go(page, `/incidents/${number}`);
  await page.locator('.marks a').click();
  await page.waitForURL('**/sandbox/freshdesk/a/tickets/*');
}

async function timeline(page: Page): Promise<string[]> {
  const entries = await page.locator('[aria-labelledby="timeline-heading"] li').all();
  const newestFirst = await Promise.all(entries.map(told));
  for (const entry of newestFirst) expect(entry).toMatch(/^[A-Z][a-z ]+ \d\d:\d\d:\d\d UTC .{15,} rule \w+$/);
  return newestFirst.reverse();
}

test('the start says what to try, and those addresses are there', async () => {
  const output = tryOut.output();
  expect(output).toContain('Four things to try');
  expect(output).toContain('raise a ticket about the shop');
  for (const address of output.match(/http:\/\/\S+\//g) ?? [])
    expect((await fetch(address)).status).toBe(200);
});

test('every page says that this is a sandbox', async () => {
  await look(async (page) => {
    for (const path of PAGES) {
      await go(page, path);
      expect(await told(page.locator('aside.sandbox')), path).toMatch(/^Sandbox\. .*stand-in/);
    }
  });
});

test('a check that is flipped becomes an incident with a ticket that says what, since when and why', async () => {
  await look(async (page) => {
    await go(page, '/');
    await page.getByText('All quiet.').waitFor();
    expect(await told(page.locator('.health')), 'no guess').not.toMatch(/API budget ?\d+ of (?!320)/);
    await page.getByRole('link', { name: 'Flip a check to CRITICAL' }).click();
    await press(page, 'mail01 SMTP CRITICAL');
    await page.getByText('1 of 30 objects not healthy').waitFor();
    expect(new URL(page.url()).hash, 'the page stays where it is').toBe('');
    await page.getByText(/acknowledged: Freshdesk #1 \(WD-1/).waitFor();

    await go(page, '/');
    await page.getByRole('link', { name: 'WD-1 mail01 SMTP is CRITICAL' }).waitFor();
    expect(await told(page.locator('.health'))).toMatch(/API budget ?\d+ of 320 a min/);

    await openTicket(page, 1);
    expect(await told(page.locator('h1'))).toMatch(/^\[WD-1\] .*mail01 SMTP is CRITICAL$/);
    const description = page.locator('[aria-label="Description"]');
    const words = await told(description);
    expect(words).toMatch(/mail01 SMTP is CRITICAL since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(words).toMatch(/Service ?Mail/);
    expect(words).toMatch(/Why ?mail01 SMTP belongs to Mail, whose criticality is medium/);
    for (const name of await description.locator('td:first-child strong').all())
      expect((await name.boundingBox())?.height, await told(name)).toBeLessThan(30);
    const opsview = await description.getByRole('link', { name: 'Open in Opsview' }).getAttribute('href');
    expect((await fetch(opsview ?? '')).url).toBe(`${tryOut.url}/sandbox/opsview/`);
    await description.getByRole('link', { name: 'Open in Watchdesk' }).click();
    await page.waitForURL('**/incidents/1');
  });
});

test('set back to OK it is resolved, counts the soak down, and closes on proof; each step says why', async () => {
  await look(async (page) => {
    await go(page, '/sandbox/opsview/');
    await press(page, 'mail01 SMTP OK');
    await page.getByText('Everything is healthy').waitFor();
    await go(page, '/');
    await page.locator('.incidents').getByText('Awaiting proof').waitFor();
    expect(await told(page.locator('.cell-next'))).toMatch(/^Asks Opsview again .*for 4 s\. in 10 s$/);

    await page.getByRole('link', { name: 'WD-1' }).click();
    await page.getByText('Not proven yet').waitFor();
    await page.getByText('Proven healthy').waitFor(); // by itself: nobody reloads
    const steps = await timeline(page);
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['Opened', 'Ticket', 'Resolved', 'Closed']);
    expect(steps.at(-1)).toMatch(
      /Opsview showed mail01 SMTP healthy for at least 4 s, read .* UTC, so WD-1 is closed/,
    );

    await openTicket(page, 1);
    await page.locator('.marks').getByText('Closed').waitFor();
    await page.getByText('Closed on proof.').waitFor();
    const notes = await Promise.all((await page.locator('article.private').all()).map(told));
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(
      /Recovered\. mail01 SMTP is OK; WD-1 closes once Opsview has shown this for 4 s/,
    );
    await page.locator('.marks').getByText('Closed').waitFor();
  });
});

const HOSTILE = `<script>document.title='taken'</script><img src=x onerror="document.title='taken'"> & "quoted" {{title}}`;

test('a restart keeps everything, finds what broke meanwhile, and shows hostile output as text', async () => {
  await look(async (page) => {
    await go(page, '/sandbox/opsview/');
    await press(page, 'gw01 Temperature WARNING');
    await page.getByText(/acknowledged: Freshdesk #2 \(WD-2/).waitFor();
  });
  expect(await tryOut.stop(), tryOut.output()).toBe(0);
  breakUntold();
  await tryOut.start();

  await look(async (page) => {
    await go(page, '/');
    await page.getByRole('link', { name: 'WD-3 db01 Backup is CRITICAL' }).waitFor();
    expect(await told(mainOf(page))).toMatch(
      /WD-2 gw01 Temperature is WARNING.*Closed lately.*WD-1 mail01 SMTP/,
    );
    await go(page, '/incidents/1');
    expect(await timeline(page)).toHaveLength(4);

    for (const path of ['/incidents/3', '/sandbox/opsview/']) {
      await go(page, path);
      expect(await told(mainOf(page)), path).toContain(HOSTILE);
    }
    await page.getByText(/acknowledged: Freshdesk #3 \(WD-3/).waitFor();
    await openTicket(page, 3);
    expect(await told(mainOf(page))).toContain(HOSTILE);
    expect(await page.locator('main img, main script').count()).toBe(0);
    for (const path of ['/', '/sandbox/opsview/', '/sandbox/freshdesk/']) {
      await go(page, path);
      expect(await page.title(), path).not.toContain('taken');
    }
  });
  const levels = [...tryOut.output().matchAll(/"level":"(\w+)"/g)].map(([, level]) => level);
  expect(new Set(levels), tryOut.output()).toEqual(new Set(['info']));
});

test('a customer’s ticket is understood; closed without proof it comes back; the customer’s yes closes it', async () => {
  await look(async (page) => {
    await go(page, '/');
    await page.getByRole('link', { name: 'Raise a ticket as a customer' }).click();
    await page.getByLabel('Subject').fill('The shop does not load');
    await page.getByLabel('Text', { exact: true }).fill('Since this morning nobody can pay.');
    await press(page, 'Send');
    const triage = page.locator('article.private').filter({ hasText: 'What Watchdesk made of this ticket' });
    expect(await told(triage)).toMatch(
      /type Incident \(\d+% sure\): Words such as .*Priority high: .*about Web shop.*Assignment: Web shop belongs to Platform/,
    );
    expect(await told(page.locator('.marks'))).toMatch(/^High Open Incident group Platform agent Ada Berg/);
    const ticket = page.url();

    await triage.getByRole('link', { name: 'WD-4 in Watchdesk' }).click();
    await page.waitForURL('**/incidents/4');
    const opening = await timeline(page);
    expect(opening.map((step) => step.split(' ')[0])).toEqual([
      'Opened',
      'Classified',
      'Classified',
      'Assigned',
    ]);

    await page.goto(ticket);
    await press(page, 'Close the ticket');
    const setBack = page.locator('article.private').filter({ hasText: 'Not closed: proof is missing.' });
    expect(await told(setBack)).toMatch(
      /set back to Resolved: the reporter has not confirmed that it works again.*What gives it:.*by the link in our question/,
    );
    await page.locator('.marks').getByText('Resolved').waitFor();

    await page.getByRole('link', { name: 'Yes, it works again' }).click();
    await page.getByRole('heading', { name: 'Does it work again?' }).waitFor();
    await page.goto(ticket);
    await page.locator('.marks').getByText('Resolved').waitFor(); // to look at the page is no answer
    await page.getByRole('link', { name: 'Yes, it works again' }).click();
    await press(page, 'Yes, it works again');
    await page.getByText('Your answer has been recorded').waitFor();

    await page.goto(ticket);
    await page.locator('.marks').getByText('Closed').waitFor();
    await go(page, '/incidents/4');
    await page.getByText('Proven').first().waitFor();
    expect((await timeline(page)).slice(-2).join(' ')).toMatch(
      /Ann Archer said by the link that it works again.*Closed .*WD-4 is closed/,
    );
  });
});

test('react to nothing: people are told, up to the Director; “I have it” in a chat ends it', async () => {
  await look(async (page) => {
    await go(page, '/sandbox/opsview/');
    await press(page, 'web01 HTTP CRITICAL');
    await go(page, '/sandbox/messages/');
    const cards = page.locator('.tries article').filter({ hasText: 'web01 HTTP is CRITICAL' });
    const said = (way: RegExp) => cards.filter({ hasText: way }).first();
    await said(/Telegram to (Ada Berg|Jo Moss) .*you are on call/s).waitFor();
    await said(/Slack to Operations /).waitFor();
    await said(/Telegram to (Ada Berg|Jo Moss) .*you stand in for/s).waitFor();
    await said(/Slack to Mia Keller .*you are the manager of Platform/s).waitFor();
    await said(/Text message to Mia Keller .*The Director \(Dora Frey\) will be told at/s).waitFor();

    await page.getByRole('link', { name: 'a mailbox of their own' }).click();
    const mail = page.getByRole('link', { name: /Urgent, for your decision: web01 HTTP is CRITICAL/ });
    await mail.click();
    expect(await told(mainOf(page))).toMatch(/to "Dora Frey".*state\.pdf.*ASKED OF YOU Nobody has it/);
    const state = await page.getByRole('link', { name: /state\.pdf/ }).getAttribute('href');
    const pdf = await fetch(new URL(state ?? '', page.url()));
    expect([pdf.status, (await pdf.text()).slice(0, 5)]).toEqual([200, '%PDF-']);

    await go(page, '/sandbox/messages/?channel=telegram');
    const standIn = said(/you stand in for/s);
    const [, taker] = /Telegram to (\w+ \w+)/.exec(await told(standIn)) ?? [];
    await standIn.getByRole('button', { name: 'I have it' }).click();
    await said(/brought up to date/).waitFor();

    await go(page, '/');
    await page.getByRole('link', { name: /web01 HTTP is CRITICAL/ }).click();
    await page.locator('.status').getByText('Acknowledged').waitFor();
    const main = await told(mainOf(page));
    expect(main).toMatch(new RegExp(`${taker} has it|${taker}, in Telegram`));
    expect(main).toMatch(/Dora Frey ?E-mail delivered/);
    expect((await timeline(page)).filter((step) => step.startsWith('Escalation')).join(' ')).toMatch(
      /“On call” .*“Stand-in” .*“Manager” .*the Director, is told .*“Director” .*Dora Frey by e-mail/,
    );
  });
});

/** A check goes bad in Opsview while nothing runs, so that nobody is notified of it. */
function breakUntold(): void {
  const state = JSON.parse(readFileSync(tryOut.opsviewFile, 'utf8'));
  const checks: Record<string, unknown>[] = state.hosts.flatMap((host: { checks: object[] }) => host.checks);
  const backup = checks.find(({ host, check }) => host === 'db01' && check === 'Backup');
  const at = Math.floor(Date.now() / 1000);
  const bad = { state: 'CRITICAL', hardState: 'CRITICAL', stateType: 'HARD', attempt: 3, output: HOSTILE };
  Object.assign(backup ?? {}, bad, { lastStateChange: at, lastCheck: at });
  writeFileSync(tryOut.opsviewFile, JSON.stringify(state));
}
