import { z } from 'zod';
import { type ObjectKey, objectName } from '../../model/check-event.ts';
import { ConnectorError } from '../connector-error.ts';
import type { OpsviewCall } from './opsview.ts';

export type Acknowledgement = Readonly<{ object: ObjectKey; comment: string }>;

const count = z.coerce.number().catch(0);
const chosen = z.object({ id: z.coerce.string().catch(''), hostname: z.string().catch('') });
const lists = z.object({ hosts: z.array(chosen).catch([]) });
const ChosenWire = z.object({
  summary: z.object({ num_hosts: count, num_services: count }),
  list: lists.catch({ hosts: [] }),
});

/**
 * Acknowledges one object, sticky (until healthy) and without a notification, so nothing comes back as an alert. The
 * author that Opsview shows is the API user: name the ticket and the person in `comment`.
 *
 * Asynchronous: success means submitted; `readObjects` tells some seconds later whether it holds.
 * Errors:  `not_found` when Opsview chose nothing: unknown, not for this user, healthy, or acknowledged already; ask
 *          `readObjects`. `unexpected_response` when it chose more than the one.
 */
export async function acknowledge(call: OpsviewCall, { object, comment }: Acknowledgement): Promise<void> {
  const clean = opsviewComment(comment);
  if (clean === '') throw new ConnectorError('rejected', 'An acknowledgement in Opsview needs a comment');
  const what = `acknowledge ${objectName(object)}`;
  const { summary } = await call.ask({
    method: 'POST',
    path: '/acknowledge',
    query: [await selectorOf(call, object)],
    body: { comment: clean, notify: 0, sticky: 1 },
    verb: 'acknowledge',
    what,
    schema: ChosenWire,
  });
  const [wanted, others] =
    object.check === ''
      ? [summary.num_hosts, summary.num_services]
      : [summary.num_services, summary.num_hosts];
  if (wanted === 1 && others === 0) return;
  if (wanted + others === 0) throw nothingChosen(what);
  throw new ConnectorError(
    'unexpected_response',
    `Opsview was asked to ${what} and chose ${summary.num_hosts} hosts and ${summary.num_services} service checks: ` +
      'look in Opsview which, and remove what is wrong',
  );
}

/**
 * `hs` is an exact pair; a host's name may be taken as a pattern, then only its number is exact. Opsview tells the
 * number only of hosts that it counts as unhandled: such a host cannot be acknowledged while UNREACHABLE or in downtime.
 */
async function selectorOf(call: OpsviewCall, { host, check }: ObjectKey): Promise<readonly [string, string]> {
  if (check !== '') return ['svc.hs', `${host}::${check}`];
  if (!/[_%]/.test(host)) return ['hst.hostname', host];
  const what = `find the number of host ${host}`;
  const { list } = await call.ask({
    method: 'GET',
    path: '/acknowledge',
    query: [['hst.hostname', host]],
    verb: 'acknowledge',
    what,
    schema: ChosenWire,
  });
  const found = list.hosts.find(({ hostname, id }) => hostname === host && id !== '');
  if (!found) throw nothingChosen(what);
  return ['hst.hostid', found.id];
}

const nothingChosen = (what: string): ConnectorError =>
  new ConnectorError(
    'not_found',
    `Opsview was asked to ${what} and chose nothing: it does not exist, is healthy, is acknowledged already, ` +
      'or the user may not act on it',
  );

/** Opsview strips these characters; doing it here keeps what is sent and what is shown the same. */
export const opsviewComment = (comment: string): string =>
  comment.replaceAll(/[;<>]/g, '').replaceAll(/[\s]+/g, ' ').trim();
