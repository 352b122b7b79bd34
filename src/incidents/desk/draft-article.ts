import { objectName } from '../../model/check-event.ts';
import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** Has a draft of a Solutions article made from how an issue was solved; the reason says what is missing otherwise. */
export function draftArticle(draft: DecisionDraft, incidentId: string, by: string): Why {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const resolution = incident.desk.answers?.resolution_text;
  const missing = [
    ...(draft.policy.tickets.solutions.folder_id === undefined
      ? ['the policy has no tickets.solutions.folder_id, the folder that drafts go to']
      : []),
    ...(typeof resolution === 'string' && resolution.trim() !== ''
      ? []
      : ['the ticket’s field “Resolution” is empty']),
  ];
  if (missing.length > 0 || typeof resolution !== 'string') {
    const sentence = `No article was drafted from ${reference}, since ${missing.join(' and ')}.`;
    return { rule: 'article_not_drafted', sentence };
  }
  const title = incident.desk.subject || incident.title;
  const html = articleHtml(incident, resolution);
  draft.command({
    kind: 'draft_article',
    incidentId,
    intent: `article:${incident.reopenCount}`,
    title,
    html,
  });
  const why = { rule: 'article_drafted', sentence: `${by} had an article drafted from ${reference}.` };
  draft.tell(incidentId, 'message', why);
  return why;
}

function articleHtml({ title, desk, cause, category }: Incident, resolution: string): string {
  const kind = desk.answers?.resolution_kind === 'Workaround' ? 'Workaround' : 'Solution';
  const about = cause === undefined ? (category ?? '') : objectName(cause);
  return [
    section('What happened', title === desk.subject ? desk.text || title : title),
    ...(about === '' ? [] : [section('What it is about', about)]),
    section(kind, resolution),
  ].join('\n');
}

const section = (heading: string, text: string): string =>
  `<h3>${heading}</h3>\n<p>${escapeHtml(text.trim()).replace(/\r?\n/g, '<br>')}</p>`;
