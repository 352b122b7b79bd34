import { ConnectorError } from '../../connectors/connector-error.ts';
import { createOpsviewHttp } from '../../connectors/opsview/opsview-http.ts';
import { readInfo } from '../../connectors/opsview/read-info.ts';
import { readRights } from '../../connectors/opsview/read-rights.ts';
import type { Clock } from '../../model/clock.ts';
import type { RealSettings } from '../../settings.ts';
import { clockFinding, type Finding, fail, look, ok } from './finding.ts';

export async function checkOpsview(settings: RealSettings, clock: Clock): Promise<readonly Finding[]> {
  const { ask, opsviewClock } = createOpsviewHttp({
    ...settings.opsview,
    clock,
    timeoutMs: settings.callTimeoutMs,
  });
  const call = { ask, clock: opsviewClock };
  const check = 'Opsview login';
  try {
    const { version } = await readInfo(call);
    const aheadMs = opsviewClock.now().getTime() - clock.now().getTime();
    return [
      ok(check, `Opsview ${version} knows ${settings.opsview.username}`),
      ...(await checkRights(call)),
      clockFinding('Opsview clock', aheadMs, 'Opsview'),
    ];
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return [fail(check, error.message, 'check OPSVIEW_URL, OPSVIEW_USERNAME and OPSVIEW_PASSWORD')];
  }
}

const checkRights = (call: Parameters<typeof readRights>[0]): Promise<readonly Finding[]> => {
  const check = 'Opsview rights';
  return look(check, 'Opsview, Configuration, Roles: VIEWALL and ACTIONALL are needed', async () => {
    const { hostsSeen, hostsToActOn } = await readRights(call);
    if (hostsSeen === 0) {
      return [
        fail(check, 'the user sees no host', "Opsview, Configuration, Roles: give the user's role VIEWALL"),
      ];
    }
    if (hostsToActOn === 0) {
      const found = `the user sees ${hostsSeen} hosts and may act on none, so no alert can be acknowledged`;
      return [fail(check, found, "Opsview, Configuration, Roles: give the user's role ACTIONALL")];
    }
    return [
      ok(check, `sees ${hostsSeen} hosts and, as far as Opsview tells, may acknowledge on ${hostsToActOn}`),
    ];
  });
};
