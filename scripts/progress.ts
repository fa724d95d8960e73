/**
 * Progress of long work: a bar with rate and time left on a terminal, plain lines in a pipe.
 * @module
 */
import $ from "dax-sh";
import { metricWords } from "../lib/io/metric_words.ts";
import type { LoggedStep } from "../lib/tensor/training.ts";
import { hubProgress } from "./hub_progress.ts";
import { say } from "./terminal.ts";

/** A line of a pipe appears at most this often. */
const SECONDS = 10;

/** What follows the phases of a run. */
export type Progress = ReturnType<typeof createProgress>;

/** Follows the phases of one run. Wall-clock appears here only, never in results. */
export function createProgress() {
  const terminal = Deno.stderr.isTerminal();
  let bar: ReturnType<typeof $.progress> | undefined;
  let phase = "", total = 0, before = 0, started = 0, shown = 0;
  const hub = hubProgress();
  const finish = () => {
    hub.finish();
    bar?.finish();
    bar = undefined;
    if (phase && total > 0) say(`${phase}: ${total - before} steps in ${seconds(started)}`);
    phase = "";
  };
  return {
    onPhase(name: string, steps: number) {
      finish();
      [phase, total, before] = [name, steps, 0];
      started = shown = performance.now();
      if (terminal && steps > 0) bar = $.progress(name, { length: steps });
      else say(steps > 0 ? `${name}: ${steps} steps` : name);
    },
    /** `again`: steps of a training that was killed, which goes on from there. */
    onLog(_: string, steps: LoggedStep[], again = false) {
      const { step, metrics } = steps.at(-1)!;
      if (again) {
        [before, started] = [step, performance.now()];
        return;
      }
      const rate = (step - before) / ((performance.now() - started) / 1000);
      const left = Math.round((total - step) / rate);
      const text = `${metricWords(metrics)}, ${rate.toFixed(0)} steps/s, ${left} s left`;
      if (bar) {
        bar.message(text);
        bar.position(step);
        bar.forceRender();
      } else if (performance.now() - shown > SECONDS * 1000) {
        shown = performance.now();
        say(`${phase}: step ${step} of ${total}, ${text}`);
      }
    },
    /** What the preparation has to say: records left out, prompts too long. */
    onNote: say,
    /** What comes of a corpus on the hub. */
    onProgress: hub.onProgress,
    onDamaged(text: string) {
      finish();
      say(text);
    },
    finish,
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
