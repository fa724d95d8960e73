/**
 * Phase `proof`: what a compact proof of the model would have to add up, layer by layer, how long it
 * would be, and certificates of each layer's interaction residual that the checker accepts. They lie
 * beside the result, with the encodings that they speak of.
 * @module
 */
import { stream } from "../../../numerics/random.ts";
import { mlpOf, mlpSites } from "../../players/mlp.ts";
import { pairsNeeded } from "../../proof/pairs_needed.ts";
import { plainMlp } from "../../proof/plain_mlp.ts";
import { readWhole } from "../../proof/read_text.ts";
import { playersOfReconstruction } from "../../proof/reconstruction_players.ts";
import { mlpStep, transitions } from "../../proof/transition.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import { certificates } from "./proof_certificates.ts";
import { PROOF, type Proof } from "./proof_form.ts";
import { lengths } from "./proof_lengths.ts";

/** The proofs of one run, of ft1 on held-out text. */
export const proof: Phase<Proof> = {
  name: "proof",
  title: "certificates and lengths of proofs",
  format: 2,
  needs: [],
  models: ["ft1"],
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "all"],
  settings: ({ proof, seeds }) => ({ proof, seeds }),
  form: PROOF,
  async make(work) {
    const { points, tokens } = await lengths(work);
    return {
      ...await certificates(work),
      transitions: await steps(work),
      needed: await needs(work),
      tokens,
      points,
    };
  },
};

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
  const { seed } = sources, model = await sources.model("ft1");
  const coder = await sources.coder("mlp");
  const sequences = sources.text("heldOut", settings.proof.pairs);
  const { active } = await readWhole({ model, coder, text: sequences });
  const found = [];
  for (const { layer, site } of mlpSites(model, coder)) {
    using players = await playersOfReconstruction({ model, coder, layer, site }, active);
    const random = stream(seed, "proof").stream(`orders ${layer}`);
    found.push({ layer, ...await pairsNeeded(players, random) });
  }
  return found;
}
