import { ConnectorError } from '../../connectors/connector-error.ts';
import { createHttpClient } from '../../connectors/http-client.ts';
import { isLoopbackHost } from '../../setting-kinds.ts';
import type { RealSettings } from '../../settings.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const CHECK = 'Webhook round trip';
const PATH = '/webhooks/freshdesk';
const WRONG_SECRET = 'doctor-tries-a-wrong-one';

/**
 * Goes the way that Freshdesk goes, from here: PUBLIC_URL is reached, a wrong secret is refused, and the right one lets a
 * probe through, of which nothing is stored.
 */
export async function checkWebhook(settings: RealSettings): Promise<readonly Finding[]> {
  const { publicUrl, callTimeoutMs } = settings;
  const [secret] = settings.freshdeskWebhookSecrets;
  const http = createHttpClient({
    system: 'Watchdesk',
    baseUrl: publicUrl,
    secrets: secret === undefined ? [] : [secret],
    timeoutMs: callTimeoutMs,
  });
  const probe = async (given: string): Promise<number> => {
    const { status, json } = await http.send({
      method: 'POST',
      path: PATH,
      headers: { 'X-Watchdesk-Secret': given },
      body: { event: 'doctor' },
      what: 'take a probe',
    });
    const isProbe =
      typeof json === 'object' && json !== null && 'outcome' in json && json.outcome === 'probe';
    return status === 202 && !isProbe ? 0 : status;
  };

  try {
    const { status } = await http.send({ method: 'GET', path: '/healthz', what: 'tell its health' });
    if (status !== 200) {
      const found = `${publicUrl}/healthz answers ${status}, so something else than Watchdesk listens there`;
      return [fail(CHECK, found, 'look at PUBLIC_URL and at the reverse proxy')];
    }
    if (secret === undefined) {
      const found = `${publicUrl} answers, but FRESHDESK_WEBHOOK_SECRET is not set, so webhooks are off`;
      return [warn(CHECK, found, 'make one with openssl rand -hex 32, set it, restart, and run setup')];
    }
    if (publicUrl.startsWith('http:') && !isLoopbackHost(new URL(publicUrl).hostname)) {
      const found = `${publicUrl} answers; the secret was not sent, as it would travel in clear text`;
      return [fail(CHECK, found, 'put TLS in front and set PUBLIC_URL to https://…')];
    }
    return [verdict(await probe(WRONG_SECRET), await probe(secret), publicUrl)];
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return [fail(CHECK, error.message, 'start Watchdesk, and check PUBLIC_URL, DNS, proxy and certificate')];
  }
}

function verdict(wrong: number, right: number, publicUrl: string): Finding {
  const where = `${publicUrl}${PATH}`;
  if (wrong !== 401) {
    const found = `${where} answers a wrong secret with ${wrong || 'something odd'} instead of 401`;
    return fail(CHECK, found, 'the proxy must hand this path to Watchdesk, of this version, unchanged');
  }
  if (right !== 202) {
    const found = `${where} answers the right secret with ${right || 'something odd'} instead of 202`;
    return fail(
      CHECK,
      found,
      'restart Watchdesk with these settings; the proxy must hand on X-Watchdesk-Secret',
    );
  }
  return ok(CHECK, `${where} takes the secret and refuses a wrong one, as seen from this machine`);
}
