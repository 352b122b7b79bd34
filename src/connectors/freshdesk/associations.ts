import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import {
  type AssociationRefusal,
  associationRefusal,
  codeOfRefusal,
  isUnknownForm,
} from './association-refusal.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { type Association, readAssociation } from './read-association.ts';

/** A parent and its child, or a tracker and its related ticket. */
type Tie = Readonly<{ primeId: number; memberId: number }>;

/** Each is one way to ask; a bulk job is done only some time after its answer. */
const FORMS = {
  parent_id: ({ primeId, memberId }: Tie) => put(memberId, { parent_id: primeId }),
  bulk_parent_id: ({ primeId, memberId }: Tie) =>
    ({
      method: 'POST',
      path: '/tickets/bulk_update',
      body: { bulk_action: { ids: [memberId], properties: { parent_id: primeId } } },
    }) as const,
  no_parent_id: ({ memberId }: Tie) => put(memberId, { parent_id: null }),
  tracker_id: ({ primeId, memberId }: Tie) => put(memberId, { tracker_id: primeId }),
  related_ticket_ids: ({ primeId, memberId }: Tie) =>
    put(primeId, { association_type: 3, related_ticket_ids: [primeId, memberId] }),
  no_tracker_id: ({ memberId }: Tie) => put(memberId, { tracker_id: null }),
} as const satisfies Record<string, (tie: Tie) => FormCall>;

type FormCall = Readonly<{ method: 'PUT' | 'POST'; path: string; body: unknown }>;
const put = (id: number, body: unknown): FormCall => ({ method: 'PUT', path: ticketPath(id), body });

export type AssociationForm = keyof typeof FORMS;

/**
 * Ways to ask, in the order in which they are tried, and how many members an account allows. None of it is documented
 * for tickets that exist already: all of it comes from other clients or from memory, hence a setting of the connector.
 */
export type AssociationRules = Readonly<{
  makeChild: readonly AssociationForm[];
  releaseChild: readonly AssociationForm[];
  relate: readonly AssociationForm[];
  unrelate: readonly AssociationForm[];
  childrenMax: number;
  relatedMax: number;
}>;

export const STOCK_ASSOCIATIONS: AssociationRules = {
  makeChild: ['parent_id'],
  releaseChild: ['no_parent_id'],
  relate: ['tracker_id', 'related_ticket_ids'],
  unrelate: ['no_tracker_id'],
  childrenMax: 10,
  relatedMax: 300,
};

/**
 * Freshdesk's own ties between tickets. Every function may be called again: what is so already is success. A 200 is not
 * believed, the ticket is read again, since no client has kept what Freshdesk answers.
 *
 * Errors: as any call; `associationRefusal` tells what a refusal means.
 */
export type Associations = Readonly<{
  makeChild(childId: number, parentId: number): Promise<void>;
  releaseChild(childId: number): Promise<void>;
  relate(trackerId: number, ticketId: number): Promise<void>;
  unrelate(ticketId: number, trackerId: number): Promise<void>;
  readAssociation(ticketId: number): Promise<Association>;
}>;

export function createAssociations(call: FreshdeskCall, rules: AssociationRules): Associations {
  return {
    makeChild: (childId, parentId) =>
      tie(call, {
        primeId: parentId,
        memberId: childId,
        forms: rules.makeChild,
        membersMax: rules.childrenMax,
        verb: 'make_child',
        what: `make ticket ${childId} a child of ticket ${parentId}`,
        isSo: ({ kind, primeId }) => kind === 'child' && primeId === parentId,
      }),
    releaseChild: (childId) =>
      tie(call, {
        primeId: childId,
        memberId: childId,
        forms: rules.releaseChild,
        verb: 'release_child',
        what: `release child ticket ${childId}`,
        isSo: ({ kind }) => kind !== 'child',
      }),
    relate: (trackerId, ticketId) =>
      tie(call, {
        primeId: trackerId,
        memberId: ticketId,
        forms: rules.relate,
        membersMax: rules.relatedMax,
        verb: 'relate',
        what: `relate ticket ${ticketId} to tracker ${trackerId}`,
        isSo: ({ kind, primeId }) => kind === 'related' && primeId === trackerId,
      }),
    unrelate: (ticketId, trackerId) =>
      tie(call, {
        primeId: trackerId,
        memberId: ticketId,
        forms: rules.unrelate,
        verb: 'unrelate',
        what: `take ticket ${ticketId} out of tracker ${trackerId}`,
        isSo: ({ kind, primeId }) => kind !== 'related' || primeId !== trackerId,
      }),
    readAssociation: (ticketId) => readAssociation(call, ticketId),
  };
}

type Task = Tie &
  Readonly<{
    forms: readonly AssociationForm[];
    /** Only where a member is added. */
    membersMax?: number;
    verb: string;
    what: string;
    /** Of the member, as it was read. */
    isSo(association: Association): boolean;
  }>;

async function tie(call: FreshdeskCall, task: Task): Promise<void> {
  const { memberId, primeId, what } = task;
  if (task.membersMax !== undefined && memberId === primeId) {
    throw refused('not_possible', `Not asked Freshdesk to ${what}: it is one and the same`);
  }
  // What takes a tie away names no tie: only a read tells whether it is this one that would go.
  if (task.membersMax === undefined && task.isSo(await readAssociation(call, memberId))) return;
  const said: (ConnectorError | 'no_effect')[] = [];
  for (const form of task.forms) {
    const answer = await tryForm(call, task, form);
    if (answer !== 'no_effect' && answer !== 'unknown_form' && associationRefusal(answer) === 'feature_off') {
      throw refused('feature_off', answer.message, [answer]);
    }
    // Read once for both: whether it happened, and whether what was refused is so already.
    if (answer !== 'unknown_form' && task.isSo(await readAssociation(call, memberId))) return;
    if (answer === 'unknown_form') continue;
    said.push(answer);
    if (answer !== 'no_effect' && associationRefusal(answer) === 'limit') break;
  }
  throw await refusalOf(call, task, said);
}

/** Throws what is no refusal. A 404 may be about the form or about the ticket: reading the ticket tells. */
async function tryForm(
  { ask }: FreshdeskCall,
  task: Task,
  form: AssociationForm,
): Promise<ConnectorError | 'unknown_form' | 'no_effect'> {
  try {
    await ask({
      ...FORMS[form](task),
      kind: 'update',
      verb: task.verb,
      what: task.what,
      schema: z.unknown(),
    });
    return 'no_effect';
  } catch (error) {
    if (!(error instanceof ConnectorError) || associationRefusal(error) === undefined) throw error;
    return isUnknownForm(error) ? 'unknown_form' : error;
  }
}

async function refusalOf(
  call: FreshdeskCall,
  task: Task,
  said: readonly (ConnectorError | 'no_effect')[],
): Promise<ConnectorError> {
  const errors = said.filter((one) => one !== 'no_effect');
  const meanings = errors.map(associationRefusal);
  const because = errors.map(({ message }) => message).join('; ');
  if (meanings.includes('limit')) return refused('limit', because, errors);
  if (said.length === 0) {
    return refused(
      'feature_off',
      `Freshdesk refused to ${task.what}: the account knows none of the ways (${task.forms.join(', ')})`,
    );
  }
  if (await isFull(call, task)) return refused('limit', because || noEffect(task), errors);
  return refused('not_possible', because || noEffect(task), errors);
}

const noEffect = ({ what }: Task): string =>
  `Freshdesk took the request to ${what} and did not do it: check the two tickets in Freshdesk`;

/** For an account that refuses a full one with the same words as anything else. */
async function isFull(call: FreshdeskCall, { primeId, membersMax }: Task): Promise<boolean> {
  if (membersMax === undefined) return false;
  return (await readAssociation(call, primeId)).memberIds.length >= membersMax;
}

function refused(
  meaning: AssociationRefusal,
  message: string,
  errors: readonly ConnectorError[] = [],
): ConnectorError {
  const status = errors.at(-1)?.status;
  return new ConnectorError('rejected', message, {
    code: codeOfRefusal(meaning),
    fieldErrors: errors.flatMap(({ fieldErrors }) => fieldErrors),
    ...(status === undefined ? {} : { status }),
  });
}
