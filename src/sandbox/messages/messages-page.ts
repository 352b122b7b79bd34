import express, { Router } from 'express';
import type { ChannelName } from '../../model/escalation.ts';
import { type Html, html } from '../pages/html.ts';
import { layout, timeTag } from '../pages/layout.ts';
import { ownFormsOnly } from '../pages/own-forms-only.ts';
import type { SandboxButton, SandboxMessage, SandboxMessages } from './sandbox-message.ts';

const SHOWN_MAX = 100;

const LABELS: Readonly<Record<ChannelName, string>> = {
  email: 'E-mail',
  slack: 'Slack',
  telegram: 'Telegram',
  sms: 'Text message',
  voice: 'Call',
  webex: 'Webex',
  teams: 'Microsoft Teams',
  google_chat: 'Google Chat',
  webhook: 'Webhook',
  ntfy: 'ntfy',
  pushover: 'Pushover',
};

/**
 * What people got, over all channels, and the buttons they would press. Mount it one level below the sandbox; mails are on
 * pages of their own. `nameOf` knows whose an address is; undefined where nobody knows.
 */
export function messagesPages(
  channels: readonly SandboxMessages[],
  nameOf: NameOf = () => undefined,
): Router {
  const router = Router();
  router.get('/', (req, res) => {
    const { channel } = req.query;
    res
      .set('cache-control', 'no-store')
      .type('html')
      .send(
        messagesPage({
          ...{ channels, nameOf, base: req.baseUrl },
          only: typeof channel === 'string' ? channel : '',
        }),
      );
  });
  router.post(
    '/press',
    ownFormsOnly,
    express.urlencoded({ extended: false, limit: '10kb' }),
    async (req, res) => {
      const { channel, id, button } = req.body as Record<string, unknown>;
      const message = channels
        .flatMap((one) => (one.name === channel ? one.messages() : []))
        .find((one) => one.id === id);
      const pressed = /^\d{1,3}$/.test(String(button)) ? message?.buttons[Number(button)] : undefined;
      if (!message || !pressed)
        return void res
          .status(404)
          .type('text')
          .send('There is no such button any more. Open the page again.');
      try {
        await pressed.press();
        res.redirect(303, `${req.baseUrl}/#${anchor(message)}`);
      } catch (error) {
        res
          .status(502)
          .type('text')
          .send(`Watchdesk did not take it: ${String(error)}`);
      }
    },
  );
  return router;
}

export type NameOf = (address: string) => string | undefined;

type View = Readonly<{ channels: readonly SandboxMessages[]; nameOf: NameOf; base: string; only: string }>;

function messagesPage({ channels, nameOf, base, only }: View): string {
  const sandboxPath = base.replace(/\/[^/]*$/, '');
  const all = channels.flatMap((one) => one.messages()).toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const chosen = all.filter(({ channel }) => only === '' || channel === only);
  const shown = chosen.slice(0, SHOWN_MAX);
  const used = [...new Set(all.map(({ channel }) => channel))].toSorted();
  const here = only === '' ? `${base}/` : `${base}/?channel=${encodeURIComponent(only)}`;
  const tab = (name: string, label: string, count: number): Html =>
    name === only
      ? html`<strong>${label} ${count}</strong> `
      : html`<a href="${base}/${name && `?channel=${name}`}">${label} ${count}</a> `;
  return layout({
    title: 'Messages',
    place: 'messages',
    sandboxPath,
    body: html`<h1>Messages</h1>
<p class="lead">What people were told, the newest first, and the buttons that they would press. Mails have
<a href="${sandboxPath}/mail/">a mailbox of their own</a>.</p>
<div id="live" hx-get="${here}" hx-trigger="every 3s" hx-select="#live" hx-swap="outerHTML">
<p class="counted">${tab('', 'All', all.length)}${used.map((name) => html`· ${tab(name, LABELS[name], all.filter(({ channel }) => channel === name).length)}`)}${shown.length < chosen.length && html`· the last ${shown.length} shown`}</p>
${
  shown.length === 0
    ? html`<div class="empty"><p>Nobody was told anything yet.</p><p><a href="${sandboxPath}/opsview/">Break a check</a> and wait until somebody should have acknowledged it.</p></div>`
    : html`<div class="tries">${shown.map((message) => card(message, { base, nameOf }))}</div>`
}
</div>`,
  });
}

const anchor = ({ channel, id }: SandboxMessage): string =>
  `${channel}-${id.replaceAll(/[^A-Za-z0-9]/g, '-')}`;

function card(message: SandboxMessage, { base, nameOf }: Pick<View, 'base' | 'nameOf'>): Html {
  const { channel, to, at, text, buttons, isUpdated } = message;
  const [subject = '', ...lines] = text.split('\n');
  const name = nameOf(to);
  return html`<article class="card" id="${anchor(message)}">
  <h2>${subject}</h2>
  <p class="sub">${LABELS[channel]} to <strong>${name ?? to}</strong>${name !== undefined && ` (${to})`} · ${timeTag(at)}${isUpdated && ' · brought up to date'}</p>
  ${lines.length > 0 && html`<p>${lines.map((line) => html`<span class="line">${line}</span>`)}</p>`}
  ${
    buttons.length > 0 &&
    html`<form class="flip" method="post" action="${base}/press">
    <input type="hidden" name="channel" value="${channel}"><input type="hidden" name="id" value="${message.id}">
    ${buttons.map((button, index) => control(button, index))}
  </form>`
  }
</article>
`;
}

/** A link opens what it would open in the chat. */
const control = ({ label, url }: SandboxButton, index: number): Html =>
  url !== undefined && /^https?:/.test(url)
    ? html`<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a> `
    : html`<button class="make" name="button" value="${index}">${label}</button> `;
