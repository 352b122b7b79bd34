import type { Settings } from '../settings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { DirectoryInUseError } from '../store/directory-lock.ts';

/** The database as a command finds it; without one, `isInUse` when a running Watchdesk has the embedded one open. */
export type Opened =
  | Readonly<{ database: Database }>
  | Readonly<{ database?: undefined; isInUse: boolean; reason: string }>;

/** Never throws: a command that can do without the database says so and goes on. */
export async function tryToOpenDatabase(settings: Settings, applicationName: string): Promise<Opened> {
  const { databaseUrl, dataDir } = settings;
  try {
    const database = await openDatabase({
      dataDir,
      applicationName,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    });
    return { database };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { isInUse: error instanceof DirectoryInUseError, reason };
  }
}
