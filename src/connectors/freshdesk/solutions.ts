import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { plainText } from './plain-text.ts';
import { checkedBody } from './ticket-wire.ts';

/** An article of the account's knowledge base. `text` is plain and untrusted; empty when the answer leaves it out. */
export type SolutionArticle = Readonly<{
  id: number;
  title: string;
  text: string;
  folderId?: number;
  isPublished: boolean;
}>;

export type ArticleDraft = Readonly<{ folderId: number; title: string; html: string }>;

/** From general knowledge of the API, not from any recording. */
const DRAFT = 1;
const PUBLISHED = 2;
const PERMANENT = 1;

const text = z.string().nullish().catch(null);
const ArticleWire = z.object({
  id: z.int().positive(),
  title: z.string(),
  description: text,
  description_text: text,
  folder_id: z.int().positive().nullish().catch(null),
  status: z.int().nullish().catch(null),
});

/** Articles that Freshdesk finds for the words, best first; its first page only. Empty words find nothing. */
export async function searchSolutions(
  { ask }: FreshdeskCall,
  words: string,
): Promise<readonly SolutionArticle[]> {
  const term = words.trim().replace(/\s+/g, ' ');
  if (term === '') return [];
  const { body } = await ask({
    method: 'GET',
    path: '/search/solutions',
    query: [['term', term]],
    kind: 'other',
    verb: 'search_solutions',
    what: 'search the solution articles',
    schema: z.array(ArticleWire),
  });
  return body.map(articleOf);
}

const ArticleBody = z.strictObject({
  title: z.string().min(3),
  description: z.string().min(1),
  type: z.literal(PERMANENT),
  status: z.literal(DRAFT),
});

/** As a draft, which only agents see until one publishes it. Not idempotent: after `outcome_unknown` search its title. */
export async function createArticle(
  { ask }: FreshdeskCall,
  { folderId, title, html }: ArticleDraft,
): Promise<SolutionArticle> {
  const what = `create an article in solution folder ${folderId}`;
  if (!Number.isSafeInteger(folderId) || folderId <= 0) {
    throw new ConnectorError('rejected', `${folderId} is not the number of a Freshdesk solution folder`);
  }
  const { body } = await ask({
    method: 'POST',
    path: `/solutions/folders/${folderId}/articles`,
    body: checkedBody(ArticleBody, { title, description: html, type: PERMANENT, status: DRAFT }, what),
    kind: 'other',
    verb: 'create_article',
    what,
    schema: ArticleWire,
  });
  return articleOf(body);
}

const articleOf = (wire: z.infer<typeof ArticleWire>): SolutionArticle => ({
  id: wire.id,
  title: wire.title,
  text: wire.description_text ?? plainText(wire.description ?? ''),
  ...(wire.folder_id ? { folderId: wire.folder_id } : {}),
  isPublished: wire.status === PUBLISHED,
});
