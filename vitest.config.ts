import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Databases, browsers and child processes are real, and some files mostly wait for them: three at a time keep two cores
    // busy.
    maxWorkers: 3,
  },
});
