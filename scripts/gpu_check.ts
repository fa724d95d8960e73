/**
 * Measures an adapter within some minutes, in order of value, and writes down what was predicted
 * beside what was found.
 *
 *   sh scripts/run.sh gpu-check                  eight minutes, to out/gpu-check
 *   sh scripts/run.sh gpu-check --minutes 2
 */
import { join } from "node:path";
import { checkWritable } from "../lib/io/files.ts";
import { command, numberOption, runCommand } from "./command_line.ts";
import { PARTS } from "./gpu_check/parts.ts";
import { type Check, leftOut, type PartResult } from "./gpu_check/results.ts";
import { runPart } from "./gpu_check/run_part.ts";
import { partLine, writeCheck } from "./gpu_check/write_up.ts";
import { print, say } from "./terminal.ts";

const HELP = `Measures this adapter within some minutes, what is worth most first.

  sh scripts/run.sh gpu-check [options]

  --minutes X   time for all of it (default 8)
  --out DIR     where results go (default out/gpu-check)
  --help        this text

Each part runs in a process of its own and may not take longer than its share and what earlier parts left. What
it has found stands in DIR/gpu-check.json and gpu-check.md as soon as it is there, with what was predicted; its
words are in DIR/PART.log. A part that fails, is not there or has no time left is written down with the reason.

Parts: ${PARTS.map(({ name, title }) => `${name} (${title})`).join(", ")}

Examples
  sh scripts/run.sh gpu-check
  sh scripts/run.sh gpu-check --minutes 3 --out out/my-card
`;

/** Seconds that a part gets at least while any are left: with few minutes, the last parts have none. */
const SHORTEST = 10;

/** Seconds in which no part finds anything. */
const TOO_SHORT = 3;

/** The command; returns the exit code: 0 whatever the parts came to. */
export const gpuCheck = command({ help: HELP, strings: ["minutes", "out"], bare: 0 }, async (
  options,
) => {
  const minutes = numberOption("--minutes", options.minutes ?? "8", {
    above: 0,
    most: 1440,
    example: 8,
  });
  const out = options.out ?? join("out", "gpu-check");
  await checkWritable(join(out, "gpu-check.json"));
  const check: Check = { minutes, deno: Deno.version.deno, parts: [] };
  const start = performance.now(), elapsed = () => (performance.now() - start) / 1000;
  const shares = PARTS.reduce((sum, { share }) => sum + share, 0);
  let planned = 0;
  for (const part of PARTS) {
    planned += 60 * minutes * part.share / shares;
    const left = 60 * minutes - elapsed();
    const seconds = Math.min(left, Math.max(planned - elapsed(), SHORTEST));
    const idle = part.idle?.(check.parts);
    if (idle !== undefined) check.parts.push(leftOut(part, idle));
    else if (left < TOO_SHORT) {
      check.parts.push(leftOut(part, `no time left of ${minutes} minutes`));
    } else {
      say(`${part.title} (up to ${seconds.toFixed(0)} s) ...`);
      const log = join(out, `${part.name}.log`);
      const others = check.parts;
      const onResult = async (result: PartResult) => {
        check.parts = [...others, result];
        await writeCheck(out, check);
      };
      await runPart(part, { seconds, log, onResult });
    }
    print(partLine(check.parts.at(-1)!));
    await writeCheck(out, check);
  }
  print(`\n${join(out, "gpu-check.md")}\n${join(out, "gpu-check.json")}`);
  return 0;
});

if (import.meta.main) await runCommand(gpuCheck);
