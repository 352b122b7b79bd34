import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describePolicy } from '../src/policy/describe-policy.ts';
import { policyJsonSchema } from '../src/policy/json-schema.ts';
import { envExample, settingsPage } from '../src/settings-docs.ts';

/** The files in git that are made from code, and what each must say; tests compare. */
export const GENERATED_FILES: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'docs/policy.md': describePolicy,
  'docs/settings.md': settingsPage,
  'policy/policy.schema.json': () => `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
};

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const [path, content] of Object.entries(GENERATED_FILES)) writeFileSync(`${root}${path}`, content());
  const json = Object.keys(GENERATED_FILES).filter((path) => path.endsWith('.json'));
  execFileSync('node_modules/.bin/biome', ['format', '--write', ...json], { cwd: root, stdio: 'inherit' });
}
