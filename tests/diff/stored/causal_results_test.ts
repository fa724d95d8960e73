// causal.json of tests/diff/synthetic_causal.ts, changed one thing at a time.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  type CausalResults,
  readCausal,
  type StoredCausal,
} from "../../../lib/diff/stored/causal_results.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { storedCausal, syntheticCausal } from "../synthetic_causal.ts";

const d_sae = 43;

async function read(change: (causal: StoredCausal) => unknown) {
  const folder = await Deno.makeTempDir();
  try {
    const causal = storedCausal(d_sae);
    const changed = change(causal);
    await writeJson(join(folder, "stagewise", "causal.json"), changed ?? causal);
    return await readCausal(folder, { d_sae });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readCausal() gives what was written, or why sites could not be edited", async () => {
  assertEquals(await read(() => {}), syntheticCausal(d_sae));
  assertEquals(await read(() => ({ refused: "Cannot ask" })), { refused: "Cannot ask" });
});

Deno.test("readCausal() passes the verdicts itself", async () => {
  const causal = await read((c) => {
    c.dictionaries.DF.floor!.halves[0].KL = 7; // more than any latent repairs
    c.dictionaries.MF.latents[0].clean = 0.2;
  });
  const { DF, MF } = (causal as CausalResults).dictionaries;
  assertEquals([DF.latents[0].necessary, DF.latents[0].causal], [true, false]);
  assertEquals([MF.latents[0].necessary, MF.latents[0].causal], [true, false]);
});

Deno.test("readCausal() reads dictionaries that are silent: none of their latents is necessary", async () => {
  const causal = await read((c) => void Object.assign(c.dictionaries.DF, { floor: null, own: [] }));
  const { DF } = (causal as CausalResults).dictionaries;
  assertEquals(DF.latents.some(({ necessary, causal }) => necessary || causal), false);
});

const FAULTS: [name: string, change: (causal: StoredCausal) => unknown, says: string][] = [
  ["a latent too few", (c) => void c.dictionaries.DF.latents.pop(), "a list of 43"],
  ["a latent beyond", (c) => void (c.sets.MF.edits[0].latents = [43]), "from 0 to 42 but found 43"],
  ["an effect that was NaN", (c) => void (c.dictionaries.MF.latents[3].KL = NaN), "KL"],
  ["a share above 1", (c) => void (c.dictionaries.DF.latents[3].payload = 2), "payload"],
  ["no null baseline", (c) => void delete c.dictionaries["null-MF"], "dictionary null-MF"],
  [
    "more than all",
    (c) => void (c.nothing.payload.count = 17),
    "counts of 16 prompts but found 17 of 16",
  ],
  ["another number of prompts", (c) => void (c.sets.DF.curve[1].judged.words[2].of = 15), "of 15"],
  ["steering on other prompts", (c) => void (c.steering[0].success.of = 20), "found 12 of 20"],
  [
    "another number of judged prompts",
    (c) => void (c.prompts.judged = 15),
    "counts of 15 prompts but found 16 of 16",
  ],
  [
    "a set of another size",
    (c) => void (c.sets.MF.curve[1].size = 3),
    "3 latents by truth of MF but found 2",
  ],
  ["an unknown order", (c) => void (c.sets.DF.curve[0].order = "chance" as never), "order"],
  ["a field of another version", (c) => ({ ...c, setz: 1 }), "sets"],
  ["a list", () => [], "an object"],
  ["results beside a refusal", (c) => ({ ...c, refused: "Cannot ask" }), "refused"],
  ["a stored verdict", (c) => ({
    ...c,
    dictionaries: syntheticCausal(d_sae).dictionaries,
  }), "necessary"],
  [
    "a necessary latent without its clean cost",
    (c) => void delete c.dictionaries.DF.latents[5].clean,
    "the clean cost of latent 5 of DF, which is necessary, but found none",
  ],
  [
    "a necessary latent without random vectors",
    (c) => void c.dictionaries.DF.own.pop(),
    "random vectors that keep norms and angles of latent 5 of DF",
  ],
];

for (const [name, change, says] of FAULTS) {
  Deno.test(`readCausal() refuses ${name}`, async () => {
    await assertRejects(() => read(change), Error, says);
  });
}
