/** The one line that follows tasks: a bar on a terminal, a line for each change in a pipe. @module */
import $ from "dax-sh";
import { say } from "../terminal.ts";

/** How many tasks there are of each kind. */
export type Counts = {
  all: number;
  done: number;
  running: number;
  waiting: number;
  failed: number;
};

/** What follows the tasks of a run. */
export type Follow = { show(counts: Counts, running?: readonly string[]): void; finish(): void };

/** "3 of 12 tasks done, 2 run, 7 wait". */
export function countsText({ all, done, running, waiting, failed }: Counts): string {
  const parts = [`${done} of ${all} tasks done`, `${running} run`, `${waiting} wait`];
  return [...parts, ...(failed > 0 ? [`${failed} failed`] : [])].join(", ");
}

export function followTasks(engine: string): Follow {
  const terminal = Deno.stderr.isTerminal();
  let bar: ReturnType<typeof $.progress> | undefined, last = "";
  return {
    show(counts, running = []) {
      const text = countsText(counts), named = running.slice(0, 3).join(", ");
      if (terminal) {
        bar ??= $.progress(engine, { length: counts.all });
        bar.message(named ? `${text}: ${named}` : text);
        bar.position(counts.done);
        bar.forceRender();
      } else if (text !== last) {
        say(`${engine}: ${text}${named && `: ${named}`}`);
      }
      last = text;
    },
    finish() {
      bar?.finish();
      bar = undefined;
    },
  };
}
