import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Databases, browsers and child processes are real: two files at a time keep two cores busy and no more.
    maxWorkers: 2,
  },
});
