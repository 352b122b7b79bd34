import type { Policy } from '../policy/schema.ts';
import { type ClassificationRule, hasWord } from './classify-rules.ts';
import type { TicketText } from './classify-text.ts';

/** Absent when neither a rule nor a word tells. `rule` is the rule's name or `category_words`. */
export type Category = Readonly<{ category?: string; subCategory?: string; categoryRule?: string }>;

export function classifyCategory(
  text: TicketText,
  rules: readonly ClassificationRule[],
  policy: Policy,
): Category {
  const { categories } = policy.tickets.classification;
  const subjectOnly = { ...text, own: [], forwarded: [] };
  const rule = rules.find(({ category }) => category !== undefined);
  const byWords =
    categories.find((one) => hasWord(wordsOf(one), subjectOnly)) ??
    categories.find((one) => hasWord(wordsOf(one), text));
  const category = rule?.category ?? byWords?.name;
  if (category === undefined) return {};
  const subCategories = Object.entries(
    categories.find(({ name }) => name === category)?.sub_categories ?? {},
  );
  const subCategory =
    rules.find((one) => one.sub_category !== undefined && (one.category ?? category) === category)
      ?.sub_category ??
    (subCategories.find(([, words]) => hasWord(words, subjectOnly)) ??
      subCategories.find(([, words]) => hasWord(words, text)))?.[0];
  return {
    category,
    categoryRule: rule?.name ?? 'category_words',
    ...(subCategory === undefined ? {} : { subCategory }),
  };
}

type PolicyCategory = Policy['tickets']['classification']['categories'][number];
const WORDS = new WeakMap<PolicyCategory, readonly string[]>();

/** Words of its sub-categories are words of the category. */
function wordsOf(category: PolicyCategory): readonly string[] {
  const words = WORDS.get(category) ?? [...category.words, ...Object.values(category.sub_categories).flat()];
  WORDS.set(category, words);
  return words;
}
