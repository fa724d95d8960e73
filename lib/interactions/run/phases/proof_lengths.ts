/** The lengths of proofs by several dictionaries, for the phase `proof`. @module */
import { mlpOf, mlpSites } from "../../players/mlp.ts";
import { breakEven, type ProofLength, proofLength } from "../../proof/length.ts";
import { type ReadText, readWhole } from "../../proof/read_text.ts";
import { keepFewer, pairsMet, unexplained } from "../../proof/smaller.ts";
import type { CoderName } from "../names.ts";
import type { PhaseWork } from "../phase.ts";
import type { ProofPoint } from "./proof_form.ts";

/** Dictionaries of the run, and the first one with fewer latents, over one text. */
export async function lengths(work: PhaseWork): Promise<{ points: ProofPoint[]; tokens: number }> {
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
