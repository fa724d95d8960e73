// Decoder norms by the kernel of CPU adapters and by that of GPUs: the same sums in the same order.
import { assertEquals } from "@std/assert";
import { decoderNormsInto } from "../../lib/crosscoder/decoder_norms.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";

// Latents that share a workgroup, sites of several runs, and a latent with more runs than a workgroup has invocations.
for (const [d_sae, n_sites, d_in] of [[70, 3, 12], [9, 2, 300], [3, 60, 516]]) {
  Deno.test(`decoderNormsInto() finds the norms of [${d_sae}, ${n_sites}, ${d_in}] on either kind of adapter`, async () => {
    const data = random(1, d_sae * n_sites * d_in), found = [];
    for (const isCpu of [true, false]) {
      using gpu = await openGpu({ pretend: { isCpu } });
      const W_dec = upload(gpu, { shape: [d_sae, n_sites, d_in], data });
      const { norms, site_norms } = decoderNormsInto(W_dec, zeros(gpu, [d_sae]));
      found.push(await readTensors([norms, site_norms]));
    }
    assertEquals(found[0], found[1]);
    const wanted = Array.from(
      { length: d_sae * n_sites },
      (_, i) => Math.hypot(...data.subarray(i * d_in, (i + 1) * d_in)),
    );
    assertClose(found[0][1], wanted, { name: "site_norms", rtol: 1e-6 });
    const sums = Array.from(
      { length: d_sae },
      (_, i) => wanted.slice(i * n_sites, (i + 1) * n_sites).reduce((a, b) => a + b),
    );
    assertClose(found[0][0], sums, { name: "norms", rtol: 1e-6 });
  });
}
