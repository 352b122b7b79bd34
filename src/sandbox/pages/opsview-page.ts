import { isHealthy } from '../../model/check-event.ts';
import type { Host, Monitored } from '../opsview/state.ts';
import { inDowntime, type World } from '../opsview/world.ts';
import { type Html, html } from './html.ts';
import { layout, timeTag } from './layout.ts';

/** The grid of hosts and checks; `base` is where the stand-in is mounted. */
export function opsviewPage(world: World, base: string, sandboxPath: string): string {
  const objects = world.data.hosts.flatMap((host) => [host.self, ...host.checks]);
  const bad = objects.filter(({ state }) => !isHealthy(state)).length;
  return layout({
    title: 'Opsview stand-in',
    place: 'opsview',
    sandboxPath,
    body: html`<h1>Opsview stand-in</h1>
<p class="lead">Press a button and the notification script runs as in Opsview: once for each of
${world.settings.contacts.length} contacts, not in a downtime, not while flapping, not for checks of a host that is down.</p>
<div id="live" hx-get="${base}/" hx-trigger="every 4s" hx-select="#live" hx-swap="outerHTML" hx-sync="this:drop">
<p class="counted">${bad === 0 ? 'Everything is healthy.' : html`<strong>${bad}</strong> of ${objects.length} objects not healthy.`}
<a href="${base}/">Look again</a></p>
<div class="hosts">${world.data.hosts.map((host) => hostCard(world, host, base))}</div>
</div>`,
  });
}

function hostCard(world: World, host: Host, base: string): Html {
  const { self } = host;
  return html`<section class="card host" id="${host.name}">
  <header>
    <h2>${host.name} <span class="soft">${host.alias} · ${host.ip} · ${host.hostGroup}</span></h2>
    <p>${marks(world, self)} <span class="output">${self.output}</span></p>
    ${form(base, self, [['UP', 'UP'], ['DOWN', 'DOWN'], ...smallButtons(world, self)])}
  </header>
  <table class="lines">
    <thead><tr><th scope="col">Check</th><th scope="col">State</th><th scope="col">Output</th><th scope="col">Make it</th></tr></thead>
    <tbody>${host.checks.map((check) => checkRow(world, check, base))}</tbody>
  </table>
</section>
`;
}

function checkRow(world: World, object: Monitored, base: string): Html {
  const actions: Action[] = [
    ['OK', 'OK'],
    ['WARNING', 'WARNING'],
    ['CRITICAL', 'CRITICAL'],
    ['UNKNOWN', 'UNKNOWN', 'small'],
    ['soft', 'soft CRITICAL', 'small'],
    ...smallButtons(world, object),
  ];
  return html`<tr>
  <td data-name="Check"><strong>${object.check}</strong></td>
  <td data-name="State">${marks(world, object)}<br><span class="soft">since ${timeTag(new Date(object.lastStateChange * 1000))}</span></td>
  <td data-name="Output" class="output">${object.output}</td>
  <td data-name="Make it">${form(base, object, actions)}</td>
</tr>
`;
}

function marks(world: World, object: Monitored): Html {
  const tags = [
    object.stateType === 'SOFT' && `soft, attempt ${object.attempt} of ${object.attemptsMax}`,
    inDowntime(world, object) && 'downtime',
    object.isFlapping && 'flapping',
    object.acknowledgement && `acknowledged: ${object.acknowledgement.comment}`,
  ];
  return html`<span class="state st-${object.state}">${object.state}</span>${tags.map((tag) =>
    tag ? html` <span class="tag">${tag}</span>` : '',
  )}`;
}

type Action = readonly [value: string, text: string, size?: 'small'];

function smallButtons(world: World, object: Monitored): Action[] {
  const isBad = !isHealthy(object.state);
  const ownDowntime = world.data.downtimes.some(
    ({ host, check }) => host === object.host && check === object.check,
  );
  const actions: (Action | false)[] = [
    isBad && ['recover_untold', 'recover untold', 'small'],
    isBad && !object.acknowledgement && ['acknowledge', 'acknowledge', 'small'],
    object.acknowledgement !== null && ['unacknowledge', 'remove acknowledgement', 'small'],
    object.isFlapping ? ['calm', 'stop flapping', 'small'] : ['flap', 'flap', 'small'],
    ownDowntime ? ['end_downtime', 'end downtime', 'small'] : ['downtime', 'downtime 30 min', 'small'],
  ];
  return actions.filter((action) => action !== false);
}

/**
 * Each button has an id of its own, so that a refresh in the background does not take the keyboard's place away. Pressed,
 * only the grid is exchanged, so the page stays where it is; without JavaScript the form leads back to its host.
 */
function form(base: string, object: Monitored, actions: readonly Action[]): Html {
  return html`<form class="flip" method="post" action="${base}/do" hx-post="${base}/do" hx-target="#live" hx-select="#live"
  hx-swap="outerHTML" hx-sync="#live:replace">
  <input type="hidden" name="host" value="${object.host}"><input type="hidden" name="check" value="${object.check}">
  ${actions.map(
    ([value, text, size]) =>
      html`<button id="b${object.id}-${value}" name="do" value="${value}" class="${
        size === undefined ? `make st-${value}` : 'plain'
      }" aria-label="${object.host} ${object.check} ${text}">${text}</button> `,
  )}</form>`;
}
