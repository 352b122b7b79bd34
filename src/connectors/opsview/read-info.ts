import { z } from 'zod';
import type { OpsviewCall } from './opsview.ts';

/** `timezone` is the server's, which its event filters use; empty when not told. */
export type OpsviewInfo = Readonly<{ version: string; timezone: string }>;

const text = z.string().catch('');
const InfoWire = z.object({ opsview_version: z.string(), server_timezone: text });

/** Checks address, user and password without touching anything. */
export async function readInfo({ ask }: OpsviewCall): Promise<OpsviewInfo> {
  const info = await ask({
    method: 'GET',
    path: '/info',
    verb: 'read_info',
    what: 'read its version',
    schema: InfoWire,
  });
  return { version: info.opsview_version, timezone: info.server_timezone };
}
