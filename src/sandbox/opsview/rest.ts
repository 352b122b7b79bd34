import express, { type ErrorRequestHandler, type Request, Router } from 'express';
import {
  deleteAcknowledge,
  deleteDowntime,
  getAcknowledge,
  getDowntime,
  getEvents,
  postAcknowledge,
  postDowntime,
} from './actions.ts';
import { answer, RestError } from './answer.ts';
import { type Parameters, parametersOf, selectObjects } from './selectors.ts';
import type { Sessions } from './sessions.ts';
import { detail, hostStatus, serviceStatus } from './status-answer.ts';
import { runDueTasks } from './tasks.ts';
import { findHost, saveChanges, type World } from './world.ts';

/** One call as it was answered. */
export type LoggedCall = Readonly<{ at: Date; method: string; path: string; status: number }>;

const CALLS_KEPT = 5000;

/** Opsview's REST API, to be mounted at `/rest`. */
export function opsviewRest(world: World, sessions: Sessions, calls: LoggedCall[]): Router {
  const router = Router();
  router.use(express.json({ limit: '1mb' }));
  router.use((req, res, next) => {
    res.set('Date', world.clock.now().toUTCString());
    runDueTasks(world);
    res.on('finish', () => {
      calls.push({ at: world.clock.now(), method: req.method, path: req.path, status: res.statusCode });
      if (calls.length > CALLS_KEPT) calls.shift();
    });
    next();
  });
  router.get('/', (req, res) =>
    answer(req, res, 200, { api_version: '5.005005', api_min_version: '2.0', easyxdm_version: '2.4.19' }),
  );
  router.post('/login', (req, res) => {
    const { username, password } = { ...req.query, ...(req.body as Record<string, unknown> | undefined) };
    const token = sessions.login(username, password);
    if (token === undefined) throw new RestError(401, 'Invalid login', 'The username or password is wrong');
    answer(req, res, 200, { token });
  });
  router.use((req, _res, next) => {
    const isGood = sessions.use(req.get('x-opsview-username'), req.get('x-opsview-token'));
    next(isGood ? undefined : new RestError(401, 'Token has expired', 'Log in again'));
  });
  for (const { method, path, run } of restCalls(world)) {
    router[method](path, (req, res) => {
      const body = run(parametersOf(req.query, req.method === 'POST' ? req.body : undefined), req);
      saveChanges(world);
      answer(req, res, 200, body);
    });
  }
  const logout: express.RequestHandler = (req, res) => {
    sessions.logout(req.get('x-opsview-token'));
    answer(req, res, 200, { success: 1 });
  };
  router.post('/logout', logout);
  router.delete('/login', logout);
  router.use(() => {
    throw new RestError(404, 'Not found');
  });
  const onError: ErrorRequestHandler = (error, req, res, _next) => {
    const status = error instanceof RestError ? error.status : error instanceof SyntaxError ? 400 : 500;
    const more = error instanceof RestError && error.detail !== undefined ? { detail: error.detail } : {};
    answer(req, res, status, { message: error instanceof Error ? error.message : String(error), ...more });
  };
  router.use(onError);
  return router;
}

type RestCall = Readonly<{
  method: 'get' | 'post' | 'delete';
  path: string;
  run(given: Parameters, req: Request): unknown;
}>;

function restCalls(world: World): readonly RestCall[] {
  const author = (req: Request): string => req.get('x-opsview-username') ?? '';
  return [
    {
      method: 'get',
      path: '/info',
      run: () => ({
        opsview_version: '6.10.0',
        opsview_build: 'sandbox',
        opsview_edition: 'commercial',
        hosts_limit: '100',
        server_timezone: 'UTC',
        server_timezone_offset: '0',
        uuid: '00000000-0000-4000-8000-000000000001',
      }),
    },
    { method: 'get', path: '/status/service', run: (given) => serviceStatus(world, given) },
    { method: 'get', path: '/status/host', run: (given) => hostStatus(world, given) },
    { method: 'get', path: '/detail', run: (given) => getDetail(world, given) },
    { method: 'get', path: '/event', run: (given) => getEvents(world, given) },
    { method: 'get', path: '/acknowledge', run: (given) => getAcknowledge(world, given) },
    { method: 'post', path: '/acknowledge', run: (given, req) => postAcknowledge(world, given, author(req)) },
    { method: 'delete', path: '/acknowledge', run: (given) => deleteAcknowledge(world, given) },
    { method: 'get', path: '/downtime', run: () => getDowntime(world) },
    { method: 'post', path: '/downtime', run: (given, req) => postDowntime(world, given, author(req)) },
    { method: 'delete', path: '/downtime', run: (given) => deleteDowntime(world, given) },
  ];
}

function getDetail(world: World, given: Parameters): object {
  const { hosts, services } = selectObjects(world, given);
  const object = services[0] ?? hosts[0]?.self;
  const host = object && findHost(world, object.host);
  if (!host) throw new RestError(404, 'Object not found');
  return detail(world, host, object);
}
