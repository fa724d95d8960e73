// Every mistake on the command line ends with one line that says what was expected, found and to be done.
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { planStagewise } from "../../lib/diff/run/plan.ts";
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { predictSeconds } from "../../lib/tensor/rates.ts";
import { planTable } from "../../scripts/plan_text.ts";
import { replicate } from "../../scripts/replicate.ts";

const script = fileURLToPath(new URL("../../scripts/replicate.ts", import.meta.url));

async function run(args: string[], env: Record<string, string> = {}) {
  const permissions = ["read", "write", "ffi", "sys", "env"].map((name) => `--allow-${name}`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--no-prompt", ...permissions, script, ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const folder = await Deno.makeTempDir();
const file = (name: string, bytes: Uint8Array | string) => {
  const path = join(folder, name);
  Deno.writeFileSync(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  return path;
};

const MISTAKES: [string, string[], string[]][] = [
  ["an unknown preset", ["--preset", "smal"], ['found "smal"', "did you mean small?"]],
  ["a crosscoder without its model", ["interactions", "--coder", folder], [
    "expected --model beside --coder",
    "found --coder alone",
  ]],
  ["sites beside a crosscoder of one's own", [
    ...["interactions", "--model", folder, "--coder", folder, "--sites", "hook_embed"],
  ], ["expected --sites with stagewise alone but found interactions"]],
  ["a model for a system that takes none", ["proofs", "--model", folder], [
    "expected --model with stagewise alone but found proofs",
  ]],
  ["records as published for all systems", ["--published"], [
    "expected --published with stagewise alone but found",
  ]],
  ["records as published of no file", ["stagewise", "--published"], [
    "expected a path for records as published but found none",
  ]],
  ["sites for all systems", ["--sites", "hook_embed", "--distinct", "9"], [
    "expected --sites, --distinct with stagewise alone but found",
  ]],
  ["a site that no model has", ["stagewise", "--sites", "blocks.*.hook_resid_pot"], [
    'found "blocks.*.hook_resid_pot"',
    "did you mean",
    "or take hook_embed, hook_pos_embed, blocks.*.hook_resid_pre,",
  ]],
  ["a model that is not there", ["stagewise", "--model", join(folder, "nowhere")], [
    "expected a folder with config.json",
    "found none there",
  ]],
  ["a way to fine-tune that is none", ["stagewise", "--fine-tune", "qlora"], ["did you mean lora"]],
  ["modules for a fine-tune of all weights", ["stagewise", "--targets", "q_proj", "--plan"], [
    'expected targets with a fine-tune by adapters alone but found ["q_proj"]',
  ]],
  ["a plan and a rehearsal at once", ["stagewise", "--plan", "--rehearse"], ["found both"]],
  ["a crosscoder for a system that takes none", ["proofs", "--model", folder, "--coder", folder], [
    "expected --model and --coder with interactions alone but found proofs",
  ]],
  ["a crosscoder that is not there", [
    ...["interactions", "--model", folder, "--coder", join(folder, "none")],
  ], ["none", "config.json"]],
  ["an unknown option", ["--sed", "1"], ["found --sed", "--seed"]],
  ["an unknown system", ["stagwise"], ['found "stagwise"', "did you mean stagewise?"]],
  ["a seed that is no number", ["--seed", "one"], ['found "one"', "--seed 1"]],
  ["an option without its value", ["--out", ""], ["expected one value for --out"]],
  ["a corpus that is not there", ["--corpus", join(folder, "none.txt")], ["found none"]],
  ["an empty corpus", ["--corpus", file("empty.txt", "")], ["found none"]],
  ["a truncated id file", ["--corpus", file("odd.bin", Uint8Array.of(1, 2, 3))], ["bytes"]],
  ["ids outside GPT-2", ["--corpus", file("wild.bin", Uint8Array.of(255, 255, 80, 196))], [
    "65535",
  ]],
];

const STORY = "Words: bear\nStory: A bear found a key.\n";
MISTAKES.push(
  // stories are looked at before the proofs are trained, which come first here
  ["a corpus without separators before any training", [
    ...["proofs", "stagewise"],
    ...["--corpus", file("lines.txt", "One.\nTwo.\n")],
  ], ["found no separator in 2 lines"]],
  ["a corpus of two stories before any training", [
    ...["proofs", "stagewise"],
    ...[
      "--corpus",
      file("two.txt", `${STORY}<|endoftext|>${STORY.replace("A", "One")}<|endoftext|>`),
    ],
  ], ["corpus", "2 records", "Cannot split 2 stories"]],
  ["an option that would move the cursor", ["--preset", "\x1b[2J\x9b1m\u202e"], [
    'found "\\u001b[2J\\u009b1m\\u202e"',
  ]],
);

/** The error of a command in this process, and what it had said by then. */
async function refusal(args: string[]): Promise<{ message: string; said: string }> {
  const said: unknown[] = [], { error } = console;
  console.error = (text) => said.push(text);
  try {
    const { message } = await assertRejects(() => replicate(args), Error);
    return { message, said: said.join("\n") };
  } finally {
    console.error = error;
  }
}

for (const [name, given, parts] of MISTAKES) {
  const out = join(folder, "out");
  const args = [
    ...given,
    ...given.includes("--out") ? [] : ["--out", out],
    ...given.includes("--preset") ? [] : ["--preset", "smoke"],
  ];
  Deno.test(`replicate refuses ${name} and leaves nothing behind`, async () => {
    const { message, said } = await refusal(args);
    for (const part of parts) assertStringIncludes(`${said}\n${message}`, part);
    assert(message.startsWith("Cannot "), message);
    assert(!said.includes("adapter:"), "no work before the check");
    const left = await Deno.stat(join(out, "smoke")).then(() => true, () => false);
    assert(!left, "no results of a run that never was");
  });
}

Deno.test("replicate ends on a mistake with exit code 1 and its sentence alone", async () => {
  const { code, stdout, stderr } = await run(["--preset", "smal"]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^error: Cannot run: [^\n]*did you mean small\?\n$/);
});

Deno.test("replicate without an adapter says which driver to install", async () => {
  const { code, stderr } = await run(["proofs", "--preset", "smoke", "--out", folder], {
    DENO_WEBGPU_BACKEND: "vulkan",
    VK_DRIVER_FILES: "/nonexistent",
    VK_ICD_FILENAMES: "/nonexistent",
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "found none");
  assertStringIncludes(stderr, "mesa-vulkan-drivers");
});

Deno.test("replicate --help shows every option with examples", async () => {
  const { code, stdout } = await run(["--help"]);
  assertEquals(code, 0);
  for (const flag of ["--preset", "--corpus", "--model", "--sites", "--rehearse", "--plan"]) {
    assertStringIncludes(stdout, flag);
  }
});

Deno.test("planStagewise() counts the operations of the trial runs and of the published sizes", () => {
  const small = planStagewise(stagewiseSettings("small", { grammar: true }));
  const teraflops = (name: string) => small.find((stage) => stage.name === name)!.flops / 1e12;
  // small-preset reference: 2.38 TFLOP at 954 ids, each further id 3 · 2 · 64 FLOP a token; S: 1.26, and 0.10 a harvest.
  const more = (1500 - 954) * 6 * 64 * 600 * 16 * 128 / 1e12;
  assert(Math.abs(teraflops("lm-base") - (2.38 + more)) < 0.02, String(teraflops("lm-base")));
  assert(
    Math.abs(teraflops("coder-S") - (1.26 + 0.13)) < 0.02,
    String(teraflops("coder-S")),
  );
  const paper = planStagewise(stagewiseSettings("paper", { grammar: true }));
  const S = paper.find(({ name }) => name === "coder-S")!;
  assert(S.flops > 50_000 * 256 * 10 * 3840 * 3072, "ten N H an activation, and the harvest");
  const rates = { flops: 1e12, bytes: 1e11, launches: 1e5, waits: 100 };
  assertEquals(
    predictSeconds({ ...S, flops: 2e12, bytes: 3e11, launches: 4e5, waits: 500 }, rates),
    2 + 3 + 4 + 5,
  );
  const minute = ({ name }: { name: string }) => ({ low: 180, high: name === "a" ? 180 : 300 });
  const two = ["a", "b"].map((name) => ({ ...small[0], name }));
  const texts = planTable(two, { title: "RTX", seconds: minute });
  assertStringIncludes(texts[1], "3.0 min");
  assertEquals(texts[1].includes(".."), false);
  assertStringIncludes(texts.at(-1)!, "6.0 min .. 8.0 min");
  const seconds = ({ launches }: { launches: number }) => ({ low: launches, high: 2 * launches });
  const lines = planTable(small, { title: "time", seconds, assumed: 1e13 });
  const planned = (kind: string) => small.filter(({ name }) => name.startsWith(kind)).length;
  assertEquals([planned("lm-"), planned("coder-")], [3, 22 + 1]); // and the one of both models
  assertEquals(lines.length, 1 + small.length + 1);
  assertStringIncludes(lines.at(-1)!, "together");
});
