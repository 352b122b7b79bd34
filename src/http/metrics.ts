import { type Request, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../model/metrics.ts';
import { methodNotAllowed, Problem } from './problem.ts';
import { isSameText } from './same-text.ts';

/** What the other parts count into, and the registry that /metrics shows. One per process. */
export function createMetrics(): Readonly<{ metrics: Metrics; registry: Registry }> {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const deliveries = new Counter({
    name: 'watchdesk_deliveries_total',
    help: 'Deliveries received, by source and outcome (kept, duplicate, refused).',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const parked = new Counter({
    name: 'watchdesk_deliveries_parked_total',
    help: 'Deliveries that were kept but not understood, by reason.',
    labelNames: ['source', 'rule'],
    registers,
  });
  const refused = new Counter({
    name: 'watchdesk_deliveries_refused_total',
    help: 'Deliveries that were not kept, by HTTP status.',
    labelNames: ['source', 'status'],
    registers,
  });
  const decisions = new Counter({
    name: 'watchdesk_decisions_total',
    help: 'Decisions committed, by the rule that decided.',
    labelNames: ['rule'],
    registers,
  });
  const lateness = new Histogram({
    name: 'watchdesk_timer_lateness_seconds',
    help: 'How long after it was due a timer fired.',
    buckets: [0.05, 0.25, 1, 5, 15, 60, 300, 3600],
    registers,
  });
  const calls = new Counter({
    name: 'watchdesk_connector_calls_total',
    help: 'Calls to other systems, by outcome (ok or the kind of error).',
    labelNames: ['connector', 'kind', 'outcome'],
    registers,
  });
  const messages = new Counter({
    name: 'watchdesk_messages_total',
    help: 'Messages to people, by channel and outcome.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const budget = new Gauge({
    name: 'watchdesk_api_budget_left',
    help: 'Calls that a budget still allows in the running minute.',
    labelNames: ['bucket'],
    registers,
  });
  const depth = new Gauge({
    name: 'watchdesk_queue_depth',
    help: 'Entries that wait.',
    labelNames: ['queue'],
    registers,
  });
  const age = new Gauge({
    name: 'watchdesk_queue_oldest_seconds',
    help: 'How long the oldest waiting entry has waited.',
    labelNames: ['queue'],
    registers,
  });

  const metrics: Metrics = {
    deliveryKept: (source) => deliveries.inc({ source, outcome: 'kept' }),
    deliveryDuplicate: (source) => deliveries.inc({ source, outcome: 'duplicate' }),
    deliveryParked: (source, rule) => parked.inc({ source, rule }),
    deliveryRefused(source, status) {
      deliveries.inc({ source, outcome: 'refused' });
      refused.inc({ source, status });
    },
    decided: (rule) => decisions.inc({ rule }),
    timerLateness: (ms) => lateness.observe(Math.max(0, ms) / 1000),
    messageSent: (channel, outcome) => messages.inc({ channel, outcome }),
    connectorCall: (connector, kind, outcome) => calls.inc({ connector, kind, outcome }),
    budgetLeft: (bucket, left) => budget.set({ bucket }, left),
    queueDepth: (queue, entries) => depth.set({ queue }, entries),
    queueAge: (queue, ms) => age.set({ queue }, ms / 1000),
  };
  return { metrics, registry };
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** From this machine and not passed on by a proxy: behind one, everybody would look local. */
const isLocal = (req: Request): boolean =>
  LOOPBACK.test(req.socket.remoteAddress ?? '') &&
  req.headers['x-forwarded-for'] === undefined &&
  req.headers.forwarded === undefined;

export type MetricsRouteParts = Readonly<{
  registry: Registry;
  metricsToken?: string;
  /** Brings gauges up to date that are read rather than counted. */
  refreshMetrics?: () => Promise<void>;
}>;

/** GET /metrics in Prometheus' text format, for this machine or with the bearer token. */
export function metricsRoute({ registry, metricsToken, refreshMetrics }: MetricsRouteParts): Router {
  const mayRead = (req: Request): boolean => {
    const [, token] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? [];
    if (token !== undefined && metricsToken !== undefined && isSameText(token, metricsToken)) return true;
    return isLocal(req);
  };

  const router = Router();
  router.get('/metrics', async (req, res) => {
    if (!mayRead(req)) {
      throw new Problem({
        status: 403,
        kind: 'forbidden',
        title: 'Forbidden',
        detail: 'The figures are for this machine only, or for who has the token.',
        remedy: 'Set METRICS_TOKEN and send it as “Authorization: Bearer …”.',
      });
    }
    await refreshMetrics?.();
    res
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
  router.all('/metrics', methodNotAllowed('GET'));
  return router;
}
