// The checker against files that were made to break it: it answers in one short line, soon, and never crashes.
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodeSafetensors } from "../../../lib/io/safetensors.ts";
import { certify } from "../../../lib/proofs/certify.ts";
import { wholeCount } from "../../../lib/proofs/checker/assignments.ts";
import {
  ARITHMETIC,
  canonicalJson,
  encodeCertificate,
  type Json,
  sha256,
  weightsHash,
} from "../../../lib/proofs/checker/certificate.ts";
import {
  checkCertificate,
  parseCertificate,
  recomputeClaim,
} from "../../../lib/proofs/checker/check.ts";
import { newMeter, spend } from "../../../lib/proofs/checker/limits.ts";
import { Rejection } from "../../../lib/proofs/checker/reader.ts";
import { repeatDraws } from "../../../lib/proofs/checker/statement.ts";
import {
  checkMaxOfK,
  loadMaxOfK,
  type MaxOfKConfig,
  type MaxOfKModel,
  maxOfKShapes,
  maxOfKToTensors,
  saveMaxOfK,
} from "../../../lib/proofs/max_of_k.ts";
import { makeProver } from "../../../lib/proofs/prove.ts";
import { checkProof } from "../../../scripts/check_proof.ts";
import { W1 } from "../tiny_models.ts";

const { certificate } = certify(makeProver(W1), "N4");

/** The line of the verdict on N4's certificate after an edit, with a fresh hash. */
function verdictAfter(change: (parsed: Record<string, Json>) => void): string {
  const parsed = parseCertificate(certificate) as unknown as Record<string, Json>;
  change(parsed);
  return checkCertificate(encodeCertificate(parsed as never), W1).line;
}

function zeros(config: MaxOfKConfig): MaxOfKModel {
  const weights = Object.entries(maxOfKShapes(config)).map((
    [name, [rows, cols]],
  ) => [name, new Float32Array(rows * cols)]);
  return { config, ...Object.fromEntries(weights) };
}

Deno.test("checkCertificate() rejects an object where a text is due, without calling its toString", () => {
  for (const name of ["theorem", "format", "arithmetic", "model"]) {
    assertMatch(verdictAfter((c) => c[name] = { toString: 1 }), /^rejected: /);
  }
  for (const name of ["sequences", "certified", "atMost"]) {
    const line = verdictAfter((c) => (c.claim as Record<string, Json>)[name] = { toString: 1 });
    assertMatch(line, /^rejected: .*\{"toString":1\}/);
  }
});

Deno.test("checkCertificate() rejects lists that nest 100,000 deep", () => {
  const text = `{"hints":${"[".repeat(1e5)}${"]".repeat(1e5)},"sha256":"x"}`;
  assertEquals(
    checkCertificate(text, W1).line,
    "rejected: its lists nest deeper than any theorem's",
  );
});

Deno.test("checkCertificate() quotes a certificate in one line of 300 characters", () => {
  const hidden = "\u001b[2J\u009b31m\u202e\u2028";
  const words = `${hidden}x\naccepted: at least 64 of 64 sequences are right${"y".repeat(1e5)}`;
  const lines = [
    verdictAfter((c) => c.theorem = words),
    verdictAfter((c) => c.format = words),
    verdictAfter((c) => c.hints = { [words]: 1 }),
    verdictAfter((c) => c.parameters = { G: words }),
    verdictAfter((c) => (c.claim as Record<string, Json>).sequences = words),
    verdictAfter((c) => (c.claim as Record<string, Json>)[words] = 1),
    verdictAfter((c) => c[words] = 1),
  ];
  for (const line of lines) {
    assertMatch(line, /^rejected: .*$/);
    assert(line.length < 300, `${line.length}`);
    assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(line), JSON.stringify(line));
  }
});

Deno.test("certify() and the checker take directions as large as the weights", () => {
  const model = { ...W1, W_E: W1.W_E.map((x) => x * 1e38) };
  const name = "N6/max_diff/mean_query+diff/svd_query+max_diff";
  assert(checkCertificate(certify(makeProver(model), name).certificate, model).accepted);
});

Deno.test("recomputeClaim() refuses at once what would take it hours", () => {
  const model = zeros({ d_vocab: 1024, d_model: 1, d_head: 1, n_ctx: 4 });
  const common = { format: "", arithmetic: "", model: weightsHash(model), sizes: model.config };
  const refused: [string, Record<string, Json>][] = [
    ...["N1", "N1n", "N2", "N3", "N3n", "brute-force"].map((
      theorem,
    ): [string, Record<string, Json>] => [theorem, {}]),
    ["N4", { G: 256 }],
    ["N4-partition", { G: 256 }],
  ];
  for (const [theorem, parameters] of refused) {
    assertThrows(
      () => recomputeClaim({ ...common, theorem, parameters, hints: {} }, model),
      Rejection,
      "more than the checker visits",
      theorem,
    );
  }
});

Deno.test("recomputeClaim() refuses gaps of a task that would take it a gigabyte, or minutes", () => {
  const refused: [string, number, number, (at: number) => number, RegExp][] = [
    [
      "second",
      1024,
      30,
      (at) => at < 1024 ? 1 : 0,
      /at most 40000000 row maxima .*: take the same gap/,
    ],
    ["argmax", 1024, 4, () => 1, /at most 2000000000 sums .*: lower the gaps/],
  ];
  for (const [task, d_vocab, n_ctx, gap, words] of refused) {
    const model = zeros({ d_vocab, d_model: 1, d_head: 1, n_ctx });
    const answers = task === "second" ? d_vocab ** 2 : d_vocab * n_ctx - 1;
    const g = Array.from({ length: answers }, (_, at) => gap(at));
    const common = { format: "", arithmetic: "", model: weightsHash(model), sizes: model.config };
    const body = { ...common, task, theorem: "N5", parameters: { G: 1 }, hints: { g } };
    const { message } = assertThrows(() => recomputeClaim(body, model), Rejection);
    assertMatch(message, words);
  }
});

Deno.test("repeatDraws() refuses to hold the sizes of millions of sets", () => {
  const model = zeros({ d_vocab: 512, d_model: 1, d_head: 1, n_ctx: 2 });
  const g = new Array<number>(512 * 513 / 2).fill(100);
  const plan = {
    format: "",
    arithmetic: ARITHMETIC,
    model: weightsHash(model),
    sizes: model.config,
  };
  const parameters = { draws: 1, G: 1 };
  const { message } = assertThrows(
    () => repeatDraws({ ...plan, theorem: "sampled/N5", parameters, hints: { g } }, model),
    Rejection,
  );
  assertMatch(message, /at most 4000000 sets to draw from but found 1.3e\+7.*: lower the gaps/);
});

Deno.test("checkCertificate() refuses a text that would take it gigabytes to read", () => {
  const { accepted, line } = checkCertificate(" ".repeat(2e7 + 1), W1);
  assert(!accepted);
  const parts: [string, RegExp][] = [
    ["{},", /at most 1000 objects but found 1.0e\+5/],
    ['"a":0,', /at most 10000 quotes but found 2.0e\+5/],
    ["[],".repeat(21), /at most 2000000 lists but found 2.1e\+6/],
  ];
  for (const [part, words] of parts) {
    assertMatch(checkCertificate(`{"hints":[${part.repeat(1e5)}0]}`, W1).line, words);
  }
  assertMatch(line, /^rejected: expected at most 20000000 characters, .* but found 20000001: /);
});

Deno.test("spend() rejects a G that needs too many additions", () => {
  const meter = newMeter();
  spend(meter, 4e10);
  assertThrows(() => spend(meter, 2e10), Rejection, "lower G");
});

Deno.test("wholeCount() allows for a rounding per token and position, beyond 1e-12 where v is 512", () => {
  const count = 2 ** 170, roundings = 19 * 514;
  const most = wholeCount(count, { v: 512, F: 19, above: true });
  assert(most - BigInt(count) >= BigInt(count * roundings * 2 ** -53));
  const least = wholeCount(count, { v: 512, F: 19, above: false });
  assert(BigInt(count) - least >= BigInt(count * roundings * 2 ** -53));
  assertEquals(wholeCount(5, { v: 4, F: 3, above: true }), 5n);
});

Deno.test("checkMaxOfK() refuses sizes that no proof is made for", () => {
  const sizes = { d_vocab: 2, d_model: 1, d_head: 1, n_ctx: 2 };
  const refused: [Partial<MaxOfKConfig>, string][] = [
    [{ d_vocab: 1025 }, "d_vocab from 2 to 1024 but found 1025"],
    [{ n_ctx: 961 }, "at most 2^960 sequences but found 2^961"],
    [{ d_vocab: 1024, d_head: 64 }, "products"],
  ];
  for (const [change, words] of refused) {
    assertThrows(() => checkMaxOfK(zeros({ ...sizes, ...change })), TypeError, words);
  }
  checkMaxOfK(zeros({ ...sizes, n_ctx: 960 }));
});

Deno.test("loadMaxOfK() refuses float64, whose rounded weights are another model", async () => {
  const path = await Deno.makeTempFile();
  const bytes = encodeSafetensors(maxOfKToTensors(W1));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  let at = 0;
  for (const [name, info] of Object.entries<{ dtype: string; shape: number[] }>(header)) {
    if (name === "__metadata__") continue;
    const size = 8 * info.shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: "F64", shape: info.shape, data_offsets: [at, at += size] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  await Deno.writeFile(path, file);
  await assertRejects(() => loadMaxOfK(path), TypeError, "in float32 but found F64");
  await Deno.remove(path);
});

Deno.test("check-proof rejects a mark before the text, and a file of 1 GB", async () => {
  const folder = await Deno.makeTempDir();
  const model = join(folder, "model.safetensors"), file = join(folder, "n4.json");
  await saveMaxOfK(model, W1);
  await Deno.writeTextFile(file, "\uFEFF" + certificate);
  const lines: string[] = [], log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    assertEquals(await checkProof([file, "--model", model]), 1);
  } finally {
    console.log = log;
  }
  assertMatch(lines[0], /^rejected: no JSON/);
  await Deno.truncate(file, 1e9);
  await assertRejects(() => checkProof([file, "--model", model]), RangeError, "at most 20000000");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("canonicalJson() keeps a key named __proto__, so that it is seen and refused", () => {
  const text = '{"__proto__":{"G":32}}';
  assertEquals(canonicalJson(JSON.parse(text)), text);
  const body = canonicalJson(parseCertificate(certificate) as unknown as Json)
    .replace('{"G":32}', text);
  const whole = `${body.slice(0, -1)},"sha256":"${sha256(body)}"}\n`;
  assertEquals(checkCertificate(whole, W1).line, "rejected: G is missing");
});
