import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Clock } from './model/clock.ts';
import type { Logger, LogMeta } from './model/logger.ts';

export const REDACTED = '[redacted]';

/** Shorter texts would be found in ordinary words; the settings refuse secrets of our own that are that short. */
const SECRET_LENGTH_MIN = 4;

/** Facts are flat; what lies deeper is an accident and would only fill the log. */
const DEPTH_MAX = 6;
const ITEMS_MAX = 100;
const TEXT_LENGTH_MAX = 8_000;

const SECRET_KEY = /authorization|password|passwd|secret|token|api[-_]?key|cookie|signature|credential/i;

/**
 * Makes any value fit for a log line: secrets are replaced wherever they stand, also inside longer texts, addresses and
 * Basic authentication; errors become plain data with their causes; cycles, depth and length are bounded.
 *
 * @param secrets secret texts in force; the returned function is pure
 */
export function redactor(secrets: readonly string[]): (value: unknown) => unknown {
  const spellings = new Set<string>();
  for (const secret of secrets.filter(({ length }) => length >= SECRET_LENGTH_MIN)) {
    spellings.add(secret);
    spellings.add(encodeURIComponent(secret));
    spellings.add(JSON.stringify(secret).slice(1, -1));
    spellings.add(Buffer.from(secret).toString('base64'));
    // Freshdesk takes the key as the user of Basic authentication, with the password X.
    spellings.add(Buffer.from(`${secret}:X`).toString('base64'));
  }
  // The longest first, so that a secret inside another one leaves nothing of the other.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);

  function text(value: string): string {
    let clean = value;
    for (const spelling of ordered) clean = clean.replaceAll(spelling, REDACTED);
    return clean.length > TEXT_LENGTH_MAX
      ? `${clean.slice(0, TEXT_LENGTH_MAX)}… (${clean.length} characters)`
      : clean;
  }

  function fields(source: object, depth: number, above: readonly object[]): Record<string, unknown> {
    const clean: [string, unknown][] = [];
    for (const [name, value] of Object.entries(source).slice(0, ITEMS_MAX)) {
      const isSecret = SECRET_KEY.test(name) && value !== undefined && value !== null;
      clean.push([text(name), isSecret ? REDACTED : walk(value, depth + 1, above)]);
    }
    return Object.fromEntries(clean);
  }

  function walk(value: unknown, depth: number, above: readonly object[]): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (above.includes(value)) return '[circular]';
    if (depth >= DEPTH_MAX) return '[deeper]';

    const within = [...above, value];
    if (value instanceof Error) {
      const { name, message, stack, cause } = value;
      const known = {
        name: text(name),
        message: text(message),
        ...(stack !== undefined && { stack: text(stack) }),
      };
      return {
        ...fields(value, depth, within),
        ...known,
        ...(cause !== undefined && { cause: walk(cause, depth + 1, within) }),
      };
    }
    if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => walk(item, depth + 1, within));
    if (value instanceof Map) return fields(Object.fromEntries(value), depth, within);
    if (value instanceof Set) return walk([...value], depth, above);
    return fields(value, depth, within);
  }

  return (value) => walk(value, 0, []);
}

type Line = Readonly<{ at: string; level: string; message: string } & LogMeta>;

function pretty({ at, level, message, ...facts }: Line): string {
  const told = Object.entries(facts).map(([name, value]) =>
    typeof value === 'object' ? `${name}=${JSON.stringify(value)}` : `${name}=${value}`,
  );
  // Plugin output may hold control sequences, which a terminal would obey.
  return [at.slice(11, 19), level.toUpperCase().padEnd(5), message, ...told]
    .join(' ')
    .replace(/\p{Cc}/gu, ' ');
}

/**
 * The one logger. JSON lines, or short text for a person at a terminal. `incidentId`, `eventId` and `reason` are the
 * names under which decisions are found again.
 */
export function createLogger(
  parts: Readonly<{
    level: 'error' | 'warn' | 'info' | 'debug';
    clock: Clock;
    /** See `secretsOf`. */
    secrets: readonly string[];
    isPretty: boolean;
    stream: Writable;
  }>,
): Logger {
  const clean = redactor(parts.secrets);
  const line = winston.format.printf((info) => {
    // Winston's own symbols are not enumerable as entries, so only what was logged is left here.
    const { level, message, ...facts } = info;
    const cleaned = clean({ message, ...facts }) as Readonly<{ message: string }>;
    const whole = { ...cleaned, at: parts.clock.now().toISOString(), level, message: cleaned.message };
    return parts.isPretty ? pretty(whole) : JSON.stringify({ at: whole.at, level, ...cleaned });
  });
  const logger = winston.createLogger({
    level: parts.level,
    format: line,
    transports: [new winston.transports.Stream({ stream: parts.stream, eol: '\n' })],
  });

  // Facts go in one object, since winston appends a fact called "message" to the sentence and takes one called "level"
  // for the level.
  const write = (level: string) => (message: string, meta?: LogMeta) => {
    const { message: factMessage, level: factLevel, at: factAt, ...facts } = meta ?? {};
    logger.log({
      ...facts,
      ...(factMessage !== undefined && { fact_message: factMessage }),
      ...(factLevel !== undefined && { fact_level: factLevel }),
      ...(factAt !== undefined && { fact_at: factAt }),
      level,
      message,
    });
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
