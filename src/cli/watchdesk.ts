#!/usr/bin/env node
import { Command } from 'commander';
import { VERSION } from '../main.ts';
import { registerAccuracy } from './accuracy.ts';
import { registerCheck } from './check.ts';
import { registerDoctor } from './doctor.ts';
import { registerExplain } from './explain.ts';
import { registerNotify } from './notify.ts';
import { registerOnCall } from './oncall.ts';
import { registerServe } from './serve.ts';
import { registerSetup } from './setup-freshdesk.ts';

const program = new Command('watchdesk')
  .description('Watchdesk between Opsview and Freshdesk: one ticket per problem, closed only on proof.')
  .version(VERSION)
  .showHelpAfterError();

registerServe(program);
registerCheck(program, process.env.POLICY_FILE);
registerExplain(program, process.env.POLICY_FILE);
registerOnCall(program, process.env.POLICY_FILE);
registerAccuracy(program, process.env.POLICY_FILE);
registerNotify(program);
registerSetup(program);
registerDoctor(program);

await program.parseAsync();
