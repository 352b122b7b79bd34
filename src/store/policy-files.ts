import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { namedFiles } from '../policy/holiday-files.ts';
import type { NamedFile, PolicySource } from '../policy/parse-sources.ts';

/** More is a mistake in the path, not a policy. */
const POLICY_BYTES_MAX = 4 * 1024 * 1024;
/** Public holidays of many years and regions take a tenth of it. */
const NAMED_FILE_BYTES_MAX = 1024 * 1024;

/**
 * The text of one policy file with the files that it names, or of every `*.yaml` and `*.yml` file in a folder by name; `loadPolicy` merges them.
 *
 * Errors: an Error that names the path and the remedy when there is nothing to read.
 */
export async function readPolicyFiles(fileOrFolder: string): Promise<readonly PolicySource[]> {
  const found = await stat(fileOrFolder).catch((error: unknown) => {
    throw unreadable(fileOrFolder, error);
  });
  if (!found.isDirectory()) return [await readPolicyFile(fileOrFolder)];

  const names = (await readdir(fileOrFolder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length === 0)
    throw new Error(
      `The policy folder ${fileOrFolder} has no *.yaml file: put one there, or set POLICY_FILE.`,
    );
  return Promise.all(names.map((name) => readPolicyFile(join(fileOrFolder, name))));
}

async function readPolicyFile(path: string): Promise<PolicySource> {
  try {
    const { size } = await stat(path);
    if (size > POLICY_BYTES_MAX)
      throw new Error(`it is larger than ${POLICY_BYTES_MAX / 1024 / 1024} MB, which no policy is`);
    const bytes = await readFile(path);
    return await withNamedFiles({ text: decoded(bytes), path });
  } catch (error) {
    throw unreadable(path, error);
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Names are meant from the policy file's folder. One that cannot be read says so, for `loadPolicy` to tell where. */
async function withNamedFiles(source: PolicySource): Promise<PolicySource> {
  const names = namedFiles(source);
  if (names.length === 0) return source;
  const read = await Promise.all(
    names.map(async (name) => [name, await readNamedFile(resolve(dirname(source.path), name))] as const),
  );
  return { ...source, files: new Map(read) };
}

async function readNamedFile(path: string): Promise<NamedFile> {
  try {
    const { size } = await stat(path);
    if (size > NAMED_FILE_BYTES_MAX) return { unreadable: 'it is larger than 1 MB' };
    return { text: decoded(await readFile(path)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return { unreadable: 'there is no such file' };
    if (code === 'EACCES') return { unreadable: 'this user has no right to' };
    if (code === 'EISDIR') return { unreadable: 'it is a folder' };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { unreadable: 'it is not UTF-8 text' };
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function unreadable(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return new Error(`There is no policy at ${path}: check the path, or set POLICY_FILE.`);
  if (code === 'EACCES') return new Error(`The policy ${path} may not be read: give this user the right to.`);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new Error(`The policy ${path} is not UTF-8 text: save it as UTF-8.`);
  return new Error(
    `The policy ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}
