import type { ConsoleData } from './console-view.ts';
import { FORM_FAULTS, type FormFault } from './person-forms.ts';

/** What became of a form, as the address of the page says that is shown after it. */
export type Told = Readonly<{ what: 'done'; id: string }> | Readonly<{ what: 'gone' | FormFault }>;

/** What a page says after a form was sent. `query` asks for it again, with what came of it meanwhile. */
export type Notice = Readonly<{ text: string; isGood: boolean; query?: string; isDecided?: boolean }>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const toldQuery = (told: Told): string =>
  told.what === 'done' ? `told=done&id=${told.id}` : `told=${told.what}`;

/** From the address of the page; anything else says nothing. */
export function readTold(query: Readonly<Record<string, unknown>>): Told | undefined {
  const { told, id } = query;
  if (told === 'done') return typeof id === 'string' && UUID.test(id) ? { what: told, id } : undefined;
  if (told === 'gone') return { what: told };
  return typeof told === 'string' && isFault(told) ? { what: told } : undefined;
}

const isFault = (name: string): name is FormFault => Object.hasOwn(FORM_FAULTS, name);

/** In words; for what was told, what was decided about it once that is so. */
export async function noticeOf(
  told: Told | undefined,
  data: Pick<ConsoleData, 'cameOf'>,
): Promise<Notice | undefined> {
  if (told === undefined) return undefined;
  if (told.what === 'gone') return { text: 'No issue has this number; nothing was done.', isGood: false };
  if (told.what !== 'done') return { text: FORM_FAULTS[told.what], isGood: false };
  const decided = await data.cameOf(told.id);
  const text = decided ?? 'Told; the page shows what came of it in a moment.';
  return { text, isGood: true, query: toldQuery(told), isDecided: decided !== undefined };
}
