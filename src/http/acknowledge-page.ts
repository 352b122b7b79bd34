import type { Acknowledgement, LadderRun } from '../model/escalation.ts';
import type { AnswerPageData, Escalating } from './answer-page-data.ts';
import type { ToldPage } from './answer-page-view.ts';
import type { Question, Refused, Settled } from './answer-question.ts';
import { factsOf, isOver, lastRun, readerTime } from './escalating-facts.ts';
import type { LinkClaim } from './signed-link.ts';

type AcknowledgeClaim = Extract<LinkClaim, { do: 'acknowledge' }>;

/** The page of somebody who was told: do you have it? */
export async function lookAtAcknowledge(
  data: AnswerPageData,
  claim: AcknowledgeClaim,
  now: Date,
): Promise<Question | Settled | Refused> {
  const { incidentId, ladder, person: recipient } = claim;
  const found = await data.escalating(incidentId, recipient);
  if (!found) return { refused: 'unknown' };
  const { reference, subject, reader, status, escalation } = found;
  const about = [{ reference, subject }];
  const run = ladder === undefined ? undefined : lastRun(found, ladder);
  if (ladder !== undefined && !run) return { refused: 'over' };

  const told = (page: Pick<ToldPage, 'title' | 'lead' | 'tone'>): ToldPage => ({
    ...{ language: 'en', status: 200, about, facts: factsOf(found, now) },
    ...page,
  });
  if (isOver(status)) {
    const lead = `Nothing is left to do: ${reference} ${status === 'closed' ? 'is closed' : 'is resolved and waits for proof'}.`;
    return { settled: told({ title: 'It is over', lead, tone: 'yes' }) };
  }
  if (run?.state === 'ended' && !run.acknowledged) {
    const lead = run.endedWhy ?? 'This step of the escalation is over.';
    return { settled: told({ title: 'Nothing is left to do', lead, tone: 'yes' }) };
  }

  const taken = run ? run.acknowledged : escalation.acknowledged;
  const isMine = taken !== undefined && isBy(taken, found);
  const name = run ? found.ladderName(run.ladder) : undefined;
  const by = reader.name;
  const texts =
    run && isDirector(run, recipient)
      ? directorTexts({ reference, by, isMine })
      : takerTexts({ reference, taken, isMine, by, name, timeZone: reader.timeZone });
  return {
    answer: 'have',
    isAnswered: isMine && !isAskedAgain(found, taken, ladder),
    ask: {
      ...{
        language: 'en',
        about,
        facts: factsOf(found, now),
        answer: 'have',
        button: texts.button,
        tone: 'yes',
      },
      title: texts.title,
      lead: texts.lead,
    },
    thanks: {
      ...{ language: 'en', status: 200, about, tone: 'yes' },
      title: texts.thanksTitle,
      lead: texts.thanks,
    },
    // A second click comes before anything has changed; what is asked again later is another question.
    deliveryId: () => `acknowledge:${incidentId}:${ladder ?? ''}:${recipient}:${found.version}`,
    action: () => ({
      ...{ do: 'acknowledge', incidentId, by, via: 'link' },
      ...(ladder !== undefined && { ladder }),
      ...(reader.person !== undefined && { person: reader.person }),
    }),
  };
}

type Taking = Readonly<{
  reference: string;
  taken: Acknowledgement | undefined;
  isMine: boolean;
  by: string;
  /** Of the ladder, where it is asked for that one alone. */
  name: string | undefined;
  timeZone: string;
}>;

const takerTexts = (given: Taking) => ({
  title: titleOf(given),
  lead: leadOf(given),
  button: 'I have it',
  thanksTitle: 'You have it',
  thanks: given.name
    ? `It is recorded that ${given.by} takes care of “${given.name}” for ${given.reference}. Nobody else is asked for that meanwhile.`
    : `It is recorded that ${given.by} has ${given.reference}. The others are told, and the escalation rests while you work on it.`,
});

/** Whether the reader was told as the Director. */
const isDirector = ({ director, rungs }: LadderRun, recipient: string): boolean =>
  director?.toldAt !== undefined &&
  rungs.some((one) => one.rung === director.rung && one.told.some((told) => told.recipient === recipient));

/** A Director is not asked to work on it: the message asks to read it and to name somebody. */
const directorTexts = (given: Readonly<{ reference: string; by: string; isMine: boolean }>) => {
  const { reference, by, isMine } = given;
  return {
    title: isMine ? `You have read about ${reference}` : `Have you read about ${reference}?`,
    lead: `One press records that you have. It takes nothing over: please name somebody who does. You answer as ${by}.`,
    button: 'I have read it',
    thanksTitle: 'Thank you',
    thanks: `It is recorded that ${by} has read about ${reference}. Whoever takes it over says so by their own message, in the ticket or in Watchdesk.`,
  };
};

const isBy = ({ person, by }: Acknowledgement, { reader }: Escalating): boolean =>
  person === undefined || reader.person === undefined ? by === reader.name : person === reader.person;

/** Nothing was seen for too long since: somebody was told again. */
const isAskedAgain = (
  { escalation }: Escalating,
  { at }: Acknowledgement,
  ladder: string | undefined,
): boolean =>
  escalation.ladders
    .filter((run) => ladder === undefined || run.ladder === ladder)
    .some(({ state, rungs }) => state === 'running' && rungs.some((rung) => rung.at > at));

function titleOf({ reference, taken, isMine }: Taking): string {
  if (!taken) return `Do you have ${reference}?`;
  return isMine ? `Do you still have ${reference}?` : `${taken.by} has ${reference}`;
}

function leadOf({ taken, isMine, by, name, timeZone }: Taking): string {
  const as = `You answer as ${by}.`;
  if (taken && !isMine) return `You need not do anything. If you take it over now, press the button. ${as}`;
  if (taken) return `You took it ${readerTime(taken.at, timeZone)}, and nothing was seen since. ${as}`;
  if (name) return `You were told because of “${name}”. Press the button if you take care of it. ${as}`;
  return `One press is enough: the others are told, and the escalation rests. ${as}`;
}

export const ACKNOWLEDGE_REFUSALS = {
  over: {
    title: 'This link is no longer valid',
    lead: 'What it was about has moved on. Open the incident in Watchdesk, or use the newest message.',
  },
  answered: { title: 'Already answered', lead: 'To change it, open the incident in Watchdesk.' },
  unknown: {
    title: 'This link does not work',
    lead: 'It may have been cut off on its way. Open it again from the message, or take the ticket in Freshdesk.',
  },
  unreadable: {
    title: 'Your answer could not be read',
    lead: 'Nothing was recorded. Open the link from the message again and use the button on the page.',
  },
  later: {
    title: 'Try again in a moment',
    lead: 'Your answer could not be recorded just now. Go back and try again in a minute, or take the ticket in Freshdesk.',
  },
} as const;
