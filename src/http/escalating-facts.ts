import { viaText } from '../escalation/channel-text.ts';
import type { Acknowledgement, LadderRun } from '../model/escalation.ts';
import type { IncidentStatus } from '../model/incident.ts';
import { PRIORITY_NAMES } from '../model/priority.ts';
import type { Escalating } from './answer-page-data.ts';
import type { Fact } from './answer-page-view.ts';

const MINUTE_MS = 60_000;

/** `Sat 21 Nov, 02:14 CET`, by the reader's clock. */
export function readerTime(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('day')} ${of('month')}, ${of('hour')}:${of('minute')} ${of('timeZoneName')}`;
}

function ago(at: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - at.getTime()) / MINUTE_MS));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min ago`
    : `${Math.floor(hours / 24)} days ago`;
}

/** `Jo Moss, by Telegram, Sat 21 Nov, 02:20 CET`. */
export const takenText = ({ by, via, at }: Acknowledgement, timeZone: string): string =>
  `${by}, ${viaText(via)}, ${readerTime(at, timeZone)}`;

/** Who has the incident, also when that was told by Freshdesk alone. */
function holderText({ escalation, owner, acknowledgedAt, status, reader }: Escalating): string {
  const { acknowledged } = escalation;
  if (acknowledged) return takenText(acknowledged, reader.timeZone);
  if (status !== 'acknowledged') return 'nobody yet';
  const since = acknowledgedAt === undefined ? '' : `, ${readerTime(acknowledgedAt, reader.timeZone)}`;
  return `${owner ?? 'somebody, not named'}${since}`;
}

function directorText({ director }: LadderRun, timeZone: string): string | undefined {
  if (!director) return undefined;
  if (director.toldAt) return `told, ${readerTime(director.toldAt, timeZone)}`;
  if (director.stopped) return `not told: ${director.stopped.by} stopped it`;
  if (director.withheldWhy !== undefined) return 'not told: a step before reached nobody';
  return `is told at ${readerTime(director.firesAt, timeZone)} unless somebody stops it`;
}

/** What a page tells of an incident to somebody who was told of it. */
export function factsOf(found: Escalating, now: Date): readonly Fact[] {
  const { reader, escalation } = found;
  const directors = escalation.ladders
    .filter(({ state }) => state !== 'ended')
    .flatMap((run) => directorText(run, reader.timeZone) ?? []);
  return [
    { label: 'Priority', value: PRIORITY_NAMES[found.priority] },
    {
      label: 'Since',
      value: `${readerTime(found.startedAt, reader.timeZone)}, ${ago(found.startedAt, now)}`,
    },
    { label: 'Who has it', value: holderText(found) },
    ...directors.map((value) => ({ label: 'Director', value })),
  ];
}

/** The newest run of a ladder. */
export const lastRun = ({ escalation }: Escalating, ladder: string): LadderRun | undefined =>
  escalation.ladders.findLast((run) => run.ladder === ladder);

export const isOver = (status: IncidentStatus): boolean => status === 'resolved' || status === 'closed';
