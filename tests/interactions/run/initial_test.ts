import { assertAlmostEquals, assertEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { initialise } from "../../../lib/crosscoder/initialise.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { normOverSites } from "../../../lib/interactions/run/initial.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload } from "../../../lib/tensor/tensor.ts";

Deno.test("normOverSites() leaves decoder vectors of norm 1 over all sites, the encoder their transpose", async () => {
  using gpu = await openGpu();
  const sites = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_mid", "blocks.0.hook_resid_post"];
  const activation = { kind: "batchtopk", k: 2 } as const, d_in = 4, d_sae = 6;
  const config = coderConfig({ sites, d_in, d_sae, recipe: "batchtopk", activation });
  const random = stream(0, "initial");
  using table = upload(gpu, { shape: [64, 12], data: random.normals(64 * 12) });
  const pool = { tables: [table], rows: 64 };
  const { arrays } = normOverSites(await initialise(gpu, config, { pool, random }));
  const { W_dec: { data }, W_enc } = arrays;
  for (let i = 0; i < d_sae; i++) {
    assertAlmostEquals(Math.hypot(...data.slice(i * 12, (i + 1) * 12)), 1, 1e-6);
    for (let n = 0; n < 12; n++) assertEquals(W_enc.data[n * d_sae + i], data[i * 12 + n]);
  }
});
