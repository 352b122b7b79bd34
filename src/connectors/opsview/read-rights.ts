import { z } from 'zod';
import type { OpsviewCall } from './opsview.ts';

/** How many hosts the user may see, and on how many of them he may act, as Opsview tells it without anything being done. */
export type OpsviewRights = Readonly<{ hostsSeen: number; hostsToActOn: number }>;

const HostsWire = z.object({
  summary: z.object({ total: z.coerce.number().catch(0) }).catch({ total: 0 }),
  list: z.array(z.unknown()).catch([]),
});

/** `can_change` is what a well-known status client asks with; an Opsview that does not know it lists every host. */
export async function readRights(call: Pick<OpsviewCall, 'ask'>): Promise<OpsviewRights> {
  const count = async (query: readonly (readonly [string, string])[]): Promise<number> => {
    const { summary, list } = await call.ask({
      method: 'GET',
      path: '/status/host',
      query: [['rows', '1'], ...query],
      verb: 'read_rights',
      what: 'count the hosts that the user may see',
      schema: HostsWire,
    });
    return Math.max(summary.total, list.length);
  };
  return { hostsSeen: await count([]), hostsToActOn: await count([['can_change', 'true']]) };
}
