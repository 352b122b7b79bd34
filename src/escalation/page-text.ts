import type { PageContent, PageKind } from '../model/page.ts';
import { customerText } from './customer-text.ts';
import { announcementText, directorText } from './director-text.ts';
import {
  headOf,
  hitFact,
  holderFact,
  holderName,
  ladderName,
  nextStepFacts,
  nextUpdateFact,
  sinceFact,
  triedFact,
  whatFact,
} from './incident-facts.ts';
import { bounded, type Draft } from './page-draft.ts';
import type { PageGiven } from './page-given.ts';
import { sentences } from './plain-line.ts';
import type { Recipient } from './recipient.ts';
import { vendorText } from './vendor-text.ts';

export type { PageGiven } from './page-given.ts';

/** Kinds of page that are about an incident. */
export type IncidentPageKind = Exclude<PageKind, 'handover' | 'test'>;

/** What a page about an incident says, ready for every channel: one line each, bounded, plain. */
export const pageContent = (kind: IncidentPageKind, given: PageGiven): PageContent =>
  bounded((OUTSIDE_TEXTS[given.recipient.kind] ?? TEXTS[kind])(given));

/** Whoever is outside gets nothing else, whatever the kind. */
const OUTSIDE_TEXTS: Readonly<Partial<Record<Recipient['kind'], (given: PageGiven) => Draft>>> = {
  customer: customerText,
  vendor: vendorText,
};

const TEXTS: Readonly<Record<IncidentPageKind, (given: PageGiven) => Draft>> = {
  escalation: escalationText,
  last: lastText,
  meeting: meetingText,
  estimate: estimateText,
  fault: faultText,
  status: statusText,
  director: directorText,
  announcement: announcementText,
  customer: customerText,
  vendor: vendorText,
};

/** Completes the sentence that says why now with why this person. */
const whyYou = ({ sentence, recipient }: PageGiven): string =>
  sentences(sentence, recipient.why === undefined ? undefined : `You are told because you ${recipient.why}.`);

/** All that somebody woken at night needs to decide whether to get up. */
const mainFacts = (given: PageGiven): PageContent['facts'] => [
  whatFact(given),
  hitFact(given),
  sinceFact(given),
  holderFact(given),
  ...nextStepFacts(given),
];

const workLinks = ({ links: { stop: _, meeting: __, ...rest } }: PageGiven): PageContent['links'] => rest;

/** Without a way to say “I have it”: nothing is asked of the reader. */
const readingLinks = ({ links: { watchdesk, ticket } }: PageGiven): PageContent['links'] => ({
  ...(watchdesk === undefined ? {} : { watchdesk }),
  ...(ticket === undefined ? {} : { ticket }),
});

function escalationText(given: PageGiven): Draft {
  const { incident } = given;
  return {
    subject: `${headOf(incident)}: ${incident.title}`,
    sentence: whyYou(given),
    facts: mainFacts(given),
    ask: askOf(given),
    links: workLinks(given),
    history: given.history,
  };
}

function askOf(given: PageGiven): string {
  const { incident, policy, run } = given;
  const holder = holderName(given);
  switch (policy.ladders[run.ladder]?.watches) {
    case 'accept':
      return 'Say that you take this on.';
    case 'trigger':
      return 'Say that you take care of the customer.';
    case 'response':
      return 'Send the reporter a first answer, or say that you do.';
    case 'progress':
    case 'resolution':
      return `Look at how it goes and write in the ticket what comes next${holder === undefined ? '' : `, or ask ${holder}`}.`;
    default:
      return incident.status === 'new'
        ? 'Say that you have it, then look at it.'
        : `Ask ${holder ?? 'whoever has it'} how it goes, or say that you have it now.`;
  }
}

function lastText(given: PageGiven): Draft {
  const draft = escalationText(given);
  return {
    ...draft,
    subject: `${headOf(given.incident)}, last resort: ${given.incident.title}`,
    facts: [whatFact(given), hitFact(given), sinceFact(given), triedFact(given), holderFact(given)],
    ask: 'You are the last one on the list: take it, or find somebody who does.',
  };
}

function meetingText(given: PageGiven): Draft {
  const { incident, policy, rung } = given;
  const meeting = policy.meetings[rung?.meeting ?? ''];
  const name = meeting?.name ?? 'the meeting';
  return {
    subject: `${headOf(incident)}, join ${name}: ${incident.title}`,
    sentence: whyYou(given),
    facts: [
      ...(meeting?.dial_in === undefined ? [] : [{ label: 'Dial in', value: meeting.dial_in }]),
      whatFact(given),
      hitFact(given),
      sinceFact(given),
      triedFact(given),
      holderFact(given),
    ],
    ask: `Join ${name} now.`,
    links: { ...workLinks(given), ...(meeting === undefined ? {} : { meeting: meeting.link }) },
    history: given.history,
  };
}

function estimateText(given: PageGiven): Draft {
  const { incident } = given;
  return {
    subject: `${headOf(incident)}, how long will it take? ${incident.title}`,
    sentence: whyYou(given),
    facts: [
      whatFact(given),
      hitFact(given),
      sinceFact(given),
      nextUpdateFact(given),
      ...nextStepFacts(given),
    ],
    ask: 'Write in the ticket how long it will take, what you know by now and what comes next.',
    links: workLinks(given),
    history: given.history,
  };
}

function faultText(given: PageGiven): Draft {
  const { incident, policy, run, rung } = given;
  const step = rung?.name ?? run.rungs.findLast(({ nobodyWhy }) => nobodyWhy !== undefined)?.rung;
  const ladder = policy.ladders[run.ladder];
  const index = ladder?.rungs.findIndex(({ name }) => name === step) ?? -1;
  const place = `ladders.${run.ladder}${index < 0 ? '' : `.rungs[${index}]`}`;
  const person = ladder?.last?.person;
  const last = person === undefined ? undefined : (policy.people[person]?.name ?? person);
  return {
    subject: `${headOf(incident)}, fault in the policy: ${step === undefined ? 'a step' : `“${step}”`} of “${ladderName(policy, run)}” has nobody in it`,
    sentence: whyYou(given),
    facts: [
      { label: 'Where', value: place },
      { label: 'Policy', value: `${policy.source}, version ${policy.hash}` },
      {
        label: 'What follows',
        value: [
          last === undefined
            ? 'the ladder has no catch-all that could be told'
            : `${last} is told at once, as the catch-all`,
          ...(ladder?.rungs.some(({ director }) => director)
            ? ['the Director is not told by this ladder']
            : []),
        ].join('; '),
      },
      whatFact(given),
      hitFact(given),
      sinceFact(given),
      holderFact(given),
    ],
    ask: 'See to it that somebody takes the incident, then correct the policy: watchdesk check shows what else is wrong.',
    links: workLinks(given),
    history: given.history,
  };
}

function statusText(given: PageGiven): Draft {
  const { incident, sentence } = given;
  const holder = holderName(given);
  const state =
    incident.status === 'acknowledged' && holder !== undefined
      ? `${holder} has it`
      : incident.status === 'new'
        ? 'nobody has it yet'
        : incident.status;
  return {
    subject: `${headOf(incident)}, ${state}: ${incident.title}`,
    sentence,
    facts: [whatFact(given), sinceFact(given), holderFact(given), ...nextStepFacts(given)],
    links: readingLinks(given),
    history: given.history,
  };
}
