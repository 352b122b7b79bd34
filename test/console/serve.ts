import type { AddressInfo } from 'node:net';
import express from 'express';
import { type ConsoleParts, createConsole } from '../../src/console/console.ts';
import { manualClock } from '../support/manual-clock.ts';
import { NOW, sampleData } from './sample-data.ts';

export const consoleApp = (parts: Partial<ConsoleParts> = {}) =>
  express().use(
    createConsole({
      data: sampleData(),
      clock: manualClock(NOW),
      mode: 'sandbox',
      publicUrl: 'http://127.0.0.1:8080',
      version: '0.1.0',
      log: { error: () => undefined },
      ...parts,
    }),
  );

/** Serves the console on a free loopback port while `fn` runs. */
export async function withConsole<T>(
  parts: Partial<ConsoleParts>,
  fn: (base: string) => Promise<T>,
): Promise<T> {
  const server = consoleApp(parts).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  try {
    return await fn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
