/** The built-in words of one language, by what they speak for; see `tickets.classification.words` in the policy. */
export type WordLists = Readonly<
  Record<'incident' | 'question' | 'feature_request' | 'security' | 'urgent', readonly string[]>
>;

/** Words and phrases written with commas and line breaks between them. */
export const list = (text: string): readonly string[] =>
  text
    .split(/[,\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
