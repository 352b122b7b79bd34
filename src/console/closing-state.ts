import type { Proof } from '../model/incident.ts';
import type { IncidentPage } from './console-view.ts';
import type { Closing } from './desk-view.ts';
import { atTime, duration, plural } from './format.ts';

/** `sentences` says what proved it, then what is missing; at least one. */
export type ClosingState = Readonly<{ proven: boolean; heading: string; sentences: readonly string[] }>;

/** What proved that the incident is over, or what is missing for it to close (promise P3). */
export function closingState(page: IncidentPage, now: Date): ClosingState {
  const { line, closing } = page;
  const given = closing.proofs.map((proof) => proofSentence(proof, now));
  if (line.status === 'closed') {
    const none = closing.isIncident
      ? 'It was closed and no proof is recorded.'
      : 'It was closed with its ticket.';
    return {
      proven: given.length > 0 || !closing.isIncident,
      heading: given.length > 0 ? provenHeading(closing) : 'Closed',
      sentences: given.length > 0 ? given : [none],
    };
  }
  if (!closing.isIncident) {
    const sentence = `A ${line.type} needs no proof: it closes when an agent closes its ticket.`;
    return { proven: true, heading: 'No proof needed', sentences: [sentence] };
  }
  const bad =
    line.badAlertCount > 0
      ? [
          `${line.badAlertCount} of ${plural(page.memberCount, 'alert')} ${line.badAlertCount === 1 ? 'is' : 'are'} still bad`,
        ]
      : [];
  const needs = closing.missing
    .map((need) => NEEDS[need](closing))
    .join(closing.isEither ? ', or ' : '; and ');
  const missing = [...bad, ...(needs === '' ? [] : [needs])];
  if (missing.length === 0) {
    const then = line.status === 'resolved' ? [] : ['It closes once it is resolved.'];
    return { proven: true, heading: provenHeading(closing), sentences: [...given, ...then] };
  }
  return {
    proven: false,
    heading: 'Not proven yet',
    sentences: [...given, `Missing: ${missing.join('; and ')}.`],
  };
}

const provenHeading = ({ proofs }: Closing): string =>
  proofs.some(({ kind }) => kind === 'monitoring') ? 'Proven healthy' : 'Proven';

const NEEDS: Readonly<Record<Closing['missing'][number], (closing: Closing) => string>> = {
  monitoring: ({ soakMs }) => `healthy must be read back from Opsview and have held for ${duration(soakMs)}`,
  reporter: () => 'the reporter has to confirm that it works again',
};

/** What was proven, in one sentence. */
function proofSentence(proof: Proof, now: Date): string {
  switch (proof.kind) {
    case 'monitoring': {
      const objects = plural(proof.objects.length, 'object was', 'objects were');
      return `${objects} read back from Opsview as healthy at ${atTime(proof.readAt, now)}, having held for at least ${duration(proof.soakMs)}.`;
    }
    case 'reporter_link':
      return `${proof.who} confirmed by the link at ${atTime(proof.at, now)} that it works again${quoted(proof.words)}.`;
    case 'reporter_reply':
      return `${proof.who} replied at ${atTime(proof.at, now)} that it works again${quoted(proof.words)}.`;
    case 'agent_record':
      return `${proof.who} confirmed it at ${atTime(proof.when, now)} (${proof.how}), as ${proof.by} recorded.`;
    case 'silence':
      return `The reporter was asked at ${atTime(proof.askedAt, now)}, reminded ${plural(proof.reminders, 'time')}, and did not answer.`;
    case 'withdrawn':
      return `Nothing was left to prove: ${proof.why}`;
  }
}

const QUOTED_MAX = 300;
const quoted = (words: string): string => {
  const text = words.replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  return `: “${text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX).toWellFormed()}…` : text}”`;
};

/** Whether the reporter was asked, and what came of it; undefined when nobody was. */
export function confirmationSentence({ confirmation }: Closing, now: Date): string | undefined {
  if (!confirmation) return undefined;
  const { askedAt, remindedCount, answer, silentAt } = confirmation;
  const asked = `The reporter was asked at ${atTime(askedAt, now)}${remindedCount > 0 ? ` and reminded ${plural(remindedCount, 'time')}` : ''}`;
  if (answer) {
    const via = { link: 'by the link', reply: 'in a reply', agent: 'through an agent' }[answer.via];
    return `${asked}, and answered ${answer.said} ${via} at ${atTime(answer.at, now)}${quoted(answer.words)}.`;
  }
  return silentAt
    ? `${asked}, and counts as silent since ${atTime(silentAt, now)}.`
    : `${asked}; no answer yet.`;
}

/** What the closing gate did, where it did anything. */
export function gateSentence({ gate }: Closing): string | undefined {
  if (!gate) return undefined;
  const rounds = `The ticket was closed without proof and set back ${plural(gate.rounds, 'time')} of at most ${gate.roundsMax}`;
  return gate.stoppedAt
    ? `${rounds}. Watchdesk stopped: something closes it again and again, and a person must look.`
    : `${rounds}.`;
}
