import { faultLine } from '../policy/fault.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import type { Policy } from '../policy/schema.ts';
import { explainTicket } from '../routing/explain-ticket.ts';
import { readPolicyFiles } from '../store/policy-files.ts';
import { factsOf, readTicketFile } from './ticket-file.ts';

/** `isGood` is false when the text says what is wrong with the question or the policy. */
export type Answer = Readonly<{ text: string; isGood: boolean }>;

export const wrong = (text: string): Answer => ({ text, isGood: false });

/** What `watchdesk explain --ticket` says. Never throws. */
export async function explainTicketFile(
  { ticket, policy }: Readonly<{ ticket: string; policy: string }>,
  now: Date,
): Promise<Answer> {
  return withPolicy(policy, async (loaded) =>
    explainTicket(factsOf(await readTicketFile(ticket), now), loaded),
  );
}

/** Answers from a policy; what is wrong with it, or thrown, is the answer. */
export async function withPolicy(
  file: string,
  explained: (policy: Policy) => Promise<string>,
): Promise<Answer> {
  try {
    const loaded = loadPolicy(await readPolicyFiles(file));
    if (!('policy' in loaded)) return wrong(loaded.faults.map(faultLine).join('\n'));
    return { text: await explained(loaded.policy), isGood: true };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}
