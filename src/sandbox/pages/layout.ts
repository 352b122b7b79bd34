import { type Html, html } from './html.ts';

export type PagePlace = 'start' | 'opsview' | 'freshdesk' | 'messages';

const PRETENCE: Readonly<Record<PagePlace, string>> = {
  start: 'These are stand-ins on this machine, not a real Opsview or Freshdesk.',
  opsview: 'This is a stand-in on this machine, not a real Opsview; nothing here is really monitored.',
  messages: 'These are stand-ins on this machine; nobody gets any of these messages.',
  freshdesk: 'This is a stand-in on this machine, not a real Freshdesk; no customer gets an e-mail from it.',
};

const HTMX_CONFIG = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyEnabled: false,
});

/** A whole page; `sandboxPath` is where the sandbox is mounted, without a slash at the end. */
export function layout(
  page: Readonly<{ title: string; place: PagePlace; sandboxPath: string; body: Html }>,
): string {
  const { title, place, sandboxPath, body } = page;
  const link = (at: PagePlace, path: string, text: string): Html =>
    at === place
      ? html`<a href="${sandboxPath}${path}" aria-current="page">${text}</a>`
      : html`<a href="${sandboxPath}${path}">${text}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title} · Watchdesk sandbox</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <meta name="htmx-config" content="${HTMX_CONFIG}">
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/watchdesk.css">
  <link rel="stylesheet" href="${sandboxPath}/sandbox.css">
  <script defer src="/assets/htmx.min.js"></script>
</head>
<body>
  <a class="skip" href="#content">Skip to the content</a>
  <header class="top">
    <div class="wide">
      <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="ring" d="M12 2.5a9.5 9.5 0 1 1-6.7 2.8"/><path class="hand" d="M12 7v5.2l3.4 2"/></svg>Watchdesk</a>
      <nav aria-label="Pages">
        <a href="/">Issues</a>
        ${link('start', '/', 'Sandbox')}
        ${link('opsview', '/opsview/', 'Opsview stand-in')}
        ${link('freshdesk', '/freshdesk/', 'Freshdesk stand-in')}
        ${link('messages', '/messages/', 'Messages')}
      </nav>
    </div>
  </header>
  <aside class="sandbox" aria-label="Sandbox">
    <div class="wide">
      <p><strong>Sandbox.</strong> ${PRETENCE[place]} Real ones take their place once <code>FRESHDESK_URL</code>,
        <code>OPSVIEW_URL</code> and the settings that go with them are given: README.md says how.</p>
    </div>
  </aside>
  <main class="wide" id="content" tabindex="-1">
${body}
  </main>
</body>
</html>
`.text;
}

/** `2026-03-02 09:00:00 UTC` for people, the instant for machines. */
export function timeTag(at: Date | string): Html {
  const instant = new Date(at).toISOString();
  return html`<time datetime="${instant}">${instant.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
