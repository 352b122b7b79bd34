/** One line of the log: a sentence and its facts. Made by src/logging.ts; deciding code never logs. */
export type Logger = Readonly<{
  debug(message: string, meta?: LogMeta): void;
  info(message: string, meta?: LogMeta): void;
  /** We coped. */
  warn(message: string, meta?: LogMeta): void;
  /** A person should act now. */
  error(message: string, meta?: LogMeta): void;
}>;

export type LogMeta = Readonly<Record<string, unknown>>;
