import type { AnswerPageData, Shown } from './answer-page-data.ts';
import type { Question, Refused } from './answer-question.ts';
import type { LinkClaim } from './signed-link.ts';

type SuggestionClaim = Extract<LinkClaim, { do: 'link' }>;

/** A link in a note may be used by every agent who sees the ticket; which one it was is not known. */
const BY = 'an agent, by the link in the note';

/** The agent's page: is one ticket a report of what the other is about? In English, as the notes are. */
export async function lookAtLink(data: AnswerPageData, claim: SuggestionClaim): Promise<Question | Refused> {
  const { parentId, childId, answer } = claim;
  const found = await data.link(parentId, childId);
  if (!found) return { refused: 'unknown' };
  const isAccepted = answer === 'accept';
  const isAnswered = found.state === (isAccepted ? 'linked' : 'declined');
  if (!isAnswered && found.state !== 'suggested') return { refused: 'answered' };

  const { parent, child } = found;
  const about: readonly Shown[] = [child, parent];
  const both = `${child.reference} to ${parent.reference}`;
  return {
    answer,
    isAnswered,
    ask: {
      language: 'en',
      title: isAccepted ? `Link ${both}?` : `Do not link ${both}?`,
      about,
      lead: isAccepted
        ? `${child.reference} becomes a report of ${parent.reference}: its reporter gets the updates and is asked before it closes.`
        : `Watchdesk does not suggest it again; ${child.reference} stays on its own.`,
      answer,
      button: isAccepted ? `Link ${child.reference}` : 'Do not link',
      tone: isAccepted ? 'yes' : 'no',
    },
    thanks: {
      language: 'en',
      status: 200,
      title: isAccepted ? 'Linked' : 'Not linked',
      lead: isAccepted
        ? `${child.reference} is recorded as a report of ${parent.reference}. The ticket’s notes tell when Freshdesk shows it.`
        : `It is recorded that ${child.reference} is no report of ${parent.reference}.`,
      about,
      tone: 'yes',
    },
    // What was refused once may be possible later: only a second click of the same minute is the same answer.
    deliveryId: (at) => `link:${parentId}:${childId}:${answer}:${at.toISOString().slice(0, 16)}`,
    action: () => ({ do: 'link', parentId, childId, answer, by: BY }),
  };
}

/** What agents are told instead of what customers are. */
export const LINK_REFUSALS = {
  over: { title: 'This link is no longer valid', lead: 'Link the tickets in Watchdesk instead.' },
  answered: {
    title: 'Already decided',
    lead: 'Somebody has decided otherwise before. To change it, open the incident in Watchdesk.',
  },
  unknown: {
    title: 'This link does not work',
    lead: 'It may have been cut off, or the tickets are gone. Open it again from the note.',
  },
  unreadable: {
    title: 'Your answer could not be read',
    lead: 'Nothing was recorded. Open the link from the note again and use the button on the page.',
  },
  later: {
    title: 'Try again in a moment',
    lead: 'Your answer could not be recorded just now. Go back and try again in a minute.',
  },
} as const;
