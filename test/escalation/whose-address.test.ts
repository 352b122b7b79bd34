import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whoseAddress } from '../../src/escalation/whose-address.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';

const path = 'policy/sandbox.yaml';
const loaded = loadPolicy({ path, text: readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8') });
if ('faults' in loaded) throw new Error('policy/sandbox.yaml has faults');

test.each([
  ['jo@sandbox.watchdesk.local', 'Jo Moss'],
  ['+41791110002', 'Ada Berg'],
  ['700002', 'Ada Berg'],
  ['U0SANDBOXMIA', 'Mia Keller'],
  ['C0SANDBOXOPS', 'Operations'],
  ['nora@northwind.example', 'Nora Wind'],
  ['+41800000001', 'Sandbox Payments'],
  ['undefined', undefined],
  ['+41790000000', undefined],
])('%s is %s', (address, name) => expect(whoseAddress(loaded.policy, address)).toBe(name));
