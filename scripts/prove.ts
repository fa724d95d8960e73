/**
 * Proves a lower bound on a Max-of-K model's accuracy and writes a certificate.
 *
 *   deno task prove --model model.safetensors --strategy N5                          print the bound
 *   deno task prove --model model.safetensors --strategy N4 --grid 256 --out n4.json  and keep its certificate
 *   deno task prove --model model.safetensors --strategy N5 --arithmetic ieee        for every float32 evaluation
 *   deno task prove --model model.safetensors --strategy sampled/N5 --out s.json     no proof: a statement with confidence
 *   deno task prove --model model.safetensors --strategy N4 --task second            asked for the second largest token
 *   deno task prove --strategy list                                                  all strategies
 */
import { checkWritable, writeWhole } from "../lib/io/files.ts";
import { loadMaxOfK } from "../lib/proofs/max_of_k.ts";
import { certify } from "../lib/proofs/certify.ts";
import type { EvaluationClass } from "../lib/proofs/evaluation/classes.ts";
import { METHODS } from "../lib/proofs/checker/statement.ts";
import { isFormalArithmetic } from "../lib/proofs/formal/write.ts";
import { stateAccuracy } from "../lib/proofs/sampling/sample.ts";
import { makeProver, MOST_STEPS, type ProofResult, proveBound } from "../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../lib/proofs/strategies.ts";
import { TASK_NAMES, TASKS } from "../lib/proofs/tasks/mod.ts";
import { THEOREMS } from "../lib/proofs/theorems/mod.ts";
import { ARITHMETIC_HELP, arithmeticOption } from "./arithmetic_option.ts";
import { proveInFolder } from "./coq.ts";
import { command, integerOption, needed, oneOf, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { statedLength, statedLine } from "./stated_accuracy.ts";
import { print } from "./terminal.ts";

/** The theorems that an option is for. */
const takersOf = (option: "G" | "gMax") =>
  THEOREMS.filter(({ options }) => options.includes(option)).map(({ name }) => name).join(" or ");

/** The strategies that hold for tasks other than max. */
const TASK_STRATEGIES = THEOREMS.flatMap(({ forTasks }) => forTasks?.strategy ?? []);

const HELP = `Proves that a Max-of-K model answers at least so many sequences right.

  deno task prove --model FILE --strategy NAME [options]

  --model FILE      safetensors with TransformerLens names; or hf:OWNER/NAME[@revision]:FILE, from the hub
  --strategy NAME   how to prove it; "list" prints all names
  --arithmetic A    ${ARITHMETIC_HELP}
  --task NAME       what the right answer is (default max): ${TASK_NAMES.join(", ")}
  --out FILE        write the certificate, for deno task check-proof
  --grid G          grid steps of ${takersOf("G")} (default 32)
  --coq FOLDER      write N5's certificate for Rocq (real, ieee or wgsl), and have coqc prove it where it is installed (minutes)
  --g-max N         largest gap that ${takersOf("gMax")} tries (default 4)
  --draws N         how many sequences a sampled strategy draws (default 400000, or 20000 from N5's sets)
  --help            this text

Theorems
${THEOREMS.map(({ name, title }) => `  ${name.padEnd(16)}  ${title}`).join("\n")}

Tasks other than max, by ${TASK_STRATEGIES.join(", ")}
${TASKS.map(({ name, title }) => `  ${name.padEnd(16)}  ${title}`).join("\n")}

No theorems, but statements with confidence 0.99 and 0.999999, by draws that check-proof repeats
  sampled           Draws from all sequences
  sampled/N5        Draws from the sets that N5 leaves open: hundreds of times better

Examples
  deno task prove --model tests/proofs/fixtures/max_of_k.safetensors --strategy N5 --out n5.json
  deno task prove --model model.safetensors --strategy N5 --out n5.json
  deno task prove --model model.safetensors --strategy N4 --grid 64 --task argmax
  deno task prove --model model.safetensors --strategy sampled/N5 --out sampled.json
  deno task prove --model model.safetensors --strategy N5 --arithmetic wgsl
  deno task prove --model model.safetensors --strategy sound/svd/mean_query+diff/max_diff_exact

A proof in real arithmetic says nothing certain of a program in float32, whose sums may go in any
order. With --arithmetic ieee (PyTorch), wgsl or tf32 it counts the sequences that are right in
every float32 evaluation of that class; brute-force tells right in every, wrong in every, and the
rest. See lib/proofs/evaluation/classes.ts.
`;

const GRID = { least: 1, most: MOST_STEPS };
/** More would take the checker minutes for any model. */
const DRAWS = { least: 1, most: 2 ** 31, example: 20000 };

/** The command; returns the exit code. */
export const prove = command({
  help: HELP,
  strings: ["model", "strategy", "arithmetic", "task", "out", "grid", "g-max", "draws", "coq"],
  bare: 0,
}, async (options) => {
  if (options.strategy === "list") {
    print([...strategyNames(), ...METHODS].join("\n"));
    return 0;
  }
  const model = needed("prove", "--model", options.model);
  const strategy = needed("prove", "--strategy", options.strategy);
  const method = METHODS.find((name) => name === strategy);
  const { theorem } = parseStrategy(method ? "N5" : strategy);
  const takes = method === "sampled" ? [] : theorem.options;
  if (options.draws !== undefined && !method) {
    throw new RangeError(
      `Cannot prove by ${strategy}: expected no --draws but found ${options.draws}: leave it out, ` +
        `or take ${METHODS.join(" or ")}`,
    );
  }
  for (const [flag, name] of [["grid", "G"], ["g-max", "gMax"]] as const) {
    if (options[flag] === undefined || takes.includes(name)) continue;
    throw new RangeError(
      `Cannot prove by ${options.strategy}: expected no --${flag} but found ${options[flag]}: ` +
        `leave it out, or take ${takersOf(name)}`,
    );
  }
  const settings = {
    G: integerOption("--grid", options.grid ?? "32", { ...GRID, example: 32 }),
    gMax: integerOption("--g-max", options["g-max"] ?? "4", { ...GRID, example: 4 }),
  };
  const arithmetic = arithmeticOption(options.arithmetic ?? "real");
  const task = oneOf("--task", options.task ?? "max", TASK_NAMES);
  const formal = strategy === "N5" && isFormalArithmetic(arithmetic) && task === "max";
  if (options.coq !== undefined && !formal) {
    throw new RangeError(
      `Cannot prove in Rocq: expected N5 in real, ieee or wgsl of task max but found ${strategy}` +
        `${options.arithmetic === undefined ? "" : ` in ${options.arithmetic}`} of task ${task}: ` +
        "leave out --coq",
    );
  }
  const { path } = await namedOnDisk(model, "model");
  if (options.out !== undefined) await checkWritable(options.out, [path]);
  const start = performance.now();
  const prover = makeProver(await loadMaxOfK(path), { arithmetic, task });
  const tables = performance.now();
  if (method) {
    const draws = options.draws === undefined
      ? undefined
      : integerOption("--draws", options.draws, DRAWS);
    const stated = stateAccuracy(prover, method, { ...settings, draws });
    print(statedLine(stated.result, prover.tables.evaluation?.errors));
    print(statedLength(stated.result, (performance.now() - tables) / 1000));
    await keep(options.out, stated.certificate);
    return 0;
  }
  const published = !theorem.sound && options.out === undefined && task === "max";
  const { result, certificate } = published
    ? { result: proveBound(prover, strategy, settings), certificate: "" }
    : certify(prover, strategy, settings);
  const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(2);
  print(
    (published ? publishedLine(result) : provedLine(result, prover.tables.evaluation?.errors)) +
      (task === "max" ? "" : `, asked for ${task}`),
  );
  print(
    `${result.flops} FLOPs (2^${Math.log2(result.flops).toFixed(1)}), ` +
      `unexplained dimension ${result.unexplainedDimension}, ` +
      `${seconds(tables)} s${published ? "" : " with the check"}, ` +
      `tables ${((tables - start) / 1000).toFixed(2)} s`,
  );
  await keep(options.out, certificate);
  if (options.coq !== undefined && isFormalArithmetic(arithmetic)) {
    await proveInFolder(options.coq, prover.tables.model, JSON.parse(certificate), arithmetic);
  }
  return 0;
});

async function keep(path: string | undefined, certificate: string): Promise<void> {
  if (path === undefined) return;
  await writeWhole(path, certificate);
  print(`certificate: ${path}`);
}

type Shown = Omit<ProofResult, "byPair">;

/** A bound to six decimals, rounded to the safe side. */
const boundOf = ({ bound }: Shown) => `(bound ${(Math.floor(bound * 1e6) / 1e6).toFixed(6)})`;

function publishedLine(result: Shown): string {
  return `${result.certified} of ${result.sequences} sequences counted as right, by a published ` +
    `strategy that proves nothing ${boundOf(result)}`;
}

function provedLine(result: Shown, errors: EvaluationClass | undefined): string {
  const { certified, sequences, atMost, strategy } = result;
  const counted = `${certified} of ${sequences} sequences certified right`;
  if (!errors) {
    return `${counted} ${boundOf(result)}` +
      (atMost === undefined ? "" : `, at most ${atMost} right`);
  }
  const every = `${counted} in every float32 evaluation (${errors.name}) ${boundOf(result)}`;
  if (atMost === undefined) return every;
  if (strategy !== "brute-force") return `${every}, at most ${atMost} in any`;
  return `${every}, ${sequences - atMost} wrong in every, at most ${
    atMost - certified
  } that depend ` +
    "on the order";
}

if (import.meta.main) await runCommand(prove);
