import { z } from 'zod';
import { SETTING_GROUPS } from './setting-kinds.ts';
import { SETTING_NAMES, type SettingName, SettingsSchema, settingMeta } from './settings-schema.ts';

const HOW_TO_CHANGE = 'Made from src/settings-schema.ts by `node scripts/generate-docs.ts`.';

/** The value used when the setting is absent, as an operator would write it. */
function defaultText(name: SettingName): string | undefined {
  const schema = z.toJSONSchema(SettingsSchema.shape[name], { io: 'input', unrepresentable: 'any' });
  return schema.default === undefined ? undefined : String(schema.default);
}

const inGroup = (group: string): SettingName[] =>
  SETTING_NAMES.filter((name) => settingMeta(name).group === group);

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The text of .env.example: every setting, described and commented out. */
export function envExample(): string {
  const lines = [
    '# Settings of Watchdesk. Copy this file to .env, which npm start and npm run watchdesk read, and fill in what you need, or set',
    '# it in the environment of the process; docs/settings.md says more.',
    `# ${HOW_TO_CHANGE}`,
  ];
  for (const group of SETTING_GROUPS) {
    lines.push('', `# ---- ${group} ----`);
    for (const name of inGroup(group)) {
      const { describe, example, isSecret } = settingMeta(name);
      lines.push(
        '',
        ...wrapped(describe, 108).map((line) => `# ${line}`),
        `#${name}=${defaultText(name) ?? example}`,
      );
      if (isSecret) lines.push(`#${name}_FILE=/run/secrets/${name.toLowerCase()}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The text of docs/settings.md. */
export function settingsPage(): string {
  const lines = [
    '# Settings',
    '',
    `<!-- ${HOW_TO_CHANGE} -->`,
    '',
    'Settings are addresses and secrets and come from the environment only; `npm start` and `npm run watchdesk` also read the',
    'file `.env` in this folder, and what the environment says wins. How alerts and tickets are judged is policy and stands in',
    '`POLICY_FILE`. A wrong or missing setting stops the start; all faults are told at once, one line each.',
    '',
    'A secret may also be read from a file: set `NAME_FILE` to its path instead of `NAME`. One line feed at the end of the',
    'file is ignored. An empty setting counts as absent.',
    '',
    'With neither Freshdesk nor Opsview configured, Watchdesk runs as a **sandbox** with stand-ins for both. As soon as one',
    'of them is configured it needs all of `FRESHDESK_URL`, `FRESHDESK_API_KEY`, `OPSVIEW_URL`, `OPSVIEW_USERNAME`,',
    '`OPSVIEW_PASSWORD`, `OPSVIEW_WEBHOOK_SECRET` and `CONSOLE_PASSWORD`.',
  ];
  for (const group of SETTING_GROUPS) {
    lines.push('', `## ${group}`, '', '| Setting | Default | Meaning | Example |', '|---|---|---|---|');
    for (const name of inGroup(group)) {
      const { describe, example, isSecret } = settingMeta(name);
      const value = defaultText(name);
      const shown = isSecret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
      lines.push(
        `| ${shown} | ${value === undefined ? 'none' : `\`${value}\``} | ${describe} | \`${example}\` |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
