// Sums of whole numbers are exact in float32, whatever the order: equality, no tolerance.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { addDominant } from "../../../lib/interactions/formulas/dominant_matrix.ts";
import { dominantMatrices } from "../../../lib/interactions/pairs/dominant_matrix.ts";
import {
  addToTable,
  createPairTable,
  readTable,
} from "../../../lib/interactions/pairs/pair_table.ts";
import { blockPlayers } from "../../../lib/interactions/players/blocks.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";
import { hostPlayers, randomCoder, randomModel, randomText } from "../util.ts";

type Gpu = typeof devices[number]["gpu"];

/** Two parts added to a table of `rows`, and the same on the CPU. */
async function bothWays(
  gpu: Gpu,
  { rows, instances, whole }: { rows: number; instances: number; whole: boolean },
) {
  const random = stream(0, "table");
  using table = createPairTable(gpu, rows);
  const host = {
    sum: new Float64Array(rows),
    signed: new Float64Array(rows),
    max: new Float64Array(rows),
    count: new Uint32Array(rows),
  };
  for (const n of [instances, Math.ceil(instances / 3)]) {
    // Half of all instances are of one row: updates that several invocations would lose.
    const at = Uint32Array.from(
      { length: n },
      () => random.int(2) === 0 ? rows - 2 : random.int(rows),
    );
    const data = Float32Array.from(
      { length: n },
      () => whole ? random.int(7) - 3 : random.normal(),
    );
    using values = upload(gpu, { shape: [n], data });
    addToTable(table, { values, rows: at });
    at.forEach((row, k) => {
      host.sum[row] += Math.abs(data[k]);
      host.signed[row] += data[k];
      host.max[row] = Math.max(host.max[row], Math.abs(data[k]));
      host.count[row]++;
    });
  }
  return { found: await readTable(table), host, parts: table.parts.length };
}

for (const { gpu, name } of devices) {
  Deno.test(`addToTable() loses no update, however many instances one pair has, ${name}`, async () => {
    const { found, host } = await bothWays(gpu, { rows: 50, instances: 70_000, whole: true }); // more than one launch takes
    for (const key of ["sum", "signed", "max", "count"] as const) {
      assertEquals([...found[key]], [...host[key]], key);
    }
    const real = await bothWays(gpu, { rows: 50, instances: 3000, whole: false });
    for (const key of ["sum", "signed", "max"] as const) {
      assertClose(real.found[key], real.host[key], { name: key, rtol: 1e-5 });
    }
    const again = await bothWays(gpu, { rows: 50, instances: 3000, whole: false });
    assertEquals(again.found, real.found); // bit for bit
  });
}

Deno.test("a table beyond the binding limit lies in pieces and holds the same", async () => {
  using tiny = await openGpu({ maxBinding: 4096 });
  const { found, host, parts } = await bothWays(tiny, { rows: 1000, instances: 800, whole: true });
  assertEquals(parts, 4);
  for (const key of ["sum", "signed", "max", "count"] as const) {
    assertEquals([...found[key]], [...host[key]], key);
  }
});

Deno.test("addToTable() refuses rows beyond the table, and values without a row", () => {
  const [{ gpu }] = devices;
  using table = createPairTable(gpu, 3);
  using values = upload(gpu, { shape: [2], data: Float32Array.of(1, 2) });
  assertThrows(
    () => addToTable(table, { values, rows: Uint32Array.of(1, 3) }),
    RangeError,
    "rows below 3 but found 3",
  );
  assertThrows(
    () => addToTable(table, { values, rows: Uint32Array.of(1) }),
    RangeError,
    "pass a row for each value",
  );
});

Deno.test("dominantMatrices() is the published metric without its lost updates", async () => {
  const [{ gpu }] = devices,
    model = randomModel(gpu),
    coder = randomCoder(),
    text = randomText(18),
    { d_sae } = coder.config;
  const found = await dominantMatrices(model, coder, text);
  const wanted = found.map(() => new Float64Array(d_sae * d_sae));
  for await (
    const { part: { active }, block: { layer }, players } of blockPlayers(model, coder, text)
  ) {
    const host = await hostPlayers(players);
    for (let t = 0; t < active.tokens; t++) {
      const entries = Array.from(
        { length: active.start[t + 1] - active.start[t] },
        (_, e) => active.start[t] + e,
      );
      const a = entries.map((entry) =>
        Array.from({ length: players.d_mlp }, (_, k) => host.a(entry, k))
      );
      addDominant(wanted[layer], {
        latents: entries.map((e) => active.latent[e]),
        a,
        out_norms: host.out_norms,
      });
    }
  }
  found.forEach(({ layer, matrix }) => {
    assertClose(matrix, wanted[layer].map((sum) => sum / (18 * 7)), {
      name: `block ${layer}`,
      rtol: 1e-5,
    });
    assert(matrix[1] !== matrix[d_sae] && matrix[0] === 0);
  });
});
