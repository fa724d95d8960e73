/**
 * Progress of training in a notebook: one line a phase, rewritten in place as steps are logged.
 * Text written to stdout is lost in Deno's kernel, so each line is a display that is updated.
 *
 * @module
 */
import { callback, exactly, expectForm, maybe } from "../io/form.ts";
import { metricWords } from "../io/metric_words.ts";

/** Numbers of a logged step by their names. */
export type Metrics = Readonly<Record<string, number>>;

/** As `Deno.jupyter.display`, which it is by default. */
export type Show = (
  bundle: Record<string, string>,
  options: { raw: true; display_id: string; update: boolean },
) => Promise<void>;

/** Steps in their order, each with its metrics. */
export type Steps = readonly { step: number; metrics: Metrics }[];

/** Pass the callbacks to what trains; end the cell with `await done()`, so that no line is lost. */
export type LiveProgress = {
  onPhase(name: string, steps: number): void;
  onLog(name: string, steps: Steps): void;
  done(): Promise<void>;
};

const BAR = 24;
let lines = 0; // display ids must differ between cells of one kernel

/** How progress is put into words, and where it shows. */
export type LiveProgressOptions = {
  /**
   * Words for a step's metrics, each their mean over the steps since the last line; by default all
   * with their names.
   */
  describe?: (metrics: Metrics) => string;
  show?: Show;
};

/** Lines of the form `lm-base  ████░░░░  256 of 512, cross entropy 0.0123`. */
export function liveProgress(options: LiveProgressOptions = {}): LiveProgress {
  expectForm("show progress", options, OPTIONS);
  const { describe = metricWords, show } = options;
  const display: Show = show ?? ((bundle, options) => Deno.jupyter.display(bundle, options));
  const prefix = `crosslab-${Deno.pid}`;
  let id = "", total = 0;
  let shown = Promise.resolve();
  const newLine = () => id = `${prefix}-${lines++}`;
  const line = (text: string, update: boolean) => {
    const options = { raw: true as const, display_id: id, update };
    shown = shown.then(() => display({ "text/plain": text }, options));
  };
  const callbacks = {
    onPhase(name: string, steps: number) {
      newLine();
      total = steps;
      line(steps > 0 ? progressLine(name, { step: 0, total }) : name, false);
    },
    onLog(name: string, steps: Steps) {
      if (steps.length === 0) return;
      const { step } = steps[steps.length - 1];
      const words = describe(means(steps.map(({ metrics }) => metrics)));
      const isFirst = id === ""; // nobody announced how many steps there are
      if (isFirst) newLine();
      line(progressLine(name, { step, total, words }), !isFirst);
    },
  };
  // Not among its own enumerable names: { ...progress } gives what trains the callbacks alone.
  return Object.defineProperty(callbacks, "done", { value: () => shown }) as LiveProgress;
}

const OPTIONS = exactly({ describe: maybe(callback), show: maybe(callback) });

function progressLine(
  name: string,
  { step, total, words }: { step: number; total: number; words?: string },
): string {
  const rest = words === undefined ? "" : `, ${words}`;
  if (!(total > 0)) return `${name}  step ${step}${rest}`;
  const filled = Math.min(BAR, Math.round(BAR * step / total));
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  return `${name}  ${bar}  ${step} of ${total}${rest}`;
}

function means(rows: readonly Metrics[]): Metrics {
  const mean = (name: string) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, mean(name)]));
}
