import { type Incident, incidentReference } from '../model/incident.ts';
import type { PageContent } from '../model/page.ts';
import { PRIORITY_NAMES } from '../model/priority.ts';
import { bounded } from './page-draft.ts';
import type { Recipient } from './recipient.ts';
import { lastingText, timeText } from './time-text.ts';

/** `owner` is whoever has it, as people call them. */
export type OpenIncident = Pick<Incident, 'number' | 'priority' | 'title' | 'status' | 'startedAt'> &
  Readonly<{ owner?: string }>;

/**
 * Absent: `until` when no end of the shift is known; `before` when nobody was on call before, or it is the same person.
 */
export type HandoverGiven = Readonly<{
  recipient: Recipient;
  /** How people call the rotation, and those on call. */
  rotation: string;
  before?: string;
  now: Date;
  until?: Date;
  /** The most important first. */
  open: readonly OpenIncident[];
  links: PageContent['links'];
}>;

const LISTED_MAX = 15;

/** To whoever begins to be on call: until when, after whom, and what is open. */
export function handoverContent(given: HandoverGiven): PageContent {
  const { recipient, rotation, before, now, until, open, links } = given;
  const end = until === undefined ? '' : ` until ${timeText(until, recipient.timeZone, now)}`;
  const count =
    open.length === 0 ? 'nothing' : `${open.length} ${open.length === 1 ? 'incident' : 'incidents'}`;
  const rest = open.length - LISTED_MAX;
  return bounded({
    subject: `You are on call (${rotation})${end}: ${count} open`,
    sentence: `You are on call for ${rotation} from now${end}${before === undefined ? '' : `, after ${before}`}.`,
    facts: [
      ...open.slice(0, LISTED_MAX).map((incident) => openFact(incident, now)),
      ...(rest > 0 ? [{ label: 'And', value: `${rest} more` }] : []),
    ],
    ask:
      open.length === 0
        ? ''
        : `Look at what is open${before === undefined ? '' : `, and ask ${before} what is not in the tickets`}.`,
    links,
  });
}

const openFact = (incident: OpenIncident, now: Date) => ({
  label: `${incidentReference(incident)} ${PRIORITY_NAMES[incident.priority]}`,
  value: `${incident.title}; ${incident.status === 'new' ? 'nobody has it' : incident.owner === undefined ? incident.status : `${incident.owner} has it`}; for ${lastingText(now.getTime() - incident.startedAt.getTime())}`,
});
