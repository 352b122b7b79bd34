import { Router } from 'express';
import type { Logger } from '../model/logger.ts';
import { methodNotAllowed } from './problem.ts';

/** One thing that is looked at to tell whether Watchdesk can work. */
export type Probe = Readonly<{
  /**
   * Without it alerts cannot be taken in. A helpdesk that is away is told, but does not make Watchdesk not ready:
   * a balancer would then send alerts elsewhere that could well be kept here.
   */
  isEssential: boolean;
  /** One plain `detail`, free of secrets: anyone may read it. */
  run(): Promise<Readonly<{ ok: boolean; detail: string }>>;
}>;

/** Counts are entries, `_seconds` are seconds. */
export type Figures = Readonly<{
  inbox_waiting: number;
  inbox_oldest_seconds: number;
  timers_late_seconds: number;
  outbox_waiting: number;
  outbox_dead: number;
}>;

export type HealthParts = Readonly<{
  probes: Readonly<Record<string, Probe>>;
  figures: () => Promise<Figures>;
  log: Pick<Logger, 'warn'>;
}>;

/** A probe that has not answered by then counts as failed. */
export const PROBE_MS_MAX = 5_000;

type Finding = Readonly<{ ok: boolean; detail: string }>;
type Report = Readonly<{
  status: 'ready' | 'not_ready';
  checks: Readonly<Record<string, Finding>>;
  figures: Figures | null;
}>;

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** GET /healthz: the process is alive. GET /readyz: it can do its work, with figures for whoever watches it. */
export function healthRoutes({ probes, figures, log }: HealthParts): Router {
  async function look(name: string, run: () => Promise<Finding>): Promise<Finding> {
    try {
      return await within(PROBE_MS_MAX, run());
    } catch (error) {
      log.warn('A readiness check failed', { check: name, error });
      return { ok: false, detail: 'The check itself failed; the log says why.' };
    }
  }

  async function report(): Promise<Report> {
    let counted: Figures | null = null;
    const count = async (): Promise<Finding> => {
      counted = await figures();
      return { ok: true, detail: 'Queues and timers were read.' };
    };
    const looked = await Promise.all([
      ...Object.entries(probes).map(async ([name, { run }]) => [name, await look(name, run)] as const),
      look('figures', count).then((finding) => ['figures', finding] as const),
    ]);
    const isReady = looked.every(([name, { ok }]) => ok || probes[name]?.isEssential === false);
    return { status: isReady ? 'ready' : 'not_ready', checks: Object.fromEntries(looked), figures: counted };
  }

  // Requests that come while a look is under way share it, so that asking often costs the database nothing.
  let underWay: Promise<Report> | undefined;
  const shared = (): Promise<Report> => {
    underWay ??= report().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const found = await shared();
    res
      .status(found.status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(found);
  });
  router.all(['/healthz', '/readyz'], methodNotAllowed('GET'));
  return router;
}
