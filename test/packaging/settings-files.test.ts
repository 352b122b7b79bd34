import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../src/settings.ts';
import { SETTING_NAMES, settingMeta } from '../../src/settings-schema.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const known = SETTING_NAMES.flatMap((name) => (settingMeta(name).isSecret ? [name, `${name}_FILE`] : [name]));
const noFile = (path: string): string => {
  throw new Error(`no file was to be read, and ${path} was`);
};

test('.env.example as it is starts the sandbox', () => {
  const found = readSettings(parseEnv(read('.env.example')) as Record<string, string>, noFile);
  expect(found).toMatchObject({ settings: { mode: 'sandbox' } });
});

test('.env.example names every setting, and its examples work when they are filled in', () => {
  const filledIn = parseEnv(read('.env.example').replaceAll(/^#(?=[A-Z])/gm, '')) as Record<string, string>;
  expect(Object.keys(filledIn).sort()).toEqual([...known].sort());
  const direct = Object.fromEntries(Object.entries(filledIn).filter(([name]) => !name.endsWith('_FILE')));
  // The example of a policy file is a path of production; everything else is taken as it stands.
  expect(readSettings(direct, noFile)).toMatchObject({ settings: { mode: 'real', port: 8080 } });
});

test('the settings of the README are enough for real systems', () => {
  const block = /^ +FRESHDESK_URL=[\s\S]+?\n\n/m.exec(read('README.md'))?.[0] ?? '';
  const settings = parseEnv(
    block
      .replaceAll(/^ +/gm, '')
      .replaceAll('…', 'x'.repeat(16))
      .replaceAll(/ +#.*$/gm, ''),
  ) as Record<string, string>;
  expect(Object.keys(settings).filter((name) => !known.includes(name))).toEqual([]);
  const { DATABASE_URL, ...withoutDatabase } = settings;
  expect(DATABASE_URL).toMatch(/^postgresql:/);
  expect(readSettings(withoutDatabase, noFile)).toMatchObject({ settings: { mode: 'real' } });
});

type Compose = Readonly<{
  services: Record<
    'watchdesk' | 'postgres',
    Readonly<{
      environment: Record<string, string>;
      secrets: string[];
      volumes: string[];
      ports?: string[];
      depends_on?: object;
    }>
  >;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}>;

test('compose.yaml names settings, secrets, volumes and ports that exist', () => {
  const { services, secrets, volumes } = parse(read('compose.yaml')) as Compose;
  const { watchdesk, postgres } = services;
  expect(Object.keys(watchdesk.environment).filter((name) => !known.includes(name))).toEqual([]);
  for (const service of [watchdesk, postgres]) {
    for (const value of Object.values(service.environment)) {
      const secret = /^\/run\/secrets\/(.+)$/.exec(value)?.[1];
      if (secret !== undefined) expect(service.secrets).toContain(secret);
    }
    for (const secret of service.secrets) expect(Object.keys(secrets)).toContain(secret);
    for (const [source = '', target = ''] of service.volumes.map((volume) => volume.split(':'))) {
      expect(target).toMatch(/^\//);
      if (source.startsWith('.'))
        expect(existsSync(fileURLToPath(new URL(`../../${source}`, import.meta.url)))).toBe(true);
      else expect(Object.keys(volumes)).toContain(source);
    }
  }
  expect(Object.keys(watchdesk.depends_on ?? {})).toEqual(['postgres']);
  const port = /^EXPOSE (\d+)$/m.exec(read('Dockerfile'))?.[1];
  expect(watchdesk.ports).toEqual([`127.0.0.1:8080:${port}`]);
  const ignored = read('.gitignore').split('\n');
  for (const { file } of Object.values(secrets)) expect(ignored).toContain(file);
});
