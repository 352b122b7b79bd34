import type { Request, Response } from 'express';

/** JSON only for a caller that asks for it; everybody else gets Perl, as from the real REST API. */
export function answer(req: Request, res: Response, status: number, body: unknown): void {
  res.status(status);
  if ((req.get('accept') ?? '').includes('application/json')) res.json(body);
  else res.type('text/x-data-dumper').send(`$VAR1 = ${perl(body)};\n`);
}

function perl(value: unknown): string {
  if (value === null || value === undefined) return 'undef';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(perl).join(',')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${perl(key)} => ${perl(inner)}`)
      .join(',')}}`;
  }
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** An error as the REST API words it. */
export class RestError extends Error {
  readonly status: number;
  readonly detail: string | undefined;
  constructor(status: number, message: string, detail?: string) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}
