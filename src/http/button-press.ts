import type { PressedPage } from '../connectors/press-value.ts';
import { serialisePerson } from '../intake/understand-person.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { Metrics } from '../model/metrics.ts';
import type { AnsweredPage, MessageAnswers } from './message-answers.ts';

/** Somebody in the policy, as far as a press has to know them. */
export type KnownPerson = Readonly<{
  name: string;
  slack?: string | undefined;
  telegram?: number | undefined;
  time_zone?: string | undefined;
}>;

export type ButtonPressParts = Readonly<{
  /** Resolves after the commit; rejects when the store is busy or away. */
  keep: Keep;
  clock: Clock;
  answers: Pick<MessageAnswers, 'pagesOfMessage'>;
  /** `people` of the policy in force. */
  people(): Readonly<Record<string, KnownPerson>>;
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate'>;
}>;

/** One press of “I have it”. */
export type ButtonPress = Readonly<{
  via: 'slack' | 'telegram';
  /** The other side's own id of this press; a repetition carries it again. */
  pressId: string;
  pressed: PressedPage;
  /** Whether somebody in the policy is who pressed. */
  isPresser(person: KnownPerson): boolean;
  /** How the chat calls them. */
  calledThere: string;
}>;

const NAME_CHARS_MAX = 100;

/**
 * Keeps what a press says, for the inbox; the decision is made there.
 *
 * @returns what to tell whoever pressed, one plain sentence: what was noted, and honestly who has it already
 */
export async function takePress(parts: ButtonPressParts, press: ButtonPress): Promise<string> {
  const { keep, clock, answers, metrics } = parts;
  const { via, pressed, pressId } = press;
  const page = (await answers.pagesOfMessage(pressed.messageId))[pressed.index];
  if (!page) return 'Watchdesk knows this message no more. Open the ticket to say that you have it.';
  const who = presser(parts, press);
  const at = clock.now();
  const outcome = await keep({
    source: 'person',
    deliveryId: `${via}:${pressId}`,
    body: serialisePerson({
      kind: 'person',
      at,
      action: {
        do: 'acknowledge',
        incidentId: page.incidentId,
        ...(page.ladder !== undefined && { ladder: page.ladder }),
        by: who.name,
        ...(who.person !== undefined && { person: who.person }),
        via,
      },
    }),
    receivedAt: at,
  });
  if (outcome === 'kept') metrics.deliveryKept('person');
  else metrics.deliveryDuplicate('person');
  return feedback(page, who);
}

type Who = Readonly<{ person?: string; name: string; timeZone?: string | undefined }>;

function presser({ people }: ButtonPressParts, { isPresser, calledThere, via }: ButtonPress): Who {
  const [person, known] = Object.entries(people()).find(([, one]) => isPresser(one)) ?? [];
  if (person !== undefined && known) return { person, name: known.name, timeZone: known.time_zone };
  const called = calledThere.trim().slice(0, NAME_CHARS_MAX).toWellFormed();
  return { name: `${called || 'somebody'} (${via === 'slack' ? 'Slack' : 'Telegram'})` };
}

function feedback({ reference, taken, isOver }: AnsweredPage, { name, timeZone }: Who): string {
  if (isOver) return `${reference} is resolved already; nothing has to be done.`;
  if (!taken) return `Noted: you have ${reference}.`;
  const since = clockText(taken.at, timeZone);
  return taken.by === name
    ? `You have ${reference} already, since ${since}.`
    : `${reference} was taken by ${taken.by} already, at ${since}.`;
}

/** `02:31`, and which clock shows it. */
function clockText(at: Date, timeZone = 'UTC'): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
  return `${time} (${timeZone})`;
}
