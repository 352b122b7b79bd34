import { ConnectorError } from '../connector-error.ts';

/**
 * Why Freshdesk does not tie tickets together: the account has no such thing, the parent or tracker is full, or these
 * two tickets do not go together.
 */
export type AssociationRefusal = 'feature_off' | 'limit' | 'not_possible';

const CODES: Readonly<Record<string, AssociationRefusal>> = {
  require_feature: 'feature_off',
  association_feature_off: 'feature_off',
  association_limit: 'limit',
  association_not_possible: 'not_possible',
};

/** The code of a ConnectorError that says so for certain. */
export const codeOfRefusal = (refusal: AssociationRefusal): string => `association_${refusal}`;

/** What no documentation tells: Freshdesk's codes are the same for a full parent and an unfit one, so words must do. */
const FULL = /\b(maximum|limit|limited|exceed(s|ed)?|no more than|at most)\b/i;

/**
 * Undefined for what is no refusal of an association: no answer, too many calls, a wrong key. A ticket that is not there
 * cannot be tied either.
 */
export function associationRefusal(error: unknown): AssociationRefusal | undefined {
  if (!(error instanceof ConnectorError)) return undefined;
  const told = CODES[error.code ?? ''];
  if (told) return told;
  if (error.kind === 'not_found') return 'not_possible';
  if (error.kind !== 'rejected') return undefined;
  if (error.fieldErrors.some(({ code }) => code === 'require_feature')) return 'feature_off';
  if (isUnknownForm(error)) return 'feature_off';
  return error.fieldErrors.some(({ message }) => FULL.test(message)) ? 'limit' : 'not_possible';
}

/** The account does not know this way of asking: the verb is not allowed there, or the key is unknown. */
export const isUnknownForm = ({ status, fieldErrors }: ConnectorError): boolean =>
  status === 405 || (fieldErrors.length > 0 && fieldErrors.every(({ code }) => code === 'invalid_field'));
