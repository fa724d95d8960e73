/** What pair metrics need of a neuron at a token, whatever the pair. @module */
import source from "../../../kernels/interactions/token_terms.wgsl" with { type: "text" };
import { gaussLegendre } from "../../numerics/gauss_legendre.ts";
import { launch } from "../../tensor/launch.ts";
import { empty, type Tensor, upload } from "../../tensor/tensor.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import type { Players } from "../players/players.ts";
import { phiKernel } from "./phi.ts";

/** Nodes of the quadrature; the kernel's loop has as many turns. */
const POINTS = 24;

/** φ(z) − φ(c), [tokens, d_mlp]: what all active latents together do at each neuron. */
export function effects(players: Players): Tensor {
  return term("effect", players, { z: players.z, c: players.c });
}

/** φ''(z), [tokens, d_mlp]. */
export function curvatures(players: Players): Tensor {
  return term("curvature", players, { z: players.z });
}

/**
 * ∫∫ αβ φ''(c + αβ S) over [0, 1]², S = z − c, [tokens, d_mlp]: what a_i a_j is multiplied with in
 * the integrated Hessian (Janizek, Sun and Lee 2021, JMLR 22/104). αβ has the density ln(1/u), so it
 * is one integral, ∫ u ln(1/u) φ''(c + uS) (derived here); of ReLU it has a closed form.
 */
export function integratedCurvatures(players: Players): Tensor {
  const { gpu, z, c, activation } = players;
  if (activation === "relu") return term("integrated", players, { z, c });
  const { points, weights } = gaussLegendre(POINTS);
  const data = new Float32Array(4 * POINTS);
  // u = v² leaves v³ ln(1/v), which polynomials meet well.
  points.forEach((v, n) => data.set([v * v, weights[n] * 4 * v ** 3 * Math.log(1 / v)], 4 * n));
  using rule = upload(gpu, { shape: [POINTS, 4], data });
  return term("integrated", players, { z, c, rule });
}

/**
 * osc φ' where some subset of the active latents reaches the neuron's curvature, else 0, [tokens,
 * d_mlp]: smooth nonlinearities have curvature everywhere.
 */
export function reaches(players: Players): Tensor {
  const { activation, start, latent, act, w, c } = players;
  return term("reach", players, activation === "relu" ? { start, latent, act, w, c } : {});
}

/** The entry with the largest |a| of each neuron at each token, u32 [tokens, d_mlp]. */
export function dominantEntries(players: Players): Tensor {
  const { gpu, z, start, latent, act, w } = players;
  const first = empty(gpu, z.shape, "u32");
  run("dominant", players, { start, latent, act, w, first });
  return first;
}

function term(entry: string, players: Players, tensors: Record<string, Tensor>): Tensor {
  const out = empty(players.gpu, players.z.shape);
  run(entry, players, { ...tensors, out });
  return out;
}

function run(entry: string, players: Players, tensors: Record<string, Tensor>): void {
  const { gpu, activation, tokens, z } = players, ld = z.pitch / 4;
  launch(gpu, phiKernel(activation, { name: "interactions/token_terms", source, entry }), {
    tensors,
    params: { tokens, ld, osc: nonlinearity(activation).osc },
    invocations: [ld, tokens],
  });
}
