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

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Databases, browsers and child processes are real, and some files mostly wait for them: three at a time keep two cores
    // busy.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: PURE,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
