import type { Command } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** `WD-7 (#1007)`, or only the reference until there is a ticket; plain text. */
export function namedIssue(draft: DecisionDraft, incident: Incident): string {
  const ticketId = draft.ticketOf(incident.id);
  return ticketId === undefined
    ? incidentReference(incident)
    : `${incidentReference(incident)} (#${ticketId})`;
}

/** The same as HTML, with a link to the ticket, and the title. */
export function linkedIssue(draft: DecisionDraft, incident: Incident): string {
  const ticketId = draft.ticketOf(incident.id);
  const reference = incidentReference(incident);
  const ticket =
    ticketId === undefined
      ? reference
      : `<a href="${escapeHtml(draft.context.links.ticketUrl(ticketId))}">#${ticketId}</a> (${reference})`;
  return `${ticket} “${escapeHtml(incident.title)}”`;
}

/** A private note of our own making: every part is HTML already, and becomes a paragraph unless it is a list. */
export function linkNote(incidentId: string, intent: string, parts: readonly string[]): Command {
  const html = parts.map((part) => (part.startsWith('<ul>') ? part : `<p>${part}</p>`)).join('\n');
  return { kind: 'private_note', incidentId, intent, html };
}

export const reasonsText = (reasons: readonly string[]): string =>
  reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;

const SCORE_WORDS = [
  [0.9, 'very likely'],
  [0.7, 'likely'],
  [0.55, 'quite possible'],
] as const;

/** `likely (0.78)`. */
export function scoreText(score: number): string {
  const [, words] = SCORE_WORDS.find(([from]) => score >= from) ?? [0, 'possible'];
  return `${words} (${score.toFixed(2)})`;
}

export const WATCHDESK = 'Watchdesk';
