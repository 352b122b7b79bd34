import { checkBody } from './body-rules.ts';
import { type ApiAnswer, type ApiCall, created, type Endpoint, ok } from './endpoint.ts';
import { pageOf } from './paging.ts';
import { notFound } from './refusal.ts';
import { storedHtml, textOf } from './sanitise.ts';
import type { SolutionArticle, SolutionFolder } from './state.ts';
import { nowOf, takeId } from './world.ts';

/** The knowledge base, from general knowledge of the API: no recording of it is at hand. */

const articleView = (article: SolutionArticle): Record<string, unknown> => ({
  ...article,
  thumbs_up: 0,
  thumbs_down: 0,
  hits: 0,
  seo_data: {},
});

function folderOf({ world, params }: ApiCall): SolutionFolder {
  const folder = world.data.solutions.folders.find(({ id }) => id === Number(params.id));
  if (!folder) throw notFound();
  return folder;
}

function createArticle(call: ApiCall): ApiAnswer {
  const { world, apiUrl, actor } = call;
  const folder = folderOf(call);
  const given = checkBody(call.body, {
    title: { type: 'String', required: true, lengthMax: 240 },
    description: { type: 'String', required: true },
    type: { type: 'Integer', oneOf: [1, 2] },
    status: { type: 'Integer', oneOf: [1, 2] },
    tags: { type: 'Array of String' },
    seo_data: { type: 'Hash' },
  });
  const description = storedHtml(given.description as string);
  const article: SolutionArticle = {
    id: takeId(world, 'nextOtherId'),
    folder_id: folder.id,
    agent_id: actor.userId,
    type: (given.type as number | undefined) ?? 1,
    status: (given.status as number | undefined) ?? 1,
    title: given.title as string,
    description,
    description_text: textOf(description),
    tags: (given.tags as string[] | undefined) ?? [],
    created_at: nowOf(world),
    updated_at: nowOf(world),
  };
  world.data.solutions.articles.push(article);
  return created(articleView(article), `${apiUrl}/solutions/articles/${article.id}`);
}

/** Articles with any of the words, those with most of them first; every word of the title counts thrice. */
function search({ world, query }: ApiCall): ApiAnswer {
  const words = (query.term ?? '').toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const pointsOf = ({ title, description_text: text }: SolutionArticle): number =>
    words.reduce(
      (points, word) =>
        points + (title.toLowerCase().includes(word) ? 3 : 0) + (text.toLowerCase().includes(word) ? 1 : 0),
      0,
    );
  const hits = world.data.solutions.articles
    .map((article) => ({ article, points: pointsOf(article) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points);
  const page = pageOf(hits, query);
  return { status: 200, body: page.items.map(({ article }) => articleView(article)), page };
}

export const SOLUTION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/solutions/categories',
    run: ({ world }) => ok(world.data.solutions.categories),
  },
  {
    method: 'get',
    path: '/solutions/categories/:id/folders',
    run: ({ world, params }) =>
      ok(world.data.solutions.folders.filter((one) => one.category_id === Number(params.id))),
  },
  { method: 'get', path: '/solutions/folders/:id', run: (call) => ok(folderOf(call)) },
  {
    method: 'get',
    path: '/solutions/folders/:id/articles',
    run(call) {
      const { id } = folderOf(call);
      const page = pageOf(
        call.world.data.solutions.articles.filter((one) => one.folder_id === id),
        call.query,
      );
      return { status: 200, body: page.items.map(articleView), page };
    },
  },
  { method: 'post', path: '/solutions/folders/:id/articles', run: createArticle },
  {
    method: 'get',
    path: '/solutions/articles/:id',
    run({ world, params }) {
      const article = world.data.solutions.articles.find(({ id }) => id === Number(params.id));
      if (!article) throw notFound();
      return ok(articleView(article));
    },
  },
  { method: 'get', path: '/search/solutions', run: search },
];
