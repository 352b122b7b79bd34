import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type ColumnType,
  ColumnTypeEnum,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const schemaPath = fileURLToPath(new URL('../../prisma/schema.prisma', import.meta.url));
const migrationsPath = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

type Wasm = { instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: unknown } }> };
const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly; // no types without the browser's

/** The package imports its .wasm file as bundlers do; Node takes the same two halves and joins them by hand. */
async function loadEngine(): Promise<typeof SchemaEngine> {
  const require = createRequire(import.meta.url);
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = readFileSync(require.resolve('@prisma/schema-engine-wasm').replace(/\.js$/, '_bg.wasm'));
  const { instance } = await wasm.instantiate(bytes, { './schema_engine_bg.js': { ...glue } });
  const { __wbg_set_wasm: join } = glue as unknown as { __wbg_set_wasm(exports: unknown): void };
  join(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return glue.SchemaEngine;
}

const CHAR_OID = 18; // PostgreSQL's internal one-byte type "char"
const TEXT_OID = 25;

/**
 * The engine reads catalogue columns of the type "char", which the adapter refuses: they pass it as text, and get their
 * own type back behind it.
 */
function readingChars(pool: pg.Pool): () => Promise<SqlDriverAdapter> {
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const chars = new Set<string>();
  Object.assign(pool, {
    query: async (config: pg.QueryConfig) => {
      const result = await query(config);
      for (const field of result.fields) {
        if (field.dataTypeID !== CHAR_OID) continue;
        field.dataTypeID = TEXT_OID;
        chars.add(field.name);
      }
      return result;
    },
  });
  return async () => {
    const adapter = await new PrismaPg(pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (statement) => {
      const result = await queryRaw(statement);
      const typeOf = (name: string | undefined, type: ColumnType) =>
        name !== undefined && chars.has(name) ? ColumnTypeEnum.Character : type;
      return {
        ...result,
        columnTypes: result.columnTypes.map((type, i) => typeOf(result.columnNames[i], type)),
      };
    };
    return adapter;
  };
}

/**
 * The SQL that would make the result of all migrations equal to schema.prisma; undefined when it already is.
 * `adminUrl` names a PostgreSQL where a shadow database may be created. It hangs on PGlite.
 */
export async function missingMigration(adminUrl: string): Promise<string | undefined> {
  const Engine = await loadEngine();
  // Where the engine leaves the message of a panic, which would otherwise be lost in another error.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
  });
  const admin = new pg.Pool({ connectionString: adminUrl });
  const shadowUrl = new URL(adminUrl);
  shadowUrl.pathname = `shadow_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`CREATE DATABASE ${shadowUrl.pathname.slice(1)}`);
  const pool = new pg.Pool({ connectionString: shadowUrl.href });
  const connect = readingChars(pool);
  const schema = { path: schemaPath, content: readFileSync(schemaPath, 'utf8') };
  const engine = await Engine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory({
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect,
      connectToShadowDb: connect,
    }),
  );
  const names = readdirSync(migrationsPath, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const lockPath = `${migrationsPath}/migration_lock.toml`;
  const { stdout } = await engine.diff({
    from: {
      tag: 'migrations',
      baseDir: migrationsPath,
      lockfile: {
        path: 'migration_lock.toml',
        content: existsSync(lockPath) ? readFileSync(lockPath, 'utf8') : null,
      },
      shadowDbInitScript: '',
      migrationDirectories: names.map(({ name }) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(`${migrationsPath}/${name}/migration.sql`, 'utf8') },
        },
      })),
    },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  engine.free();
  await pool.end();
  await admin.query(`DROP DATABASE ${shadowUrl.pathname.slice(1)} WITH (FORCE)`);
  await admin.end();
  const sql = stdout?.trim() ?? '';
  return sql === '' || sql.startsWith('-- This is an empty migration') ? undefined : `${sql}\n`;
}
