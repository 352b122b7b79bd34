import { type Response, Router } from 'express';
import type { AddressObject, Attachment } from 'mailparser';
import { type Html, html } from '../pages/html.ts';
import { layout, timeTag } from '../pages/layout.ts';
import type { Mailbox, StoredMail } from './mailbox.ts';

/**
 * A mail's own HTML is shown in a frame of its own that runs nothing, loads nothing and knows no origin; its links open in a
 * new tab. It is a page and not `srcdoc`, which would be bound to our pages' rule against styles in the page.
 */
const MAIL_RULES =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
const FRAME_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/** The pages of a mailbox: all mails, one mail, its HTML, its attachments. Mount it one level below the sandbox. */
export function mailboxRouter(mailbox: Mailbox): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/', (req, res) => void res.type('html').send(listPage(mailbox, req.baseUrl)));
  router.get('/:id', (req, res) => {
    const mail = find(mailbox, req.params.id);
    if (mail) res.type('html').send(mailPage(mail, req.baseUrl));
    else notFound(res);
  });
  router.get('/:id/html', (req, res) => {
    const body = find(mailbox, req.params.id)?.parsed.html;
    if (typeof body !== 'string') return notFound(res);
    res.removeHeader('X-Frame-Options');
    res.set({ 'Content-Security-Policy': MAIL_RULES, 'Referrer-Policy': 'no-referrer' });
    res.type('html').send(inNewTabs(body));
  });
  router.get('/:id/attachments/:index', (req, res) => {
    const found = find(mailbox, req.params.id)?.parsed.attachments[Number(req.params.index)];
    if (found === undefined) return notFound(res);
    res.set('Content-Security-Policy', "default-src 'none'; sandbox");
    res.attachment(nameOf(found)).type('application/octet-stream').send(found.content);
  });
  return router;
}

const find = (mailbox: Mailbox, id: string): StoredMail | undefined =>
  mailbox.mails().find((mail) => String(mail.id) === id);

const notFound = (res: Response): void =>
  void res.status(404).type('text').send('There is no such mail, or it is so old that it was dropped.');

const sandboxOf = (base: string): string => base.replace(/\/[^/]*$/, '');

const nameOf = ({ filename }: Attachment): string => filename ?? 'attachment';

const inNewTabs = (body: string): string =>
  body.includes('<head>')
    ? body.replace('<head>', '<head><base target="_blank">')
    : `<base target="_blank">${body}`;

const addressText = (addresses: AddressObject | AddressObject[] | undefined): string =>
  [addresses]
    .flat()
    .map((one) => one?.text ?? '')
    .join(', ');

function listPage(mailbox: Mailbox, base: string): string {
  const mails = mailbox.mails().toReversed();
  return layout({
    title: 'Mailbox',
    place: 'messages',
    sandboxPath: sandboxOf(base),
    body: html`<h1>Mailbox</h1>
<div id="live" hx-get="${base}/" hx-trigger="every 3s" hx-select="#live" hx-swap="outerHTML">
<p class="counted"><strong>${mails.length}</strong> ${mails.length === 1 ? 'mail' : 'mails'}, the newest first ·
  everything that Watchdesk sends by e-mail, whoever it is for · <a href="${base}/">Look again</a></p>
${
  mails.length === 0
    ? html`<div class="empty"><p>No mail yet.</p><p><a href="${sandboxOf(base)}/opsview/">Break a check</a>, acknowledge nothing, and come back.</p></div>`
    : html`<table class="incidents">
  <thead><tr><th scope="col">Mail</th><th scope="col">To</th><th scope="col">Came</th></tr></thead>
  <tbody>${mails.map((mail) => row(mail, base))}</tbody>
</table>`
}
</div>`,
  });
}

function row({ id, at, recipients, parsed }: StoredMail, base: string): Html {
  const { attachments } = parsed;
  return html`<tr>
  <td class="cell-title"><a href="${base}/${id}">${parsed.subject || 'No subject'}</a>
    <span class="sub">from ${addressText(parsed.from)} ${attachments.map((one) => html`<span class="tag">${nameOf(one)}</span> `)}</span></td>
  <td>${recipients.join(', ')}</td>
  <td>${timeTag(at)}</td>
</tr>
`;
}

function mailPage(mail: StoredMail, base: string): string {
  const { id, at, recipients, parsed } = mail;
  const subject = parsed.subject || 'No subject';
  return layout({
    title: subject,
    place: 'messages',
    sandboxPath: sandboxOf(base),
    body: html`<div class="mailbox"><header class="case">
  <p class="crumb"><a href="${base}/">Mailbox</a> <span aria-hidden="true">/</span> <span class="ref">${id}</span></p>
  <h1>${subject}</h1>
  <p class="marks"><span>from ${addressText(parsed.from)}</span> <span>to ${addressText(parsed.to)}</span>
    <span>delivered to ${recipients.join(', ')}</span> <span>${timeTag(at)}</span></p>
</header>
${
  parsed.attachments.length > 0 &&
  html`<section class="card"><h2>Attached</h2><ul class="plainlist">${parsed.attachments.map(
    (one, index) =>
      html`<li><a href="${base}/${id}/attachments/${index}" download="${nameOf(one)}">${nameOf(one)}</a> <span class="soft">${Math.ceil(one.size / 1024)} kB</span></li>`,
  )}</ul></section>`
}
${
  typeof parsed.html === 'string' &&
  html`<section class="card mail-shown" aria-label="The mail as mail programs show it">
<iframe class="mail" src="${base}/${id}/html" sandbox="${FRAME_SANDBOX}" referrerpolicy="no-referrer" title="${subject}"></iframe></section>`
}
<section class="card"><h2>As plain text</h2><pre class="mail-text">${parsed.text ?? ''}</pre></section>
<section class="card"><details><summary>Headers</summary><pre class="mail-text">${parsed.headerLines.map(({ line }) => `${line}\n`)}</pre></details></section></div>`,
  });
}
