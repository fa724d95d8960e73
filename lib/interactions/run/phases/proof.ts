/**
 * Phase `proof`: what a compact proof of the model would have to add up, layer by layer, how long it
 * would be, and certificates of each layer's interaction residual that the checker accepts. They lie
 * beside the result, with the encodings that they speak of.
 * @module
 */
import { join } from "node:path";
import { having, list, number, oneOf, orNull, text, whole } from "../../../io/form.ts";
import { stream } from "../../../numerics/random.ts";
import { upload } from "../../../tensor/tensor.ts";
import { mlpOf, mlpSites } from "../../players/mlp.ts";
import { makePlayers } from "../../players/players.ts";
import { certifyResidual, writeEncodings } from "../../proof/certify.ts";
import type { ResidualClaim } from "../../proof/checker/certificate.ts";
import { checkResidual } from "../../proof/checker/check.ts";
import { type Method, METHODS } from "../../proof/checker/residual.ts";
import { breakEven, type ProofLength, proofLength } from "../../proof/length.ts";
import { type PairsNeeded, pairsNeeded } from "../../proof/pairs_needed.ts";
import { plainMlp } from "../../proof/plain_mlp.ts";
import { type ReadText, readWhole } from "../../proof/read_text.ts";
import { keepFewer, pairsMet, unexplained } from "../../proof/smaller.ts";
import { mlpStep, type Transition, transitions } from "../../proof/transition.ts";
import { reconstruction } from "../../ranking/reconstruction.ts";
import { CODER_NAMES, type CoderName } from "../names.ts";
import type { Phase, PhaseWork } from "../phase.ts";

/** One claim, and the verdict of the checker on the certificate that holds it. */
export type Certified = ResidualClaim & {
  layer: number;
  method: Method;
  tokens: number;
  file: string;
  verdict: string;
};

/** A dictionary, as it was trained or with fewer latents, and its proof's length over `tokens` tokens. */
export type ProofPoint = {
  coder: CoderName;
  number: number;
  trained: boolean;
  d_sae: number;
  L0: number;
  FVU: number;
  pairs: number;
  /** From how many tokens on the layers' proof is shorter, with the pairs that met here; null: never. */
  breakEven: number | null;
  length: ProofLength;
};

/** What the phase leaves. */
export type Proof = {
  certified: Certified[];
  /** By block, of the dictionary of all sites. */
  transitions: ({ layer: number } & Transition)[];
  needed: ({ layer: number } & PairsNeeded)[];
  tokens: number;
  points: ProofPoint[];
};

const size = number({ least: 0 });
const LENGTH = having({ total: size, bruteForce: size, ratio: size });
const FORM = having({
  certified: list(having({
    layer: whole(0),
    method: oneOf(METHODS),
    tokens: whole(1),
    mean: size,
    max: size,
    share: orNull(size),
    file: text,
    verdict: text,
  })),
  transitions: list(having({ layer: whole(0), delta: size, singlesSum: size, residual: size })),
  needed: list(having({
    layer: whole(0),
    pairs: whole(0),
    residual: size,
    deviation: size,
    needed: list(having({ epsilon: size, byBound: whole(0), byNorm: whole(0) })),
  })),
  tokens: whole(1),
  points: list(having({
    coder: oneOf(CODER_NAMES),
    d_sae: whole(1),
    L0: size,
    FVU: size,
    pairs: whole(0),
    breakEven: orNull(size),
    length: LENGTH,
  })),
});

/** The proofs of one run, of ft1 on held-out text. */
export const proof: Phase<Proof> = {
  name: "proof",
  title: "certificates and lengths of proofs",
  format: 1,
  needs: [],
  models: ["ft1"],
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "all"],
  settings: ({ proof, seeds }) => ({ proof, seeds }),
  form: FORM as unknown as Phase<Proof>["form"],
  async make(work) {
    const { points, tokens } = await lengths(work);
    return {
      certified: await certificates(work),
      transitions: await steps(work),
      needed: await needs(work),
      tokens,
      points,
    };
  },
};

/** Every block by the exact residual; the last one by every method. */
async function certificates({ sources, settings, folder }: PhaseWork): Promise<Certified[]> {
  const model = await sources.model("ft1"), coder = await sources.coder("mlp");
  const sequences = sources.text("heldOut", settings.proof.certified);
  const { active } = await readWhole({ model, coder, text: sequences });
  const encodings = join(folder, "encodings.safetensors");
  await writeEncodings(encodings, active);
  const files = {
    model: await sources.modelFolder("ft1"),
    coder: await sources.coderFolder("mlp"),
    encodings,
  };
  const places = mlpSites(model, coder), certified: Certified[] = [];
  for (const place of places) {
    for (const method of place === places.at(-1) ? METHODS : ["exact" as const]) {
      const file = `residual-${place.layer}-${method}.json`;
      const path = join(folder, file);
      const { claim } = await certifyResidual(files, { ...place, method, path });
      const { layer } = place, { tokens } = active;
      certified.push({ layer, method, tokens, ...claim, file, verdict: "" });
    }
  }
  const best = certified.findLast(({ method }) => method === "exact")!;
  const { line } = await checkResidual(await Deno.readTextFile(join(folder, best.file)), files);
  best.verdict = line;
  return certified;
}

/** δ of every block, by the dictionary of all sites. */
async function steps({ sources, settings }: PhaseWork): Promise<Proof["transitions"]> {
  const model = await sources.model("ft1"), coder = await sources.coder("all");
  const sequences = sources.text("heldOut", settings.proof.transitions);
  const { active } = await readWhole({ model, coder, text: sequences });
  const found = [];
  for (const { layer, site } of mlpSites(model, coder)) {
    const step = mlpStep(coder, layer);
    if (step === undefined) continue;
    const plain = plainMlp({ mlp: await mlpOf(model, layer), coder, site });
    found.push({ layer, ...transitions({ plain, coder, step }, active) });
  }
  return found;
}

/** Pairs to look at, block by block, of the reconstruction: no error node is among the players. */
async function needs({ sources, settings }: PhaseWork): Promise<Proof["needed"]> {
  const { gpu, seed } = sources, model = await sources.model("ft1");
  const coder = await sources.coder("mlp");
  const sequences = sources.text("heldOut", settings.proof.pairs);
  const { active } = await readWhole({ model, coder, text: sequences });
  const found = [];
  for (const { layer, site } of mlpSites(model, coder)) {
    using xhat = upload(gpu, reconstruction(active, coder, site));
    const x = coder.config.sites.map(() => xhat); // this site's is all that is read
    const mlp = await mlpOf(model, layer);
    using players = makePlayers(gpu, { mlp, coder, site, part: { active, x } });
    const random = stream(seed, "proof").stream(`orders ${layer}`);
    found.push({ layer, ...await pairsNeeded(players, random) });
  }
  return found;
}

/** Dictionaries of the run, and the first one with fewer latents, over one text. */
async function lengths(work: PhaseWork): Promise<{ points: ProofPoint[]; tokens: number }> {
  const { sources, settings: { proof, seeds } } = work, model = await sources.model("ft1");
  const text = sources.text("heldOut", proof.lengths), points: ProofPoint[] = [];
  const kinds: [CoderName, number][] = [
    ...Array.from({ length: seeds }, (_, n): [CoderName, number] => ["mlp", n]),
    ["jumprelu", 0],
    ["all", 0],
  ];
  let tokens = 0;
  for (const [name, number] of kinds) {
    const coder = await sources.coder(name, number);
    const sites = mlpSites(model, coder).map(({ site }) => site);
    const read = await readWhole({ model, coder, text }, sites);
    tokens = read.active.tokens;
    const { d_sae } = coder.config, most = mostAt(read);
    const whole = { d_sae, k: most };
    const grid = name === "mlp" && number === 0 ? smallerOnes(d_sae, proof.ks) : [];
    for (const kept of [whole, ...grid]) {
      const active = kept === whole ? read.active : keepFewer(coder, read.active, kept);
      const FVU = sites.reduce(
        (sum, site) => sum + unexplained(coder, active, { x: read.x.get(site)!, site }),
        0,
      ) / sites.length;
      const { length, pairs, L0, even } = await lengthOf(work, active, kept.d_sae);
      const point = { coder: name, number, trained: kept === whole, d_sae: kept.d_sae };
      points.push({ ...point, L0, FVU, pairs, breakEven: even, length });
    }
  }
  return { points, tokens };
}

function mostAt({ active: { start, tokens } }: ReadText): number {
  let most = 0;
  for (let t = 0; t < tokens; t++) most = Math.max(most, start[t + 1] - start[t]);
  return most;
}

function smallerOnes(d_sae: number, ks: readonly number[]) {
  return [d_sae / 8, d_sae / 4, d_sae / 2, d_sae].flatMap((count) =>
    ks.map((k) => ({ d_sae: Math.floor(count), k }))
  );
}

async function lengthOf(
  { sources }: PhaseWork,
  active: ReadText["active"],
  d_sae: number,
): Promise<{ length: ProofLength; pairs: number; L0: number; even: number | null }> {
  const model = await sources.model("ft1"), { d_model, n_layers, d_vocab } = model.config;
  const d_mlp = (await mlpOf(model, 0)).b_in.data.length;
  const sizes = { d_model, n_layers, d_vocab, d_mlp };
  const L0 = active.latent.length / active.tokens, pairs = pairsMet(active);
  const dictionary = { d_sae, L0, pairs };
  const length = proofLength(sizes, { tokens: active.tokens, ...dictionary });
  const even = breakEven(sizes, dictionary);
  return { length, pairs, L0, even: Number.isFinite(even) ? even : null };
}
