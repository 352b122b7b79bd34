import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from '../model/logger.ts';
import { type FreshdeskWebhookParts, freshdeskWebhook } from './freshdesk-webhook.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { type MetricsRouteParts, metricsRoute } from './metrics.ts';
import { type OpsviewWebhookParts, opsviewWebhook } from './opsview-webhook.ts';
import { notFound, problemHandler, requestIdOf } from './problem.ts';

export type AppParts = OpsviewWebhookParts &
  FreshdeskWebhookParts &
  HealthParts &
  MetricsRouteParts &
  Readonly<{
    log: Pick<Logger, 'warn' | 'error'>;
    /** A number of proxies or their addresses; 0 believes no forwarding header. */
    trustProxy: number | readonly string[];
    /** Pages and further interfaces, tried in this order after our own routes. */
    routers: readonly Router[];
  }>;

/** No inline script or style, nothing from elsewhere, no framing: plugin output on a page can do nothing. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'same-origin' },
});

/** Everything that Watchdesk answers over HTTP. The webhooks come first: on their way lies no middleware that they do not need. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', parts.trustProxy);
  // Without it a query such as ?a[b]=c would become nested objects that no route here expects.
  app.set('query parser', 'simple');

  app.use(opsviewWebhook(parts));
  app.use(freshdeskWebhook(parts));
  app.use(securityHeaders);
  app.use((_req, res, next) => {
    res.set('X-Request-Id', requestIdOf(res));
    next();
  });
  app.use(healthRoutes(parts));
  app.use(metricsRoute(parts));
  for (const router of parts.routers) app.use(router);
  app.use(notFound);
  app.use(problemHandler(parts.log));
  return app;
}
