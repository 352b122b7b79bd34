import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const STOP_MS_MAX = 5_000;

/** A script of the benchmarks in a process of its own; see `serveParent` for its side. */
export type Child<Ready, Ask, Answer> = Readonly<{
  ready: Ready;
  pid: number;
  ask(question: Ask): Promise<Answer>;
  stop(): Promise<void>;
}>;

/** Starts the script with one JSON argument and waits until it is ready. */
export async function startChild<Ready, Ask extends object, Answer>(
  script: URL,
  given: object,
): Promise<Child<Ready, Ask, Answer>> {
  const child = fork(fileURLToPath(script), [JSON.stringify(given)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = (await answerOf(child)) as Ready;
  return {
    ready,
    pid: child.pid ?? 0,
    async ask(question) {
      child.send(question);
      return (await answerOf(child)) as Answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(force);
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(
          `A process of the benchmark ended too early, with code ${code}; its output says why.`,
        );
      }),
    ]);
  } finally {
    done.abort();
  }
}

/** The child's side: tells that it is ready, answers one question after the other, ends when the parent lets go. */
export function serveParent<Ask, Answer extends object>(
  ready: object,
  parts: Readonly<{ answer(question: Ask): Promise<Answer>; close?(): Promise<unknown> }>,
): void {
  process.on('message', (question: Ask) => {
    parts.answer(question).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => void Promise.resolve(parts.close?.()).finally(() => process.exit(0)));
  process.send?.(ready);
}

/** What the parent gave. */
export const given = <Given>(): Given => JSON.parse(process.argv[2] ?? '{}') as Given;
