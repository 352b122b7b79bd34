import express, { Router } from 'express';
import type { CheckState } from '../../model/check-event.ts';
import type { SandboxChecks } from '../opsview/sandbox-opsview.ts';
import { runDueTasks } from '../opsview/tasks.ts';
import { saveChanges, type World } from '../opsview/world.ts';
import { opsviewPage } from './opsview-page.ts';
import { ownFormsOnly } from './own-forms-only.ts';

const DOWNTIME_MS = 30 * 60_000;
const BY_HAND = { author: 'jane.doe', comment: 'Seen, working on it' } as const;

/** The pages of the stand-in Opsview. */
export function opsviewPages(world: World, checks: SandboxChecks): Router {
  const router = Router();
  router.get('/', (req, res) => {
    runDueTasks(world);
    saveChanges(world);
    const base = req.baseUrl;
    res
      .set('cache-control', 'no-store')
      .type('html')
      .send(opsviewPage(world, base, base.replace(/\/[^/]*$/, '')));
  });
  // Where the link of a ticket leads in the real Opsview; its fragment names the host, which only the browser knows.
  router.get('/monitoring', (req, res) => res.redirect(303, `${req.baseUrl}/`));
  router.post('/do', ownFormsOnly, express.urlencoded({ extended: false, limit: '10kb' }), (req, res) => {
    const { host, check, do: what } = req.body as Record<string, unknown>;
    const done =
      world.data.hosts.some(({ name }) => name === host) &&
      act(checks, { host: String(host), check: String(check ?? '') }, String(what));
    if (done) res.redirect(303, `${req.baseUrl}/#${encodeURIComponent(String(host))}`);
    else res.status(400).type('text').send('There is no such object or button.');
  });
  return router;
}

/** False when no button is called so. */
function act(checks: SandboxChecks, { host, check }: { host: string; check: string }, what: string): boolean {
  const isHost = check === '';
  const actions: Readonly<Record<string, () => void>> = {
    soft: () => checks.setState(host, check, 'CRITICAL', undefined, { mode: 'soft_first' }),
    recover_untold: () => checks.setState(host, check, isHost ? 'UP' : 'OK', undefined, { mode: 'silent' }),
    flap: () => checks.startFlapping(host, check),
    calm: () => checks.stopFlapping(host, check),
    downtime: () => checks.startDowntime({ host, check }, { durationMs: DOWNTIME_MS, ...BY_HAND }),
    end_downtime: () => checks.cancelDowntime(host, check),
    acknowledge: () => checks.acknowledge({ host, check }, BY_HAND),
    unacknowledge: () => checks.unacknowledge(host, check),
  };
  const states = isHost ? ['UP', 'DOWN', 'UNREACHABLE'] : ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
  if (states.includes(what)) {
    checks.setState(host, check, what as CheckState);
    return true;
  }
  const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
  action?.();
  return action !== undefined;
}
