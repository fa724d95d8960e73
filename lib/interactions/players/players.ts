/**
 * What interacts at the MLP of one block, on the device: the active latents of a part of a text,
 * what each tells each neuron, and what is left of the neurons' pre-activations.
 *
 *   a_ik = f_i ⟨w_in,k, d_i⟩ = act w[i, k]      z_k: the model's own pre-activation      c_k = z_k − Σ_i a_ik
 *
 * Bias, b_dec and error node are inside c, players of their own that are never spread over latents.
 * Contributions a are never written down: kernels read w by the number of the latent.
 * @module
 */
import contextSource from "../../../kernels/interactions/context.wgsl" with { type: "text" };
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import { expectTensors } from "../../tensor/expect.ts";
import { launch } from "../../tensor/launch.ts";
import { linear } from "../../tensor/ops/linear.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { withoutGradient } from "../../tensor/tape.ts";
import { empty, type HostArray, type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import { rowNorms } from "../arrays.ts";
import { type ActiveLatents, checkActive } from "../../crosscoder/active_latents.ts";
import type { Mlp } from "./mlp.ts";

/**
 * The entries of token t are `start[t]` to `start[t + 1]`, without the last: start u32 [tokens + 1],
 * latent u32 and act f32 [entries] (one value of no meaning where there are no entries). w [d_sae,
 * d_mlp], z and c [tokens, d_mlp], W_out [d_mlp, d_model] with the norms of its rows [d_mlp].
 * Dispose of them when done.
 */
export type Players = {
  gpu: Gpu;
  tokens: number;
  entries: number;
  d_mlp: number;
  activation: ActivationName;
  active: ActiveLatents;
  start: Tensor;
  latent: Tensor;
  act: Tensor;
  w: Tensor;
  z: Tensor;
  c: Tensor;
  W_out: Tensor;
  out_norms: Tensor;
  [Symbol.dispose](): void;
};

/**
 * The players of a part of a text. `site`: the number of the crosscoder's site that is the MLP's
 * input. Throws where MLP, crosscoder and part do not fit together, and where a tensor would not
 * fit into a binding.
 */
export function makePlayers(
  gpu: Gpu,
  { mlp, coder, site, part }: {
    mlp: Mlp;
    coder: Crosscoder;
    site: number;
    part: { active: ActiveLatents; x: readonly Tensor[] };
  },
): Players {
  checkSite(mlp, coder, site);
  const { active, x } = part, { tokens } = active, [d_mlp, d_model] = mlp.W_in.shape;
  checkActive(ACTION, active);
  checkLatents(active, coder);
  expectTensors(ACTION, { [`x[${site}]`]: [x[site], { shape: [tokens, d_model] }] });
  checkRoom(gpu, { "w [d_sae, d_mlp]": coder.config.d_sae, "z [tokens, d_mlp]": tokens }, d_mlp);
  using owned = new DisposableStack();
  const decoder = upload(gpu, decoderOf(coder, site));
  const W_in = upload(gpu, mlp.W_in), b_in = upload(gpu, mlp.b_in);
  const w = owned.use(matmul(decoder, W_in, "NT"));
  const z = owned.use(linear(x[site], W_in, { bias: b_in }));
  for (const tensor of [decoder, W_in, b_in]) tensor.release();
  const entries = owned.use(uploadActive(gpu, active));
  const c = owned.use(contextOf({ ...entries, w, z }));
  const W_out = owned.use(upload(gpu, mlp.W_out));
  const norms = Float32Array.from(rowNorms(mlp.W_out.data, d_mlp));
  const out_norms = owned.use(upload(gpu, { shape: [d_mlp], data: norms }));
  const kept = owned.move();
  const { activation } = mlp, { start, latent, act } = entries;
  return {
    gpu,
    tokens,
    entries: active.latent.length,
    d_mlp,
    activation,
    active,
    start,
    latent,
    act,
    w,
    z,
    c,
    W_out,
    out_norms,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

const ACTION = "make players";

/** c = z − Σ a of z [tokens, d_mlp], shaped like it. */
function contextOf(
  { z, ...given }: Pick<Players, "start" | "latent" | "act" | "w" | "z">,
): Tensor {
  const c = empty(z.gpu, z.shape), ld = z.pitch / 4;
  launch(z.gpu, { name: "interactions/context", source: contextSource, entry: "main" }, {
    tensors: { ...given, z, c },
    params: { tokens: z.rows, ld },
    invocations: [ld, z.rows],
  });
  return withoutGradient("makePlayers", c, [z]);
}

function uploadActive(gpu: Gpu, { start, latent, act }: ActiveLatents) {
  const none = latent.length === 0;
  const tensors = {
    start: uploadIds(gpu, [start.length], start),
    latent: uploadIds(gpu, [latent.length || 1], none ? [0] : latent),
    act: upload(gpu, { shape: [act.length || 1], data: none ? new Float32Array(1) : act }),
  };
  return {
    ...tensors,
    [Symbol.dispose]: () => Object.values(tensors).forEach((tensor) => tensor.release()),
  };
}

/** What the latents write at one site, [d_sae, d_in]. */
export function decoderOf({ config, arrays: { W_dec } }: Crosscoder, site: number): HostArray {
  const { d_sae, d_in, sites } = config, data = new Float32Array(d_sae * d_in);
  for (let i = 0; i < d_sae; i++) {
    const from = (i * sites.length + site) * d_in;
    data.set(W_dec.data.subarray(from, from + d_in), i * d_in);
  }
  return { shape: [d_sae, d_in], data };
}

function checkSite({ layer, W_in }: Mlp, { config }: Crosscoder, site: number): void {
  const { sites, d_in, folded } = config, wanted = `blocks.${layer}.ln2.hook_normalized`;
  const refuse = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot ${ACTION}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (!folded) refuse("a folded crosscoder", "one that is not", "fold it, x are raw activations");
  if (sites[site]?.hook !== wanted) {
    const found = sites[site] === undefined ? "none" : siteName(sites[site]);
    refuse(`site ${site} to be the input of this MLP, ${wanted},`, found, "see mlpSites");
  }
  if (W_in.shape[1] !== d_in) {
    refuse(`a crosscoder of d_in ${W_in.shape[1]}`, `${d_in}`, "take one of this model");
  }
}

/** The latents are numbers of rows of the decoder. */
function checkLatents({ d_sae }: ActiveLatents, { config }: Crosscoder): void {
  if (d_sae === config.d_sae) return;
  throw new RangeError(
    `Cannot ${ACTION}: expected active latents of a crosscoder of d_sae ${config.d_sae} but found ` +
      `those of ${d_sae}: read the text with this crosscoder`,
  );
}

/** Kernels bind these as a whole. */
function checkRoom(gpu: Gpu, rows: Record<string, number>, d_mlp: number): void {
  for (const [name, count] of Object.entries(rows)) {
    const bytes = 16 * Math.ceil(d_mlp / 4) * count;
    if (bytes <= gpu.maxBinding) continue;
    throw new RangeError(
      `Cannot ${ACTION}: expected ${name} to fit into a binding of ${gpu.maxBinding} bytes but found ` +
        `${bytes}: read fewer sequences a part, or take a smaller crosscoder`,
    );
  }
}
