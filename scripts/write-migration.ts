// For developers: writes what prisma/schema.prisma has and prisma/migrations lack as a new migration.
//   node scripts/write-migration.ts <name>
// Prisma's own `migrate dev` needs a native engine; this uses the same engine as WebAssembly and a throw-away server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { startPostgres } from '../test/support/postgres-server.ts';
import { missingMigration } from '../test/support/schema-engine.ts';

const name = process.argv[2];
if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Usage: node scripts/write-migration.ts <name>, the name in lower case with underscores.');
  process.exit(1);
}

const server = await startPostgres({ durable: false });
try {
  const sql = await missingMigration(server.url('postgres'));
  if (sql === undefined) {
    console.log('prisma/schema.prisma and prisma/migrations agree: nothing to write.');
  } else {
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const folder = new URL(`../prisma/migrations/${stamp}_${name}/`, import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL('migration.sql', folder), sql);
    console.log(`Wrote prisma/migrations/${stamp}_${name}/migration.sql: read it before you commit it.`);
  }
} finally {
  await server.stop();
}
