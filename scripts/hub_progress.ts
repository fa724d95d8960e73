/** What a download from the hub shows: a bar on a terminal, a line now and then in a pipe. @module */
import $ from "dax-sh";
import { sizeWords } from "../lib/io/hub/size_words.ts";
import type { HubProgress } from "../lib/io/hub/types.ts";
import { say } from "./terminal.ts";

/** A line of a pipe appears at most this often. */
const SECONDS = 10;
/** A bar is drawn again at most this often: bytes come faster than anyone reads. */
const REDRAW = 0.1;

/** Follows the downloads of one command. `finish` says how much came and how long it took. */
export function hubProgress() {
  const terminal = Deno.stderr.isTerminal();
  let bar: ReturnType<typeof $.progress> | undefined;
  let begun: { at: number; bytes: number } | undefined;
  let last = 0, shown = 0, heard = 0;
  const finish = () => {
    bar?.finish();
    bar = undefined;
    if (begun === undefined) return;
    const seconds = (heard - begun.at) / 1000;
    say(`downloaded ${sizeWords(last - begun.bytes)} in ${seconds.toFixed(1)} s`);
    begun = undefined;
  };
  return {
    onNote: say,
    onProgress(progress: HubProgress) {
      const { done, total } = progress;
      if (done < last) finish(); // another one begins
      const now = performance.now();
      begun ??= { at: now, bytes: done };
      [last, heard] = [done, now];
      if (terminal) bar ??= $.progress("downloading", { length: total });
      if (shown > 0 && done < total && now - shown < 1000 * (bar ? REDRAW : SECONDS)) return;
      shown = now;
      const text = progressWords(progress, begun, now);
      if (bar) {
        bar.length(total);
        bar.message(text);
        bar.position(done);
        bar.forceRender();
      } else if (done < total) say(text);
    },
    finish,
  };
}

/** How far it is, how fast it goes, and how long it will take. */
export function progressWords(
  { file, done, total, about }: HubProgress,
  begun: { at: number; bytes: number },
  now: number,
): string {
  const words = `${file}: ${sizeWords(done)} of ${about ? "about " : ""}${sizeWords(total)}`;
  const rate = (done - begun.bytes) / Math.max((now - begun.at) / 1000, 1e-3);
  if (rate === 0 || done === total) return words;
  return `${words}, ${sizeWords(rate)}/s, ${Math.ceil((total - done) / rate)} s left`;
}
