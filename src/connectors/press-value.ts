const PRESS = /^a:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):(\d{1,3})$/;

/** Which page of which message of ours a button means; `index` as PageButton.answers counts. */
export type PressedPage = Readonly<{ messageId: string; index: number }>;

/** What a button “I have it” carries: at most 42 characters, Telegram takes 64 bytes. */
export const pressValue = ({ messageId, index }: PressedPage): string => `a:${messageId}:${index}`;

/** Undefined for a button that is none of ours. */
export function readPressValue(text: string): PressedPage | undefined {
  const [, messageId, index] = PRESS.exec(text) ?? [];
  return messageId === undefined ? undefined : { messageId, index: Number(index) };
}
