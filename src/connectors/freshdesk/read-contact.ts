import { z } from 'zod';
import type { Requester } from '../../model/ticket-event.ts';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';

export type FreshdeskContact = Requester & Readonly<{ companyId?: number }>;

const text = z.string().nullish().catch(null);
export const ContactWire = z.object({
  id: z.int().positive(),
  name: text,
  email: text,
  language: text,
  company_id: z.int().positive().nullish().catch(null),
});

/** Undefined when no contact has this number, as for a requester who is an agent. */
export async function readContact({ ask }: FreshdeskCall, id: number): Promise<FreshdeskContact | undefined> {
  if (!Number.isSafeInteger(id) || id <= 0) {
    throw new ConnectorError('rejected', `${id} is not the number of a Freshdesk contact`);
  }
  try {
    const { body } = await ask({
      method: 'GET',
      path: `/contacts/${id}`,
      kind: 'other',
      verb: 'read_contact',
      what: `read contact ${id}`,
      schema: ContactWire,
    });
    return { ...requesterOf(body), ...(body.company_id ? { companyId: body.company_id } : {}) };
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

type PersonWire = Readonly<
  { id: number } & Partial<Record<'name' | 'email' | 'language', string | null | undefined>>
>;

export function requesterOf({ id, name, email, language }: PersonWire): Requester {
  // `pt-BR` and `zh-TW` occur beside `de`.
  const letters = /^[a-z]{2}(?![a-z])/i.exec(language ?? '')?.[0].toLowerCase();
  return {
    id,
    ...(email ? { email } : {}),
    ...(name ? { name } : {}),
    ...(letters === undefined ? {} : { language: letters }),
  };
}
