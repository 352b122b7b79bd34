import { DEFAULT_REPORTER_TEXTS, REPORTER_TEXT_NAMES } from './default-reporter-texts.ts';
import type { Finding } from './fault.ts';
import { valueAt } from './schema-findings.ts';
import { listAt } from './unchecked-data.ts';

/** A language to write in needs all texts, built in or from the policy; works on the unchecked data. */
export const reporterFindings = (data: unknown): Finding[] =>
  listAt(data, ['closing', 'reporter', 'languages']).flatMap((language, index): Finding[] => {
    if (typeof language !== 'string' || Object.hasOwn(DEFAULT_REPORTER_TEXTS, language)) return [];
    const texts = valueAt(data, ['closing', 'reporter_texts', language]);
    const missing = REPORTER_TEXT_NAMES.filter((name) => valueAt(texts, [name]) === undefined);
    if (missing.length === 0) return [];
    return [
      {
        path: ['closing', 'reporter', 'languages', index],
        message: `no texts are built in for ${language}`,
        remedy: `give closing.reporter_texts.${language} all texts; missing: ${missing.join(', ')}`,
      },
    ];
  });
