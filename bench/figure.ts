import type { Databases } from './support/databases.ts';

/** One line of the table. `holds` is absent where nothing was wanted: the figure is there for comparison. */
export type Figure = Readonly<{
  measured: string;
  result: string;
  ratio?: string;
  wanted?: string;
  holds?: boolean;
}>;

export type BenchParts = Readonly<{
  databases: Databases;
  /** Whatever is deferred here is closed when the benchmark ends, however it ends. */
  scope: AsyncDisposableStack;
  /** One line about what happens now. */
  say(line: string): void;
}>;

export type Bench = (parts: BenchParts) => Promise<readonly Figure[]>;
