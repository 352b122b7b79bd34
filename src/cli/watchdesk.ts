#!/usr/bin/env node
import { Command } from 'commander';
import { VERSION } from '../main.ts';
import { registerCheck } from './check.ts';
import { registerExplain } from './explain.ts';
import { registerServe } from './serve.ts';

const program = new Command('watchdesk')
  .description('Watchdesk between Opsview and Freshdesk: one ticket per problem, closed only on proof.')
  .version(VERSION)
  .showHelpAfterError();

registerServe(program);
registerCheck(program, process.env.POLICY_FILE);
registerExplain(program, process.env.POLICY_FILE);

await program.parseAsync();
