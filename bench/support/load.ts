import { startChild } from './child.ts';
import type { LoadOrder, LoadReport } from './load-generator.ts';

export type { LoadReport };

/** The load generator, in a process of its own. */
export async function startLoad(scope: AsyncDisposableStack) {
  const child = await startChild<object, LoadOrder, LoadReport>(
    new URL('load-generator.ts', import.meta.url),
    {},
  );
  scope.defer(child.stop);
  return async (order: LoadOrder): Promise<LoadReport> => {
    const report = await child.ask(order);
    const refused = Object.keys(report.statuses).filter((status) => status !== '202');
    if (refused.length > 0)
      throw new Error(`Not all alerts were answered 202: ${JSON.stringify(report.statuses)}`);
    return report;
  };
}
