/**
 * Progress of training in a notebook: one line a stage, rewritten in place as steps are logged. Text written to
 * stdout is lost in Deno's kernel, so each line is a display that is updated.
 *
 * @module
 */

/** As `Deno.jupyter.display`, which it is by default. */
export type Show = (
  bundle: Record<string, string>,
  options: { raw: true; display_id: string; update: boolean },
) => Promise<void>;

/** Pass `onStage` and `onLog` to what trains; end the cell with `await done()`, so that no line is lost. */
export type LiveProgress = {
  onStage(name: string, steps: number): void;
  onLog(name: string, steps: readonly { step: number; metrics: readonly number[] }[]): void;
  done(): Promise<void>;
};

const BAR = 24;
let lines = 0; // display ids must differ between cells of one kernel

export type LiveProgressOptions = {
  /** Words for a step's metrics, each their mean over the steps since the last line; by default the first is the loss. */
  describe?: (metrics: number[]) => string;
  show?: Show;
};

/** Lines of the form `crosscoder  ████░░░░  256 of 512, loss 0.0123`. */
export function liveProgress(
  { describe = ([loss]) => `loss ${loss.toPrecision(4)}`, show }: LiveProgressOptions = {},
): LiveProgress {
  const display: Show = show ?? ((bundle, options) => Deno.jupyter.display(bundle, options));
  const prefix = `crosslab-${Deno.pid}`;
  let id = "", total = 0;
  let shown = Promise.resolve();
  const line = (text: string, update: boolean) => {
    const options = { raw: true as const, display_id: id, update };
    shown = shown.then(() => display({ "text/plain": text }, options));
  };
  return {
    onStage(name, steps) {
      id = `${prefix}-${lines++}`;
      total = steps;
      line(steps > 0 ? progressLine(name, { step: 0, total }) : name, false);
    },
    onLog(name, steps) {
      const { step } = steps[steps.length - 1];
      const means = columnMeans(steps.map(({ metrics }) => metrics));
      line(progressLine(name, { step, total, words: describe(means) }), true);
    },
    done: () => shown,
  };
}

function progressLine(
  name: string,
  { step, total, words }: { step: number; total: number; words?: string },
): string {
  const filled = Math.round(BAR * step / total);
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  return `${name}  ${bar}  ${step} of ${total}` + (words === undefined ? "" : `, ${words}`);
}

function columnMeans(rows: (readonly number[])[]): number[] {
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}
