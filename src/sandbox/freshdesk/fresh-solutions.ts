import type { SolutionArticle, Solutions } from './state.ts';

export const RUNBOOK_FOLDER_ID = 158018500011;

const WRITTEN_AT = '2026-01-01T00:00:00Z';

/** The knowledge base of a fresh account. */
export const freshSolutions = (): Solutions => ({
  categories: [{ id: 158018500001, name: 'Operations', description: 'For agents and customers' }],
  folders: [
    { id: RUNBOOK_FOLDER_ID, category_id: 158018500001, name: 'Runbooks', description: 'What to do when' },
    { id: 158018500012, category_id: 158018500001, name: 'How to', description: 'For customers' },
  ],
  articles: [
    article(
      158018500021,
      RUNBOOK_FOLDER_ID,
      'A disk is full',
      'Look for old logs below /var/log and rotate them.',
    ),
    article(
      158018500022,
      RUNBOOK_FOLDER_ID,
      'The web shop is slow',
      'Check the database first, then the web servers.',
    ),
    article(
      158018500023,
      158018500012,
      'How do I reset my password?',
      'Choose "Forgotten password" on the sign-in page.',
    ),
  ],
});

const article = (id: number, folder_id: number, title: string, text: string): SolutionArticle => ({
  id,
  folder_id,
  agent_id: 158018000002,
  type: 1,
  status: 2,
  title,
  description: `<p>${text}</p>`,
  description_text: text,
  tags: [],
  created_at: WRITTEN_AT,
  updated_at: WRITTEN_AT,
});
