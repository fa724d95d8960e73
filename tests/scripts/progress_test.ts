import { assertEquals, assertMatch } from "@std/assert";
import { createProgress } from "../../scripts/progress.ts";

/** What is said in a pipe while `work` runs, with a clock of its own. */
function said(work: (pass: (seconds: number) => void) => void): string[] {
  const lines: string[] = [], { error } = console, { now } = performance;
  const { isTerminal } = Deno.stderr;
  let time = 0;
  try {
    Deno.stderr.isTerminal = () => false;
    console.error = (text) => lines.push(text);
    performance.now = () => time;
    work((seconds) => time += 1000 * seconds);
  } finally {
    console.error = error;
    performance.now = now;
    Deno.stderr.isTerminal = isTerminal;
  }
  return lines;
}

const steps = (step: number) => [{ step, metrics: { squared_error: 0.5 }, gradNorm: 1 }];

Deno.test("createProgress() counts rate and time left from where a killed training goes on", () => {
  const [first, again, last] = said((pass) => {
    const progress = createProgress();
    progress.onPhase("coder-S", 1000);
    progress.onLog("coder-S", steps(64), true);
    progress.onLog("coder-S", steps(640), true);
    pass(20);
    progress.onLog("coder-S", steps(740));
    progress.finish();
  });
  assertEquals(first, "coder-S: 1000 steps");
  assertMatch(again, /^coder-S: step 740 of 1000, .*, 5 steps\/s, 52 s left$/);
  assertEquals(last, "coder-S: 360 steps in 20.0 s");
});
