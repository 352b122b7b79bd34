import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * What goes wrong with a call:
 * - `status`: this answer instead of doing anything
 * - `html_502`: an edge server's HTML page instead of JSON
 * - `cut_before`: the connection breaks and nothing was done
 * - `cut_after`: the call is carried out, then the connection breaks before the answer
 * - `slow`: the call is carried out after `ms` of real time
 */
export type FaultKind =
  | Readonly<{ kind: 'status'; status: number; body?: unknown; headers?: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'html_502' }>
  | Readonly<{ kind: 'cut_before' }>
  | Readonly<{ kind: 'cut_after' }>
  | Readonly<{ kind: 'slow'; ms: number }>;

/** Absent `match` fits every call; `times` counts calls, 1 when absent, Infinity until `clear()`. */
export type Fault = FaultKind &
  Readonly<{ match?: Readonly<{ method?: string; pathPattern?: RegExp }>; times?: number }>;

export type Faults = Readonly<{
  /** Adds a fault; of several that fit a call the one added first is used. */
  next(fault: Fault): void;
  /** While true every connection is cut before anything is done. */
  outage(on: boolean): void;
  isOutage(): boolean;
  clear(): void;
  middleware: RequestHandler;
}>;

export function createFaults(): Faults {
  let waiting: { fault: Fault; left: number }[] = [];
  let outage = false;

  const take = (req: Request): Fault | undefined => {
    const entry = waiting.find(({ fault }) => fits(fault, req));
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
    return entry.fault;
  };

  return {
    next: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    outage: (on) => {
      outage = on;
    },
    isOutage: () => outage,
    clear: () => {
      waiting = [];
      outage = false;
    },
    middleware: (req, res, next) => {
      if (outage) return void req.socket.destroy();
      const fault = take(req);
      if (fault) apply(fault, req, res, next);
      else next();
    },
  };
}

function fits({ match }: Fault, req: Request): boolean {
  if (match?.method !== undefined && match.method.toUpperCase() !== req.method) return false;
  return match?.pathPattern?.test(req.path) ?? true;
}

function apply(fault: Fault, req: Request, res: Response, next: NextFunction): void {
  switch (fault.kind) {
    case 'status':
      res.status(fault.status).set(fault.headers ?? {});
      if (fault.body === undefined) res.end();
      else res.json(fault.body);
      return;
    case 'html_502':
      res
        .status(502)
        .type('html')
        .send('<html><head><title>502 Bad Gateway</title></head><body></body></html>');
      return;
    case 'cut_before':
      req.socket.destroy();
      return;
    case 'cut_after':
      // Everything runs as usual; only the moment of answering breaks the connection.
      res.end = () => {
        req.socket.destroy();
        return res;
      };
      next();
      return;
    case 'slow': {
      const timer = setTimeout(next, fault.ms);
      req.socket.once('close', () => clearTimeout(timer));
      return;
    }
  }
}
