// Fixtures: tests/fixtures/parity.py, one file a case: logits, every hook, loss, all gradients and greedy continuations
// of transformers 5.24 and TransformerLens 3.9 for weights that both sides make of hashes.
import { assert, assertEquals } from "@std/assert";
import { devices } from "../tensor/gpu_util.ts";
import { hookNames } from "../../lib/model/hooks.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import {
  caseFile,
  caseModel,
  DIGESTS,
  LARGE,
  parityErrors,
  readCase,
  sequences,
} from "./parity.ts";

/** Relative, in float32; the worst seen is in the table that tests/model/parity_table.ts prints. */
const MOST = 1e-4;

const CASES = Object.keys(DIGESTS).filter((name) => !LARGE.includes(name));
/** Those of 500 positions would take a CPU minutes without subgroups. */
const SHORT = CASES.filter((name) => !name.endsWith("_80"));

for (const { name: kind, gpu } of devices) {
  for (const name of kind === "subgroups" ? CASES : SHORT) {
    const title =
      `${name}, ${kind}: logits, hooks, loss, gradients and greedy tokens are transformers'`;
    Deno.test(title, async () => {
      const errors = await parityErrors(gpu, await readCase(name));
      for (const [group, { error, at }] of Object.entries(errors)) {
        assert(error <= MOST, `${group}: ${error} at ${at}`);
      }
    });
  }
}

for (const name of CASES.filter((name) => /_(6|7|10|12)$/.test(name))) {
  Deno.test(`${name}: a run with every hook leaves no memory behind`, async () => {
    const [{ gpu }] = devices, { tensors, ...made } = await readCase(name);
    const model = caseModel(gpu, { tensors, ...made }), rows = sequences(tensors.tokens);
    const bytes: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { logits, cache } = runWithCache(model, rows, hookNames(model));
      for (const tensor of [logits, ...cache.values()]) tensor.release();
      bytes.push(gpu.memory.bytes);
    }
    assertEquals(bytes[2], bytes[1]);
  });
}

Deno.test("the cases of parity are those that their script made", async () => {
  for (const [name, digest] of Object.entries(DIGESTS)) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(caseFile(name)));
    assertEquals(new Uint8Array(hash).toHex(), digest, name);
  }
});
