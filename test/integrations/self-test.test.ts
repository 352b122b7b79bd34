import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anAlert, NOTIFY, PYTHON, problem, Receiver, run, SECRET, Site, stopEverything } from './support.ts';

let receiver: Receiver;
let site: Site;
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
  site = new Site(receiver.url, { forwarder: 'auto' });
});
afterEach(async () => {
  stopEverything();
  await receiver.close();
  site.remove();
});

const selfTest = () => run([NOTIFY, '--config', site.config, '--test']);

describe.skipIf(PYTHON === undefined)('notify_watchdesk --test', () => {
  test('says that all works after a signed alert about a made-up host was taken', async () => {
    const { code, stdout } = await selfTest();
    expect(stdout).toMatch(
      /^(ok {4}(settings|spool|forwarder|network|clock|alert): .*\n){6}Everything works\.\n$/,
    );
    expect(code).toBe(0);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      verified: true,
      macros: {
        NAGIOS_NOTIFICATIONTYPE: 'CUSTOM',
        NAGIOS_HOSTNAME: 'watchdesk-self-test',
        NAGIOS_NOTIFICATIONCOMMENT: expect.stringContaining('Self-test'),
      },
    });
    expect(site.files('queue')).toEqual([]);
  });

  test('tells a wrong secret from a wrong clock', async () => {
    receiver.reply = () => problem(401, 'signature not verified');
    const secret = await selfTest();
    expect(secret.code).toBe(1);
    expect(secret.stdout).toContain('ok    clock');
    expect(secret.stdout).toMatch(/FAIL {2}alert: .*OPSVIEW_WEBHOOK_SECRET/);
    receiver.reply = () => ({
      ...problem(401, 'too old'),
      headers: { date: new Date(Date.now() + 3_600_000).toUTCString() },
    });
    const clock = await selfTest();
    expect(clock.stdout).toMatch(/FAIL {2}clock: Watchdesk is 3[56]\d\d s ahead .* NTP/);
  });

  test('says what to do when nothing listens, the name is unknown or settings are missing', async () => {
    await receiver.close();
    expect((await selfTest()).stdout).toMatch(/FAIL {2}network: .*Nothing listens there/);
    site.configure({ url: 'https://no-such-name.invalid' });
    expect((await selfTest()).stdout).toMatch(/FAIL {2}network: .*The name is not known here/);
    site.configure({ url: '', secret: '' });
    const { code, stdout } = await selfTest();
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}settings: there is no secret.*\nFAIL {2}settings: url = ""/);
  });

  test('a service that does not run, and what waits, is refused or was lost, is told', async () => {
    site.configure({ url: receiver.url, forwarder: 'service', spool_max_files: '1' });
    await site.notify(anAlert('web01', 1));
    await site.notify(anAlert('web01', 2));
    const { code, stdout } = await selfTest();
    expect(code).toBe(1);
    expect(stdout).toContain('systemctl enable --now watchdesk-forward');
    expect(stdout).toContain('1 alerts were lost');
    expect(stdout).toContain('1 alerts wait');
    const status = await run([NOTIFY, '--config', site.config, '--status']);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(
      /waiting +1 alerts, \d+ bytes, the oldest for \d+ s\nforwarder +not running/,
    );
  });

  test('P10 the secret is never told, and a secret that everyone can read is pointed out', async () => {
    const file = join(site.folder, 'secret');
    writeFileSync(file, `${SECRET}\n`);
    chmodSync(file, 0o644);
    site.configure({ url: receiver.url, secret: '', secret_file: file, forwarder: 'auto' });
    const told = await selfTest();
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(/WARN {2}secret: .*chmod 640/);
    expect(receiver.received[0]?.verified).toBe(true);
    receiver.reply = () => problem(401, 'no');
    const all = [told, await selfTest(), await run([NOTIFY, '--config', site.config, '--status'])];
    expect(all.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(SECRET);
  });
});

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(PYTHON === undefined || !hasOpenssl)('HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-tls-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('P10 a certificate that is not trusted gets no alert; with its authority in ca_file all arrive', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=watchdesk', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], {
      stdio: 'pipe',
    });
    const tls = new Receiver({ key: readFileSync(key), cert: readFileSync(cert) });
    await tls.listen();
    try {
      site.configure({ url: tls.url });
      const distrusting = await selfTest();
      expect(distrusting.stdout).toMatch(/FAIL {2}network: .*The certificate was not accepted: set ca_file/);
      expect(tls.received).toHaveLength(0);
      site.configure({ url: tls.url, ca_file: cert });
      expect((await selfTest()).stdout).toContain('its certificate is trusted');
      await site.notify(anAlert('web01', 1));
      await site.drain();
      expect(tls.received.map(({ verified }) => verified)).toEqual([true, true]);
    } finally {
      await tls.close();
    }
  });
});
