/** One fault in a request, as Freshdesk words it. */
export type FieldFault = Readonly<{ field: string; message: string; code: string }>;

/** Thrown by an endpoint, answered by the API router; `body` absent means an empty answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const notFound = (): Refusal => new Refusal(404);

export const invalid = (...errors: readonly FieldFault[]): Refusal =>
  new Refusal(400, { description: 'Validation failed', errors });

export const conflict = (...errors: readonly FieldFault[]): Refusal =>
  new Refusal(409, { description: 'Validation failed', errors });

export const notLoggedIn = (): Refusal =>
  new Refusal(401, {
    code: 'invalid_credentials',
    message: 'You have to be logged in to perform this action.',
  });

export const featureMissing = (feature: string): Refusal =>
  new Refusal(403, {
    code: 'require_feature',
    message: `The ${feature} feature(s) is/are not supported in your plan. Please upgrade your account to use it.`,
  });

export const unexpectedField = (field: string): FieldFault => ({
  field,
  message: 'Unexpected/invalid field in request',
  code: 'invalid_field',
});

export const notOneOf = (field: string, values: readonly (string | number)[]): FieldFault => ({
  field,
  message: `It should be one of these values: '${values.join(',')}'`,
  code: 'invalid_value',
});
