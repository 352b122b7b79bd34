import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { serialisePerson } from '../intake/understand-person.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import type { PersonAction } from '../model/person-event.ts';
import { API_INCIDENTS_MAX, type ApiData, type ApiIncident } from './api-data.ts';
import { incidentSummary, incidentWhole, rotation } from './api-view.ts';
import { malformed, methodNotAllowed, Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { isSameText } from './same-text.ts';
import {
  countFailedAttempts,
  demandJson,
  notStored,
  notVerified,
  storeComplaints,
} from './webhook-answers.ts';

export type ApiParts = Readonly<{
  /** API_TOKEN; without it there is nothing at these addresses. */
  token?: string;
  data: ApiData;
  /** Rejects when the store is busy or away. */
  keep: Keep;
  clock: Clock;
  newId(): string;
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate'>;
  log: Pick<Logger, 'error'>;
}>;

const BODY_BYTES_MAX = 16 * 1024;

const said = (max: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\0', '').toWellFormed().trim())
    .pipe(z.string().min(1).max(max));
const by = said(200);
const reason = said(2_000);
const key = z.string().min(1).max(120);

/** What each address takes; keys that it does not know are refused, so that a slip of the pen is noticed. */
const BODIES = {
  acknowledge: z.strictObject({ by, ladder: key.optional() }),
  escalate: z.strictObject({ by, reason }),
  'stop-director': z.strictObject({ by, reason, ladder: key }),
} as const;
const VERBS = ['acknowledge', 'escalate', 'stop-director'] as const;
type Verb = (typeof VERBS)[number];

/**
 * `/api`: incidents, who is on call, and what people may say about an incident, for other programs with the bearer token.
 * What is said is stored before 202 is answered and decided a moment later.
 */
export function apiRoutes(parts: ApiParts): Router {
  const { data } = parts;
  const router = Router();
  const { token } = parts;
  if (token === undefined) return router;
  const keepAction = createKeepAction(parts);
  const open = [bearer(token)];

  router.get('/api/incidents', open, async (req: Request, res: Response) => {
    const offset = readOffset(req);
    const found = await data.openIncidents(offset);
    const more = found.length > API_INCIDENTS_MAX;
    const incidents = found.slice(0, API_INCIDENTS_MAX).map(incidentSummary);
    res.json({ incidents, ...(more && { next_offset: offset + API_INCIDENTS_MAX }) });
  });
  router.get('/api/incidents/:number', open, async (req: Request, res: Response) => {
    res.json(incidentWhole(await incidentOf(data, req)));
  });
  router.get('/api/oncall', open, async (_req: Request, res: Response) => {
    res.json({ at: parts.clock.now(), rotations: data.onCall().map(rotation) });
  });
  for (const verb of VERBS) {
    router.post(`/api/incidents/:number/${verb}`, open, async (req: Request, res: Response) => {
      demandJson(req);
      const found = await incidentOf(data, req);
      const action = await readAction(data, { req, verb, found });
      res.status(202).json(await keepAction(req, action));
    });
  }

  for (const path of ['/api/incidents', '/api/incidents/:number', '/api/oncall'])
    router.all(path, open, methodNotAllowed('GET'));
  for (const verb of VERBS) router.all(`/api/incidents/:number/${verb}`, open, methodNotAllowed('POST'));
  return router;
}

/** Counts wrong tokens per address, so that guessing ends and whoever has the right one is never throttled. */
function bearer(token: string): RequestHandler {
  const countFailedAttempt = countFailedAttempts('API_TOKEN', 'request');
  return (req, res, next) => {
    const [, sent] = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(req.headers.authorization ?? '') ?? [];
    res.set('Cache-Control', 'no-store');
    if (sent !== undefined && isSameText(sent, token)) return next();
    void countFailedAttempt(req, res, (limited?: unknown) => {
      const refused = notVerified(
        sent === undefined
          ? 'The request carries no bearer token.'
          : 'The bearer token is not the right one.',
        'Send API_TOKEN as “Authorization: Bearer …”.',
      );
      res.set('WWW-Authenticate', 'Bearer');
      next(limited ?? refused);
    });
  };
}

const noIncident = (): Problem =>
  new Problem({
    status: 404,
    kind: 'not-found',
    title: 'No such incident',
    detail: 'No incident has this number.',
    remedy: 'Give the number of a reference such as WD-42.',
  });

async function incidentOf(data: ApiData, req: Request): Promise<ApiIncident> {
  const [, number] = /^(?:wd-)?([1-9]\d{0,8})$/i.exec(String(req.params.number)) ?? [];
  const found = number === undefined ? undefined : await data.incident(Number(number));
  if (!found) throw noIncident();
  return found;
}

const Query = z.strictObject({
  status: z.literal('open').optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

function readOffset(req: Request): number {
  const query = Query.safeParse(req.query);
  if (!query.success) throw malformed(`The query is not understood: ${z.prettifyError(query.error)}`);
  return query.data.offset;
}

async function readAction(
  data: ApiData,
  { req, verb, found }: Readonly<{ req: Request; verb: Verb; found: ApiIncident }>,
): Promise<PersonAction> {
  const text = (await readBody(req, BODY_BYTES_MAX)).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
  const read = BODIES[verb].safeParse(body);
  if (!read.success) throw malformed(`The body is not understood: ${z.prettifyError(read.error)}`);
  const { by: who, ...said } = read.data as { by: string; reason?: string; ladder?: string };
  const { ladder } = said;
  if (ladder !== undefined && !data.hasLadder(found, ladder))
    throw malformed(`There is no ladder “${ladder}” in the policy.`);
  const person = data.person(who);
  const name = person?.name ?? who;
  const incidentId = found.incident.id;
  switch (verb) {
    case 'acknowledge':
      return {
        ...{ do: 'acknowledge', incidentId, by: name, via: 'api' },
        ...(person && { person: person.key }),
        ...(ladder !== undefined && { ladder }),
      };
    case 'escalate':
      return { do: 'escalate', incidentId, reason: said.reason ?? '', by: name };
    case 'stop-director':
      return { do: 'stop_director', incidentId, ladder: ladder ?? '', reason: said.reason ?? '', by: name };
  }
}

/** Printable ASCII: what a header can carry without doubt. */
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,200}$/;

function createKeepAction({ keep, clock, newId, metrics, log }: ApiParts) {
  const complain = storeComplaints(
    clock,
    log,
    'The interface under /api cannot store; callers are asked to try again',
  );

  /** The same key at the same address names the same request, whatever its body says. */
  function deliveryIdOf(req: Request): string {
    const sent = req.get('idempotency-key');
    if (sent === undefined) return newId();
    if (!IDEMPOTENCY_KEY.test(sent)) throw malformed('Idempotency-Key is not 1 to 200 printable characters.');
    return `api:${createHash('sha256').update(`${req.path}\n${sent}`).digest('hex')}`;
  }

  /** Resolves after the commit. */
  return async (req: Request, action: PersonAction) => {
    const id = deliveryIdOf(req);
    const at = clock.now();
    const body = serialisePerson({ kind: 'person', at, action });
    let outcome: 'kept' | 'duplicate';
    try {
      outcome = await keep({ source: 'person', deliveryId: id, body, receivedAt: at });
    } catch (error) {
      complain(error);
      throw notStored('request');
    }
    if (outcome === 'kept') metrics.deliveryKept('person');
    else metrics.deliveryDuplicate('person');
    return { id, outcome };
  };
}
