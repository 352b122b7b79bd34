import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

// Preloaded by `npm start` and `npm run watchdesk`. What stands in the environment already wins. Node's own
// --env-file-if-exists says the same of a missing file as of a mistake, which puzzles whoever tries the sandbox.
if (existsSync('.env')) loadEnvFile('.env');
