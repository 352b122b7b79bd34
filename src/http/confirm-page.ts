import type { Request } from 'express';
import { WORDS_LENGTH_MAX } from './answer-form.ts';
import type { AnswerPageData } from './answer-page-data.ts';
import { answerLanguage } from './answer-page-view.ts';
import type { Question, Refusal, Refused } from './answer-question.ts';
import { answerTexts } from './answer-texts.ts';
import type { LinkClaim } from './signed-link.ts';

type ConfirmClaim = Extract<LinkClaim, { do: 'confirm' }>;

/** The reporter's page: does it work again? */
export async function lookAtConfirmation(
  data: AnswerPageData,
  claim: ConfirmClaim,
  req: Request,
): Promise<Question | Refused> {
  const { incidentId, round, answer } = claim;
  const asked = await data.confirmation(incidentId);
  if (!asked || asked.ticketId !== claim.ticketId || asked.reporter !== claim.reporter) {
    return { refused: 'unknown' };
  }
  const refused = (refusal: Refusal): Refused => ({
    refused: refusal,
    ...(asked.language !== undefined && { known: asked.language }),
  });
  const earlier = asked.answered?.round === round ? asked.answered.said : undefined;
  if (earlier !== undefined && earlier !== answer) return refused('answered');
  if (earlier === undefined && (asked.round !== round || asked.isClosed)) return refused('over');

  const language = answerLanguage(req, asked.language);
  const { ask, thanksYes, thanksNo } = answerTexts(language);
  const about = [{ reference: asked.reference, subject: asked.subject }];
  const isYes = answer === 'yes';
  return {
    answer,
    isAnswered: earlier !== undefined,
    ask: {
      language,
      title: ask.title,
      about,
      lead: isYes ? ask.yesLead : ask.noLead,
      answer,
      button: isYes ? ask.yes : ask.no,
      tone: answer,
      ...(!isYes && { words: { label: ask.wordsLabel, lengthMax: WORDS_LENGTH_MAX } }),
    },
    thanks: { language, status: 200, ...(isYes ? thanksYes : thanksNo), about, tone: 'yes' },
    deliveryId: () => `confirm:${incidentId}:${round}:${answer}`,
    action: (words) => ({ do: 'confirm', incidentId, round, answer, words: isYes ? '' : words }),
  };
}
