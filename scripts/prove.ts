/**
 * Proves a lower bound on a Max-of-K model's accuracy and writes a certificate.
 *
 *   deno task prove --model model.safetensors --strategy N5                          print the bound
 *   deno task prove --model model.safetensors --strategy N4 --grid 256 --out n4.json  and keep its certificate
 *   deno task prove --strategy list                                                  all strategies
 */
import { checkWritable, writeWhole } from "../lib/io/files.ts";
import { loadMaxOfK } from "../lib/proofs/max_of_k.ts";
import { certify } from "../lib/proofs/certify.ts";
import { makeProver, MOST_STEPS, proveBound } from "../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../lib/proofs/strategies.ts";
import { THEOREMS } from "../lib/proofs/theorems/mod.ts";
import { command, integerOption, needed, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { print } from "./terminal.ts";

/** The theorems that an option is for. */
const takersOf = (option: "G" | "gMax") =>
  THEOREMS.filter(({ options }) => options.includes(option)).map(({ name }) => name).join(" or ");

const HELP = `Proves that a Max-of-K model answers at least so many sequences right.

  deno task prove --model FILE --strategy NAME [options]

  --model FILE      safetensors with TransformerLens names; or hf:OWNER/NAME[@revision]:FILE, from the hub
  --strategy NAME   how to prove it; "list" prints all names
  --out FILE        write the certificate, for deno task check-proof
  --grid G          grid steps of ${takersOf("G")} (default 32)
  --g-max N         largest gap that ${takersOf("gMax")} tries (default 4)
  --help            this text

Theorems
${THEOREMS.map(({ name, title }) => `  ${name.padEnd(16)}  ${title}`).join("\n")}

Examples
  deno task prove --model model.safetensors --strategy N5 --out n5.json
  deno task prove --model model.safetensors --strategy sound/svd/mean_query+diff/max_diff_exact
`;

const GRID = { least: 1, most: MOST_STEPS };

/** The command; returns the exit code. */
export const prove = command({
  help: HELP,
  strings: ["model", "strategy", "out", "grid", "g-max"],
  bare: 0,
}, async (options) => {
  if (options.strategy === "list") {
    print(strategyNames().join("\n"));
    return 0;
  }
  const model = needed("prove", "--model", options.model);
  const strategy = needed("prove", "--strategy", options.strategy);
  const { theorem } = parseStrategy(strategy);
  for (const [flag, name] of [["grid", "G"], ["g-max", "gMax"]] as const) {
    if (options[flag] === undefined || theorem.options.includes(name)) continue;
    throw new RangeError(
      `Cannot prove by ${options.strategy}: expected no --${flag} but found ${options[flag]}: ` +
        `leave it out, or take ${takersOf(name)}`,
    );
  }
  const settings = {
    G: integerOption("--grid", options.grid ?? "32", { ...GRID, example: 32 }),
    gMax: integerOption("--g-max", options["g-max"] ?? "4", { ...GRID, example: 4 }),
  };
  const { path } = await namedOnDisk(model, "model");
  if (options.out !== undefined) await checkWritable(options.out, [path]);
  const start = performance.now();
  const prover = makeProver(await loadMaxOfK(path));
  const tables = performance.now();
  const published = !theorem.sound && options.out === undefined;
  const { result, certificate } = published
    ? { result: proveBound(prover, strategy, settings), certificate: "" }
    : certify(prover, strategy, settings);
  const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(2);
  print(
    `${result.certified} of ${result.sequences} sequences ` +
      `${
        published
          ? "counted as right, by a published strategy that proves nothing"
          : "certified right"
      } ` +
      `(bound ${(Math.floor(result.bound * 1e6) / 1e6).toFixed(6)})` +
      (result.atMost === undefined ? "" : `, at most ${result.atMost} right`),
  );
  print(
    `${result.flops} FLOPs (2^${Math.log2(result.flops).toFixed(1)}), ` +
      `unexplained dimension ${result.unexplainedDimension}, ` +
      `${seconds(tables)} s${published ? "" : " with the check"}, ` +
      `tables ${((tables - start) / 1000).toFixed(2)} s`,
  );
  if (options.out !== undefined) {
    await writeWhole(options.out, certificate);
    print(`certificate: ${options.out}`);
  }
  return 0;
});

if (import.meta.main) await runCommand(prove);
