import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference, isActive } from '../../model/incident.ts';
import { escapeHtml } from '../../policy/render-template.ts';
import { type IncidentMatch, matchIncidents } from '../../routing/match-incident.ts';
import { reportOf } from '../../routing/reported-before.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { isUndecided, linkOf, whyNotLinked } from './family.ts';
import { linkChild } from './link-child.ts';
import { linkedIssue, linkNote, namedIssue, reasonsText, scoreText, WATCHDESK } from './link-notes.ts';

const SUGGESTED_MAX = 3;
const LINK_VALID_MS = 14 * 86_400_000;

/**
 * Whether a new incident that a person reported is a report of one that is running: linked where matching is sure,
 * suggested to the agent where it is not, else nothing. A guess of its type is only ever suggested.
 */
export function considerParents(draft: DecisionDraft, incidentId: string): void {
  const incident = draft.incidentOf(incidentId);
  if (!mayReportAnother(incident)) return;
  const { link_at } = draft.policy.tickets.match;
  const candidates = draft.records.candidates().flatMap(({ id }) => draft.incident(id) ?? []);
  const matches = matchesOf(draft, incident, candidates);
  const [best] = matches;
  if (best === undefined) return;
  const { score, reasons } = best;
  if (score < link_at || incident.desk.isTypeGuess === true) suggest(draft, incident, matches);
  else linkChild(draft, { parentId: best.incidentId, childId: incidentId, score, reasons, by: WATCHDESK });
}

/**
 * Monitoring opened an incident about a service of which people reported something that was not alike enough to be joined:
 * an agent is asked in their tickets, of each at most as often as for a new ticket.
 */
export function suggestToReports(draft: DecisionDraft, parentId: string): void {
  const parent = draft.incidentOf(parentId);
  if (parent.serviceId === undefined || !draft.policy.tickets.handle) return;
  for (const { id } of draft.records.openIncidents({ reportedServiceId: parent.serviceId })) {
    const report = draft.incidentOf(id);
    const asked = draft.links(id).filter(({ childId, state }) => childId === id && state === 'suggested');
    if (!isActive(report) || !mayReportAnother(report) || asked.length >= SUGGESTED_MAX) continue;
    suggest(draft, report, matchesOf(draft, report, [parent]));
  }
}

const mayReportAnother = ({ type, status, parentId, childCount, desk }: Incident): boolean =>
  type === 'Incident' &&
  status !== 'closed' &&
  parentId === undefined &&
  childCount === 0 &&
  desk.goneWhy === undefined;

/** The incidents that may be meant, best first; never one that is itself a child. */
function matchesOf(
  draft: DecisionDraft,
  incident: Incident,
  candidates: readonly Incident[],
): readonly IncidentMatch[] {
  const matches = matchIncidents(reportOf(incident), candidates, draft.policy);
  return matches.filter(({ incidentId }) => {
    const pair = { parentId: incidentId, childId: incident.id };
    return isUndecided(draft, pair) && whyNotLinked(draft, pair) === undefined;
  });
}

/** One note with links to say yes or no to each. Those that were suggested before are not told again. */
function suggest(draft: DecisionDraft, incident: Incident, matches: readonly IncidentMatch[]): void {
  const news = matches
    .slice(0, SUGGESTED_MAX)
    .filter(({ incidentId }) => !linkOf(draft, { parentId: incidentId, childId: incident.id }));
  if (news.length === 0) return;
  for (const { incidentId, score, reasons } of news) {
    draft.putLink({
      parentId: incidentId,
      childId: incident.id,
      state: 'suggested',
      score,
      reasons,
      by: WATCHDESK,
      at: draft.now,
    });
  }
  const parents = news.map(({ incidentId }) => draft.incidentOf(incidentId));
  const why: Why = {
    rule: 'link_suggested',
    sentence: `${incidentReference(incident)} may be a report of ${parents.map((one) => namedIssue(draft, one)).join(' or ')}; an agent is asked.`,
  };
  draft.tell(incident.id, 'linked', why);
  const items = news.map((match) => `<li>${suggestion(draft, incident, match)}</li>`);
  draft.command(
    linkNote(incident.id, `suggest:${news.map(({ incidentId }) => incidentId).join(',')}`, [
      `<strong>Is this a report of ${news.length === 1 ? 'this incident' : 'one of these incidents'}?</strong>`,
      `<ul>${items.join('\n')}</ul>`,
      'Once linked, its reporter gets the updates of the main ticket and is asked when that is solved. The links work for 14 days.',
    ]),
  );
}

function suggestion(draft: DecisionDraft, child: Incident, match: IncidentMatch): string {
  const parent = draft.incidentOf(match.incidentId);
  const expiresAt = new Date(draft.now.getTime() + LINK_VALID_MS);
  const url = (answer: 'accept' | 'decline') =>
    escapeHtml(draft.context.links.linkUrl({ parentId: parent.id, childId: child.id, answer, expiresAt }));
  const reference = incidentReference(parent);
  const grounds = escapeHtml(`${scoreText(match.score)}${reasonsText(match.reasons)}`);
  return (
    `${linkedIssue(draft, parent)}: ${grounds}.<br>` +
    `<a href="${url('accept')}">Yes, link it to ${reference}</a> · <a href="${url('decline')}">No, it is something else</a>`
  );
}
