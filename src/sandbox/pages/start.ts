import { html } from './html.ts';
import { layout } from './layout.ts';

export function startPage(sandboxPath: string): string {
  return layout({
    title: 'Sandbox',
    place: 'start',
    sandboxPath,
    body: html`<h1>Try Watchdesk without an account</h1>
<p class="lead">Watchdesk runs as it would in production and talks HTTP to two stand-ins: an Opsview that monitors six
made-up hosts, and a Freshdesk that keeps the tickets. Break something on one side and watch the other.</p>
<ol class="tries">
  <li class="card">
    <h2>1. Break a check</h2>
    <p>Open the <a href="${sandboxPath}/opsview/">Opsview stand-in</a> and press CRITICAL beside <strong>web01 HTTP</strong>.
    Two contacts are notified, and still one ticket appears in the <a href="${sandboxPath}/freshdesk/">Freshdesk stand-in</a>.</p>
  </li>
  <li class="card">
    <h2>2. Recover it, also without telling</h2>
    <p>Press OK, or <em>recover untold</em>, which loses the recovery notification as real monitoring sometimes does. The
    ticket becomes Resolved at once or after the next look at Opsview, and Closed when the check has stayed healthy for
    the soak time, half a minute in the sandbox. <a href="/">Watchdesk's own page</a> counts it down and says why at each
    step.</p>
  </li>
  <li class="card">
    <h2>3. Work against it</h2>
    <p>In the <a href="${sandboxPath}/freshdesk/">Freshdesk stand-in</a> close a ticket whose check is still bad, change a
    priority by hand, or make Freshdesk unreachable, break some checks, and let it come back.</p>
  </li>
  <li class="card">
    <h2>4. Be a customer</h2>
    <p><a href="${sandboxPath}/freshdesk/#raise">Raise a ticket</a> about the shop: it is classified, assigned and explained
    in a private note. While web01 HTTP is broken, it joins that incident. Resolve it as an agent, and answer the
    question whether it works again: the mail to the customer, with its links, stands on the ticket’s page.</p>
  </li>
  <li class="card">
    <h2>5. React to nothing</h2>
    <p>Press CRITICAL beside <strong>web01 HTTP</strong> and wait. Who is on call gets a message within seconds, then others, by
    other ways, up to the Director’s e-mail after a few minutes: <a href="${sandboxPath}/messages/">Messages</a> shows what
    people got, and its buttons answer as they would. The incident’s own page shows each step and the next.</p>
  </li>
</ol>`,
  });
}
