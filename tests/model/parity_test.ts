// Fixtures: tests/fixtures/parity.py, one file a case: logits, every hook, loss, all gradients and greedy continuations
// of transformers 5.24 and TransformerLens 3.9 for weights that both sides make of hashes.
import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { caseFile, DIGESTS, LARGE, parityErrors, readCase } from "./parity.ts";

/** Relative, in float32; the worst seen is in the table that tests/model/parity_table.ts prints. */
const MOST = 1e-4;

for (const name of Object.keys(DIGESTS).filter((name) => !LARGE.includes(name))) {
  Deno.test(`${name}: logits, hooks, loss, gradients and greedy tokens are transformers'`, async () => {
    using gpu = await openGpu();
    for (
      const [group, { error, at }] of Object.entries(await parityErrors(gpu, await readCase(name)))
    ) {
      assert(error <= MOST, `${group}: ${error} at ${at}`);
    }
  });
}

Deno.test("the cases of parity are those that their script made", async () => {
  for (const [name, digest] of Object.entries(DIGESTS)) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(caseFile(name)));
    assertEquals(new Uint8Array(hash).toHex(), digest, name);
  }
});
