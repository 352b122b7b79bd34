import type { TxOrClient } from './transaction.ts';

/** A policy text that decided something, under the hash that decisions name. */
export type PolicyVersion = Readonly<{ hash: string; source: string; text: string; loadedAt: Date }>;

/** Keeps the first of each hash. */
export async function savePolicyVersion(client: TxOrClient, version: PolicyVersion): Promise<void> {
  await client.policyVersion.createMany({ data: [version], skipDuplicates: true });
}

export async function loadPolicyVersion(
  client: TxOrClient,
  hash: string,
): Promise<PolicyVersion | undefined> {
  return (await client.policyVersion.findUnique({ where: { hash } })) ?? undefined;
}
