/** The players of a proof: what the dictionary says, and nothing beside it. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { upload } from "../../tensor/tensor.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { mlpOf } from "../players/mlp.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { reconstruction } from "../ranking/reconstruction.ts";

/** A block of a model, and the site of a folded crosscoder that its MLP reads. */
export type ProofBlock = { model: LanguageModel; coder: Crosscoder; layer: number; site: number };

/** Players whose input is x̂: no error node is among them, and c is that of bias and b_dec alone. */
export async function playersOfReconstruction(
  { model, coder, layer, site }: ProofBlock,
  active: ActiveLatents,
): Promise<Players> {
  using xhat = upload(model.gpu, reconstruction(active, coder, site));
  const x = coder.config.sites.map(() => xhat); // this site's is all that is read
  const mlp = await mlpOf(model, layer);
  return makePlayers(model.gpu, { mlp, coder, site, part: { active, x } });
}
