import type { DirectorRung } from '../model/escalation.ts';
import { WORDS_LENGTH_MAX } from './answer-form.ts';
import type { AnswerPageData } from './answer-page-data.ts';
import type { ToldPage } from './answer-page-view.ts';
import type { Question, Refused, Settled } from './answer-question.ts';
import { factsOf, isOver, lastRun, readerTime } from './escalating-facts.ts';
import type { LinkClaim } from './signed-link.ts';

type StopClaim = Extract<LinkClaim, { do: 'stop_director' }>;

/** The page of somebody who heard that the Director is about to be told: is there a reason not to? */
export async function lookAtStop(
  data: AnswerPageData,
  claim: StopClaim,
  now: Date,
): Promise<Question | Settled | Refused> {
  const { incidentId, ladder, person: recipient } = claim;
  const found = await data.escalating(incidentId, recipient);
  if (!found) return { refused: 'unknown' };
  const run = lastRun(found, ladder);
  if (run?.run !== claim.run) return { refused: 'over' };

  const { reference, subject, reader } = found;
  const by = reader.name;
  const page = { language: 'en', about: [{ reference, subject }], facts: factsOf(found, now) } as const;
  const settled = (title: string, lead: string): Settled => ({
    settled: { ...page, status: 200, title, lead, tone: 'plain' } satisfies ToldPage,
  });
  const { director } = run;
  if (director?.toldAt)
    return settled(
      'The Director has been told',
      `That was ${readerTime(director.toldAt, reader.timeZone)}; it cannot be taken back.`,
    );
  if (director?.stopped) return settled('It is stopped', stoppedText(director.stopped, by, reader.timeZone));
  if (director?.withheldWhy !== undefined)
    return settled('The Director is not told', `A step before reached nobody: ${director.withheldWhy}`);
  if (isOver(found.status) || run.state === 'ended')
    return settled('The Director is not told', run.endedWhy ?? `${reference} is resolved.`);
  if (!director || run.state === 'paused')
    return settled(
      'The Director is not told now',
      'Somebody has it meanwhile. Should the Director be due again, it is announced anew.',
    );

  return {
    answer: 'stop',
    isAnswered: false,
    needsWords: 'Nothing was stopped: please say why in a few words.',
    ask: {
      ...page,
      title: 'Stop telling the Director?',
      lead: `The Director is told ${readerTime(director.firesAt, reader.timeZone)} about ${reference}. Say why that should not happen; the reason is kept in the history. You answer as ${by}.`,
      ...{ answer: 'stop', button: 'Stop it', tone: 'no' },
      words: { label: 'Why', lengthMax: WORDS_LENGTH_MAX, isNeeded: true },
    },
    thanks: {
      ...{ language: 'en', status: 200, about: page.about, tone: 'yes' },
      title: 'Stopped',
      lead: `It is recorded with your reason: ${by} stopped it. All other steps of the escalation go on.`,
    },
    deliveryId: () =>
      `stop_director:${incidentId}:${ladder}:${claim.run}:${recipient}:${director.announcedAt.getTime()}`,
    action: (reason) => ({ do: 'stop_director', incidentId, ladder, reason, by }),
  };
}

function stoppedText(
  stopped: NonNullable<DirectorRung['stopped']>,
  reader: string,
  timeZone: string,
): string {
  const who = stopped.by === reader ? 'You' : stopped.by;
  return `${who} stopped it ${readerTime(stopped.at, timeZone)}: ${stopped.reason}`;
}

export const STOP_REFUSALS = {
  over: {
    title: 'This link is no longer valid',
    lead: 'What it was about has moved on. Open the incident in Watchdesk, or use the newest message.',
  },
  answered: { title: 'Already decided', lead: 'Open the incident in Watchdesk to see what holds.' },
  unknown: {
    title: 'This link does not work',
    lead: 'It may have been cut off on its way. Open it again from the message, or open the incident in Watchdesk.',
  },
  unreadable: {
    title: 'Your answer could not be read',
    lead: 'Nothing was stopped. Open the link from the message again and use the button on the page.',
  },
  later: {
    title: 'Try again in a moment',
    lead: 'Nothing was stopped: your answer could not be recorded just now. Go back and try again in a minute.',
  },
} as const;
