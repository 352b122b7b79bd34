import type { PageContent } from '../model/page.ts';
import {
  headOf,
  hitFact,
  holderFact,
  holderName,
  nextUpdateFact,
  sinceFact,
  triedFact,
  whatFact,
} from './incident-facts.ts';
import type { Draft } from './page-draft.ts';
import type { PageGiven } from './page-given.ts';
import { capital, sentences } from './plain-line.ts';
import { recipientsOf } from './recipients.ts';
import { clockText, timeText } from './time-text.ts';

/** Read in 20 seconds: what, who is hit, since when, what was tried, who has it, what is asked, next update. */
export function directorText(given: PageGiven): Draft {
  const { incident, recipient, sentence, links, history } = given;
  const { stop: _, ...directors } = links;
  const holder = holderName(given);
  return {
    subject: `${headOf(incident)}, for your decision: ${incident.title}`,
    sentence: sentences(
      sentence,
      recipient.why === undefined ? undefined : `You are told because you ${recipient.why}.`,
    ),
    facts: [
      whatFact(given),
      hitFact(given),
      sinceFact(given),
      triedFact(given),
      holderFact(given),
      nextUpdateFact(given),
    ],
    ask:
      holder === undefined
        ? 'Nobody has it. Please say that you have read this, and name somebody who takes it now.'
        : `Please say that you have read this, and decide whether ${holder} gets more people and whether the customer is called.`,
    links: directors,
    history,
    hasState: true,
  };
}

/** To those told so far: the Director is next, unless one of them stops that. */
export function announcementText(given: PageGiven): Draft {
  const { incident, now, recipient, run, sentence, links, history } = given;
  const { timeZone } = recipient;
  const firesAt = run.director?.firesAt ?? given.nextStep?.at;
  const who = directorsOf(given);
  const when = firesAt === undefined ? 'soon' : `at ${timeText(firesAt, timeZone, now)}`;
  const short = firesAt === undefined ? 'soon' : `at ${clockText(firesAt, timeZone)}`;
  return {
    subject: `${headOf(incident)}, ${who} will be told ${short}: ${incident.title}`,
    sentence: sentences(`${capital(who)} will be told ${when} unless somebody stops it.`, sentence),
    facts: [whatFact(given), hitFact(given), sinceFact(given), triedFact(given), holderFact(given)],
    ask: 'Say that you have it, or stop it with a reason if the Director need not know.',
    links: announcementLinks(links),
    history,
  };
}

const announcementLinks = ({ meeting: _, ...rest }: PageContent['links']): PageContent['links'] => rest;

/** `the Director (Dana Keller)`, as the rung says. */
function directorsOf({ rung, incident, policy, now, run }: PageGiven): string {
  const told = run.rungs.flatMap((one) => one.told);
  const names =
    rung === undefined
      ? []
      : recipientsOf(rung.tell, { incident, policy, now, told }).found.map(({ name }) => name);
  return names.length === 0 ? 'the Director' : `the Director (${names.join(', ')})`;
}
