// What a command line says is a value, an option or a mistake, and the sentence names which.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { fromFileUrl } from "@std/path";
import {
  command,
  integerOption,
  needed,
  numberOption,
  parseArguments,
} from "../../scripts/command_line.ts";
import { prove } from "../../scripts/prove.ts";
import { replicate } from "../../scripts/replicate.ts";

const COMMAND = {
  help: "",
  strings: ["seed", "out"],
  booleans: ["plan"],
  bare: 1,
} as const;
const parsed = (...args: string[]) => {
  const given = parseArguments(args, COMMAND);
  assert(given !== "help");
  const { _, seed, out, plan } = given;
  return { _, seed, out, plan };
};

Deno.test("parseArguments() takes a negative number after an option as its value", () => {
  const rest = { _: [], out: undefined, plan: false };
  for (const value of ["-1", "-3.5", "-.5", "-1e5", "-Infinity", "-nan"]) {
    assertEquals(parsed("--seed", value), { ...rest, seed: value });
    assertEquals(parsed(`--seed=${value}`), { ...rest, seed: value });
  }
  assertEquals(parsed("--out", "-1/x", "a"), { ...rest, _: ["a"], seed: undefined, out: "-1/x" });
  assertThrows(() => parsed("--seed", "-x"), RangeError, "found -x");
  assertThrows(() => parsed("--plan", "-1"), RangeError, "found -1");
  assertThrows(() => parsed("--seed", "--out", "a"), RangeError, "one value for --seed");
});

Deno.test("parseArguments() refuses a value of an option that has none", () => {
  const words = 'expected --plan without a value but found "--plan=no": write --plan';
  assertThrows(() => parsed("--plan=no"), RangeError, words);
  assertThrows(() => parsed("--help=no"), RangeError, "expected --help without a value");
});

Deno.test("parseArguments() shows what was typed without what a terminal acts on", () => {
  for (const args of [["--\u001b[2J"], ["a", "b\u009b"], ["--seed", "1\u202e", "--seed", "2"]]) {
    const { message } = assertThrows(() => parsed(...args), RangeError);
    assertEquals(/\p{C}/u.test(message), false, JSON.stringify(message));
  }
});

Deno.test("numberOption() and integerOption() name the option, its range and what was found", () => {
  assertEquals(numberOption("--x", "1.5e1", { above: 0 }), 15);
  assertEquals(integerOption("--n", "-2", { least: -3 }), -2);
  const refused: [() => number, string][] = [
    [() => numberOption("--x", "-3", { above: 0 }), "expected --x to be a finite number above 0"],
    [
      () => numberOption("--x", "-3", { above: 0, example: 4 }),
      "found -3: write for example --x 4",
    ],
    [() => integerOption("--n", "-1"), "--n to be a whole number from 0 but found -1: write"],
    [
      () => integerOption("--n", "9", { most: 8 }),
      "--n to be a whole number from 0 to 8 but found 9",
    ],
    ...["", " 1", "0x10", "1_0", "NaN", "Infinity", "one", "1e400"].map((text): [
      () => number,
      string,
    ] => [() => numberOption("--x", text, {}), "expected --x to be a finite number but found"]),
    ...["1.0", "1e1", "", "9007199254740993"].map((text): [() => number, string] => [
      () => integerOption("--n", text),
      "expected --n to be a whole number from 0 but found",
    ]),
  ];
  for (const [call, words] of refused) assertThrows(call, RangeError, words);
});

const OUT_OF_RANGE: [(args: string[]) => Promise<number>, string[], string][] = [
  [replicate, ["--seed", "-1"], "--seed to be a whole number from 0 to 4294967295 but found -1"],
  [replicate, ["--seed=-1"], "--seed to be a whole number from 0 to 4294967295 but found -1"],
  [replicate, ["--seed", "4294967296"], "to 4294967295 but found 4294967296"],
  [replicate, ["--plan", "--card", "rtx490"], 'but found "rtx490": did you mean rtx4090?'],
  [replicate, ["--card", "rtx4090"], "expected --plan with --card but found none"],
  [replicate, ["--plan", "--assume-tflops", "-3"], "--assume-tflops to be a finite number above 0"],
  [replicate, ["--plan", "--assume-tflops=0"], "above 0 and up to 1000000000 but found 0"],
  [replicate, ["--plan", "--assume-tflops", "1e300"], "up to 1000000000 but found 1e+300"],
  [
    replicate,
    ["--assume-tflops", "3"],
    "expected --plan or --rehearse with --assume-tflops but found none",
  ],
  [replicate, ["proofs", "--corpus", "x"], "expected --corpus with stagewise"],
  ...["--grid", "--g-max"].flatMap((name) =>
    ["-4", "0", "65537"].map((value): [typeof prove, string[], string] => [
      prove,
      ["--model", "m", "--strategy", "N5", name, value],
      `expected ${name} to be a whole number from 1 to 65536 but found ${value}`,
    ])
  ),
];
for (const [command, args, words] of OUT_OF_RANGE) {
  Deno.test(`${command.name} ${args.join(" ")} says the option's range`, async () => {
    await assertRejects(() => command(args), RangeError, words);
  });
}

Deno.test("replicate refuses stories that lie where its results go", async () => {
  const out = await Deno.makeTempDir();
  await Deno.mkdir(join(out, "smoke"));
  const corpus = join(out, "smoke", "report.md"), link = join(out, "link.txt");
  await Deno.writeTextFile(corpus, "A story.");
  await Deno.symlink(corpus, link);
  for (const path of [corpus, link]) {
    const args = ["--preset", "smoke", "--corpus", path, "--out", out];
    await assertRejects(() => replicate(args), RangeError, "--corpus outside the folders that");
  }
  assertEquals(await Deno.readTextFile(corpus), "A story.");
  await Deno.remove(out, { recursive: true });
});

Deno.test("replicate says before it works that --out is no folder", async () => {
  const out = await Deno.makeTempFile();
  await assertRejects(
    () => replicate(["proofs", "--preset", "smoke", "--out", out]),
    Error,
    "expected a place for a file but found",
  );
  await Deno.remove(out);
});

Deno.test("a command prints its mistake without what a terminal acts on, and exits 1", async () => {
  const script = fromFileUrl(new URL("../../scripts/check_proof.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", script, "m\u001b[2J\u009b", "--model", "a"],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 1);
  const text = new TextDecoder().decode(stderr).trim();
  assertEquals(
    text,
    "error: Cannot read m\\u001b[2J\\u009b: expected a file but found none: check the path",
  );
});

Deno.test("command() hands what was given to its work, and does none of it for --help", async () => {
  const seen: unknown[] = [];
  const run = command(
    { help: "how to", strings: ["out"], booleans: ["all"] },
    ({ out, all, _ }) => {
      seen.push([out, all, _]);
      return Promise.resolve(3);
    },
  );
  assertEquals(await run(["a", "--out", "x", "--all"]), 3);
  assertEquals(await run(["--help"]), 0);
  assertEquals(seen, [["x", true, ["a"]]]);
  await assertRejects(() => run(["--ou", "x"]), RangeError, "did you mean --out");
});

Deno.test("needed() names the option that is missing", () => {
  assertEquals(needed("prove", "--model", "m"), "m");
  const words = "Cannot prove: expected --model but found none";
  assertThrows(() => needed("prove", "--model", undefined), RangeError, words);
});
