/**
 * Long work in a notebook: one live line while it goes on, an interrupt that stops it, and the curves
 * of what it logged when it has ended. Text written to stdout is lost in Deno's kernel, so the line
 * is a display that is updated.
 *
 * @module
 */
import { callback, exactly, expectForm, maybe } from "../../io/form.ts";
import { metricWords } from "../../io/metric_words.ts";
import { lossCurves, type Metrics, type Steps } from "./loss_curves.ts";
import { displaying } from "./displaying.ts";
import { interruptSignal } from "./interrupt.ts";

/** As `Deno.jupyter.display`, which it is by default. */
export type Show = (
  bundle: Record<string, string>,
  options: { raw: true; display_id: string; update: boolean },
) => Promise<void>;

/**
 * Spread into the options of what trains: `{ ...options, ...progress }`; where one training has its
 * name elsewhere, `...progress.follow(name, steps)`. End the cell with `await done()`, so that no
 * line is lost; the object itself, at the end of a cell, shows the curves of what was logged.
 */
export type LiveProgress = {
  onPhase(name: string, steps: number): void;
  onLog(name: string, steps: Steps, again?: boolean): void;
  /** Aborted by an interrupt of the kernel. */
  signal: AbortSignal;
  follow(name: string, steps: number): Following;
  done(): Promise<void>;
};

/** What one training takes. */
export type Following = { onLog(steps: Steps, again?: boolean): void; signal: AbortSignal };

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
  /** Milliseconds, for the rate and the time left. */
  now?: () => number;
};

/**
 * One line of the form
 *
 *   lm-base  ████░░░░  256 of 512, cross entropy 0.0123, 35 steps a second, 8 s left
 *
 * which always tells of the last phase.
 */
export function liveProgress(options: LiveProgressOptions = {}): LiveProgress {
  expectForm("show progress", options, OPTIONS);
  const { describe = metricWords, show, now = () => performance.now() } = options;
  const display: Show = show ?? ((bundle, options) => Deno.jupyter.display(bundle, options));
  const display_id = `crosslab-${Deno.pid}-${lines++}`;
  const { signal, release } = interruptSignal();
  const logged = new Map<string, Steps>();
  let total = 0, from = { step: 0, at: now() }, update = false;
  let shown = Promise.resolve();
  const line = (text: string) => {
    const options = { raw: true as const, display_id, update };
    shown = shown.then(() => display({ "text/plain": text }, options));
    update = true;
  };
  const onPhase = (name: string, steps: number) => {
    [total, from] = [steps, { step: 0, at: now() }];
    line(steps > 0 ? `${name}  ${bar(0, total)}  0 of ${total}` : name);
  };
  const onLog = (name: string, steps: Steps, again = false) => {
    if (steps.length === 0) return;
    logged.set(name, [...logged.get(name) ?? [], ...steps]);
    const { step } = steps[steps.length - 1];
    const words = describe(means(steps.map(({ metrics }) => metrics)));
    if (again) from = { step, at: now() }; // done before, in another process
    const pace = paceWords({ step, total, from, at: now() });
    const place = total > 0 ? `${bar(step, total)}  ${step} of ${total}` : `step ${step}`;
    line(`${name}  ${place}, ${words}${pace}`);
  };
  const follow = (name: string, steps: number) => {
    onPhase(name, steps);
    return { onLog: (rows: Steps, again?: boolean) => onLog(name, rows, again), signal };
  };
  const done = () => {
    release();
    return shown;
  };
  // Not among its own enumerable names: { ...progress } gives what trains takes alone.
  const progress = Object.defineProperties({ onPhase, onLog, signal }, {
    follow: { value: follow },
    done: { value: done },
  }) as LiveProgress;
  return displaying(progress, () => lossCurves(logged));
}

const OPTIONS = exactly({ describe: maybe(callback), show: maybe(callback), now: maybe(callback) });

function bar(step: number, total: number): string {
  const filled = Math.min(BAR, Math.round(BAR * step / total));
  return "█".repeat(filled) + "░".repeat(BAR - filled);
}

/** The rate since the phase began, and the time that is left at it; at the end, the time it took. */
function paceWords(
  { step, total, from, at }: {
    step: number;
    total: number;
    from: { step: number; at: number };
    at: number;
  },
): string {
  const seconds = (at - from.at) / 1000, rate = (step - from.step) / seconds;
  if (!(seconds > 0 && rate > 0)) return "";
  const words = `, ${Number(rate.toPrecision(2))} steps a second`;
  if (!(total > step)) return `${words}, ${timeWords(seconds)}`;
  return `${words}, ${timeWords((total - step) / rate)} left`;
}

function timeWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function means(rows: readonly Metrics[]): Metrics {
  const mean = (name: string) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, mean(name)]));
}
