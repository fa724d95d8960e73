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

Deno.test("createProgress() follows what comes of one corpus after another, in a download's words", () => {
  const lines = said((pass) => {
    const progress = createProgress();
    const of = (file: string, total: number) => (done: number) =>
      progress.onProgress({ file, done, total, about: true });
    const first = of("a.txt", 20_000_000), second = of("b.txt", 4_000_000);
    pass(1);
    first(0);
    pass(2);
    first(4_000_000); // said ten seconds after the last line at the earliest
    pass(10);
    first(8_000_000);
    pass(8);
    first(20_000_000);
    pass(100); // the corpus is tokenized
    second(0);
    pass(4);
    second(4_000_000);
    pass(50); // the kernels are chosen
    progress.onPhase("lm-base", 100);
  });
  assertEquals(lines, [
    "a.txt: 0 bytes of about 20.0 MB",
    "a.txt: 8.0 MB of about 20.0 MB, 666.7 kB/s, 18 s left",
    "downloaded 20.0 MB in 20.0 s",
    "b.txt: 0 bytes of about 4.0 MB",
    "downloaded 4.0 MB in 4.0 s",
    "lm-base: 100 steps",
  ]);
});
