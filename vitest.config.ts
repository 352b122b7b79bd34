import { defineConfig } from 'vitest/config';

/** Folders whose tests touch nothing but their own code and a socket or two: their modules are loaded once for all. */
const PURE = [
  'escalation',
  'http',
  'incidents',
  'intake',
  'logging',
  'policy',
  'routing',
  'sandbox',
  'settings',
].map((folder) => `test/${folder}/**/*.test.ts`);

/** Folders whose files run one after the other in one process, with the modules and a database of each kind opened once. */
const FLOWS = ['engine', 'flows'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Generous, since they cost nothing while things work: a busy machine must not make a test fail.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: ['test/support/global-setup.ts'],
    // Databases, browsers and child processes are real, and some files mostly wait for them: three at a time keep two cores
    // busy.
    maxWorkers: 3,
    // Taken in the order of their names: what takes longest begins first, and what is short fills the end.
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...PURE, ...FLOWS] },
      },
      { extends: true, test: { name: 'flows', include: FLOWS, isolate: false } },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
  },
});
