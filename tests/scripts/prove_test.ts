import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join, relative } from "@std/path";
import { saveMaxOfK } from "../../lib/proofs/max_of_k.ts";
import { checkProof } from "../../scripts/check_proof.ts";
import { prove } from "../../scripts/prove.ts";
import { W1 } from "../proofs/tiny_models.ts";

/** What a command printed, and its exit code. */
async function run(command: (args: string[]) => Promise<number>, args: string[]) {
  const lines: string[] = [], log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    return { code: await command(args), lines };
  } finally {
    console.log = log;
  }
}

Deno.test("prove writes a certificate that check-proof accepts, and rejects after an edit", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), out = join(folder, "n4.json");
  await saveMaxOfK(model, W1);
  const proof = await run(prove, [
    ...["--model", model, "--strategy", "N4", "--grid", "256", "--out", out],
  ]);
  assertEquals(proof.code, 0);
  assertEquals(
    proof.lines[0],
    "57 of 64 sequences certified right (bound 0.890625), at most 58 right",
  );
  assertMatch(
    proof.lines[1],
    /^\d+ FLOPs \(2\^1\d\.\d\), unexplained dimension 72, .* s with the check/,
  );
  const check = await run(checkProof, [out, "--model", model]);
  assertEquals(check, {
    code: 0,
    lines: ["accepted: at least 57 and at most 58 of 64 sequences are right"],
  });
  const text = await Deno.readTextFile(out);
  await Deno.writeTextFile(out, text.replace('"certified":"57"', '"certified":"58"'));
  const edited = await run(checkProof, [out, "--model", model]);
  assertEquals(edited.code, 1);
  assertMatch(edited.lines[0], /^rejected: its text does not have the SHA-256/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove --task certifies answers to another question, and refuses what says nothing of it", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), out = join(folder, "proof.json");
  await saveMaxOfK(model, W1);
  const args = ["--model", model, "--out", out, "--task", "second"];
  const exact = await run(prove, [...args, "--strategy", "brute-force"]);
  assertMatch(exact.lines[0], /^(\d+) of 64 .*, at most \1 right, asked for second$/);
  const proof = await run(prove, [...args, "--strategy", "N4"]);
  assertMatch(proof.lines[0], /^\d+ of 64 sequences certified right .*, asked for second$/);
  const { lines } = await run(checkProof, [out, "--model", model]);
  assertMatch(lines[0], /^accepted: at least \d+ and at most \d+ of 64 .*, asked for second$/);
  for (
    const [strategy, words] of [["cubic", "one about the largest token"], ["N1", "take one of"]]
  ) {
    await assertRejects(() => run(prove, [...args, "--strategy", strategy]), TypeError, words);
  }
  const coq = [...args, "--strategy", "N5", "--coq", join(folder, "coq")];
  await assertRejects(() => run(prove, coq), RangeError, "of task second: leave out --coq");
  const third = ["--model", model, "--strategy", "N4", "--task", "third"];
  await assertRejects(() => run(prove, third), RangeError, 'found "third": see --help');
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove --strategy sampled writes a statement that check-proof repeats, and calls no proof", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), out = join(folder, "sampled.json");
  await saveMaxOfK(model, W1);
  const args = ["--model", model, "--out", out, "--draws", "500"];
  for (const strategy of ["sampled", "sampled/N5"]) {
    const { code, lines } = await run(prove, [...args, "--strategy", strategy]);
    assertEquals(code, 0);
    assertMatch(
      lines[0],
      /^no proof: by 500 draws, of which \d+ count, at least 5\d with confidence 0\.99, at least \d+ with/,
    );
    assertMatch(lines[1], /^\d+ FLOPs \(2\^1\d\.\d\), \d+ a draw, .* s with the check$/);
    const check = await run(checkProof, [out, "--model", model]);
    assertEquals(check.code, 0);
    assertMatch(check.lines[0], /^accepted: no proof, but with confidence 0\.99 at least 5\d, /);
  }
  const text = await Deno.readTextFile(out);
  await Deno.writeTextFile(out, text.replace('"draws":500', '"draws":501'));
  assertEquals((await run(checkProof, [out, "--model", model])).code, 1);
  const refused: [string[], string][] = [
    [["--strategy", "N5"], "expected no --draws but found 500: leave it out, or take sampled or"],
    [["--strategy", "sampled", "--grid", "8"], "expected no --grid but found 8"],
    [["--strategy", "sampled", "--task", "second"], "expected task max"],
  ];
  for (const [more, words] of refused) {
    await assertRejects(() => run(prove, [...args, ...more]), Error, words);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove --arithmetic certifies for every float32 evaluation, with numbers of one's own", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), out = join(folder, "proof.json");
  await saveMaxOfK(model, W1);
  const proved = async (strategy: string, arithmetic: string) => {
    const args = ["--model", model, "--strategy", strategy, "--arithmetic", arithmetic];
    return (await run(prove, [...args, "--out", out])).lines[0];
  };
  assertEquals(
    await proved("cubic", "wgsl"),
    "42 of 64 sequences certified right in every float32 evaluation (wgsl) (bound 0.656250)",
  );
  assertEquals((await run(checkProof, [out, "--model", model])).lines, [
    "accepted: at least 42 of 64 sequences are right in every float32 evaluation (wgsl)",
  ]);
  assertMatch(
    await proved("brute-force", "tf32,round=2^-12,exp=0.001"),
    /^(\d+) of 64 .* \(own\) .*, [1-6] wrong in every, at most \d+ that depend on the order$/,
  );
  const { arithmetic } = JSON.parse(await Deno.readTextFile(out));
  assertEquals(arithmetic.evaluations.exp, 0.001);
  assertEquals([arithmetic.evaluations.round, arithmetic.evaluations.input], [2 ** -12, 2 ** -11]);
  const refused: [string, string][] = [
    ["fp8", 'found "fp8": see --help'],
    ["real,round=0", "real without numbers"],
    ["ieee,rounds=0", "round, exp, expSlope"],
    ["ieee,round", "each NAME=NUMBER"],
    ["ieee,round=1", "round from 0 to 1/16"],
    ["ieee,round=0x1", "round from 0 to 1/16"],
  ];
  for (const [text, words] of refused) {
    await assertRejects(() => proved("cubic", text), RangeError, words);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove lists strategies, and says what is missing", async () => {
  const { lines } = await run(prove, ["--strategy", "list"]);
  assert(lines[0].split("\n").length > 200);
  await assertRejects(() => prove(["--strategy", "N4"]), RangeError, "expected --model");
  await assertRejects(() => prove(["--model", "m", "--strategy", "N44"]), RangeError, "try N4");
  await assertRejects(() => checkProof([]), RangeError, "0 certificates and no --model");
  await assertRejects(() => prove(["more", "--strategy", "N4"]), RangeError, 'found "more"');
  for (const [name, flag] of [["cubic", "--grid"], ["N4", "--g-max"], ["N2", "--g-max"]]) {
    const args = ["--model", "m", "--strategy", name, flag, "8"];
    await assertRejects(() => prove(args), RangeError, `expected no ${flag} but found 8`);
  }
  const twice = ["--model", "a", "--model", "b", "--strategy", "N4"];
  await assertRejects(() => prove(twice), RangeError, "one value for --model but found a and b");
});

Deno.test("prove says before it proves that --out cannot be written", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors");
  await saveMaxOfK(model, W1);
  const loop = join(folder, "loop");
  await Deno.symlink("loop", loop);
  const long = join(folder, "n".repeat(300));
  for (const out of [folder, join(model, "n4.json"), long, join(loop, "n4.json")]) {
    const args = ["--model", model, "--strategy", "N4", "--out", out];
    await assertRejects(
      () => prove(args),
      Error,
      `Cannot write ${out}: expected a place for a file`,
    );
  }
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assertEquals(names, ["loop", "model.safetensors"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove does not replace the model that it proves, by whatever name --out calls it", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors");
  await saveMaxOfK(model, W1);
  const bytes = await Deno.readFile(model);
  const soft = join(folder, "soft"), hard = join(folder, "hard"), inner = join(folder, "in");
  await Deno.symlink(model, soft);
  await Deno.link(model, hard);
  await Deno.symlink(folder, inner);
  const names = [
    model,
    `${folder}/./in/../model.safetensors`,
    relative(Deno.cwd(), model),
    soft,
    hard,
    join(inner, "model.safetensors"),
  ];
  for (const out of names) {
    for (const strategy of ["N4", "published/svd/mean_query+diff/max_diff_exact"]) {
      const args = ["--model", model, "--strategy", strategy, "--out", out];
      await assertRejects(() => prove(args), Error, `found the file that is read as ${model}`);
    }
    assertEquals(await Deno.readFile(model), bytes);
  }
  const args = ["--model", soft, "--strategy", "N4", "--out", model];
  await assertRejects(() => prove(args), Error, `found the file that is read as ${soft}`);
  assert((await Deno.lstat(soft)).isSymlink);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prove does not put its certificate in the place of a device or a pipe", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), pipe = join(folder, "pipe");
  await saveMaxOfK(model, W1);
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const args = ["--model", model, "--strategy", "N4", "--out", pipe];
  await assertRejects(() => prove(args), Error, "but found a device or a pipe");
  await assertRejects(() => saveMaxOfK(pipe, W1), Error, "but found a device or a pipe");
  assert((await Deno.stat(pipe)).isFifo);
  await Deno.remove(folder, { recursive: true });
});
