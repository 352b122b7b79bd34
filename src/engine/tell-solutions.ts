import type { SolutionArticle } from '../connectors/freshdesk/freshdesk.ts';
import type { Command } from '../model/decision.ts';
import { escapeHtml } from '../policy/render-template.ts';
import type { CommandRow } from '../store/commands.ts';
import * as commands from '../store/commands.ts';
import { inTransaction } from '../store/transaction.ts';
import { enqueueCommands } from './commit-changes.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';
import { overtaken } from './sync-ticket.ts';

/** More would not be read. */
const ARTICLES_TOLD_MAX = 3;
const EXTRACT_CHARS_MAX = 200;
/** Freshdesk says that its search lags by some minutes. */
const SEARCH_LAGS_MS = 5 * 60_000;

/** Looks for articles that agents can see and tells the ticket the best of them in a private note; none: nothing. */
export async function tellSolutions(parts: EngineParts, command: CommandRow, words: string): Promise<void> {
  const articles = (await parts.freshdesk.searchSolutions(words)).slice(0, ARTICLES_TOLD_MAX);
  const { incidentId } = command;
  const lines = articles.map((article) => articleLine(article, parts.links.articleUrl(article.id)));
  const note: Command = {
    kind: 'private_note',
    incidentId,
    intent: `solutions:${command.sequence}`,
    html: `<p><strong>Known solutions</strong> that Freshdesk finds for this ticket:</p>\n<ul>\n${lines.join('\n')}\n</ul>`,
  };
  await finish(parts, command, articles.length === 0 ? [] : [note]);
}

const articleLine = ({ title, text }: SolutionArticle, url: string): string =>
  `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a><br>${escapeHtml(extract(text))}</li>`;

const extract = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= EXTRACT_CHARS_MAX ? line : `${line.slice(0, EXTRACT_CHARS_MAX).toWellFormed()}…`;
};

/** Makes a draft, unless one with its title is there already, as after an answer that was lost. */
export async function draftArticle(
  parts: EngineParts,
  command: CommandRow,
  { title, html }: Readonly<{ title: string; html: string }>,
): Promise<void> {
  const { freshdesk, policy, links } = parts;
  const folderId = policy().tickets.solutions.folder_id;
  const found = command.startedAt
    ? (await freshdesk.searchSolutions(title)).find((article) => article.title === title)
    : undefined;
  if (folderId === undefined && !found) return await finish(parts, command, []);
  if (!found) await begin(parts, command);
  const article = found ?? (await freshdesk.createArticle({ folderId: folderId ?? 0, title, html }));
  const url = escapeHtml(links.articleUrl(article.id));
  const note: Command = {
    kind: 'private_note',
    incidentId: command.incidentId,
    intent: `article:${command.sequence}`,
    html: `<p>A draft of an article was made from this ticket: <a href="${url}">${escapeHtml(title)}</a>. Complete it and publish it in Freshdesk.</p>`,
  };
  await finish(parts, command, [note], String(article.id));
}

/** Errors: RetryAt while an earlier try may still have made one that the search does not show yet, or runs just now. */
async function begin({ database, clock, settleMs }: EngineParts, command: CommandRow): Promise<void> {
  const settledAt = command.startedAt && new Date(command.startedAt.getTime() + settleMs + SEARCH_LAGS_MS);
  if (settledAt && clock.now() < settledAt)
    throw new RetryAt(
      settledAt,
      'The answer to an article was lost; it is looked for again once it is indexed',
    );
  if (!(await commands.markStarted(database.prisma, command, clock.now())))
    throw overtaken(clock.now(), 'article');
}

async function finish(
  parts: EngineParts,
  command: CommandRow,
  notes: readonly Command[],
  externalId?: string,
): Promise<void> {
  const now = parts.clock.now();
  await inTransaction(parts.database, async (tx) => {
    await enqueueCommands(tx, parts, notes, { now, priorityOf: () => undefined });
    await commands.markDone(tx, command.id, { now, ...(externalId === undefined ? {} : { externalId }) });
  });
  parts.wake.outbound();
}
