/**
 * Forced answers read once, unedited, with what their latents are: what edits of a second pass over
 * the same tokens are made of. The features of an all-layer crosscoder need all sites, so that they
 * cannot be read in the pass that is edited.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { mlpOf, mlpSites } from "../players/mlp.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { type Forced, type ForcedPart, forcedParts, lengthOf } from "../../model/forced/forced.ts";

/** Answers of a part: `active` has no latents at padding; `players` by block that has a site. */
export type ReadPart = ForcedPart & {
  active: ActiveLatents;
  players: { layer: number; players: Players }[];
};

/** All of them; dispose of it when done. */
export type ForcedText = {
  model: LanguageModel;
  d_sae: number;
  forced: readonly Forced[];
  parts: ReadPart[];
  [Symbol.dispose](): void;
};

/** Reads answers through the model and a folded crosscoder on MLP inputs; throws where it has none. */
export async function readForced(
  model: LanguageModel,
  coder: Crosscoder,
  forced: readonly Forced[],
): Promise<ForcedText> {
  using owned = new DisposableStack();
  const sites = mlpSites(model, coder);
  const mlps = await Promise.all(sites.map(({ layer }) => mlpOf(model, layer)));
  const parts: ReadPart[] = [];
  for (const given of forcedParts(forced)) {
    const { forced: own, pos, sequences } = given;
    for await (const part of textParts(model, coder, sequences, { sequences: own.length })) {
      const active = without(part.active, (t) => t % pos >= lengthOf(own[Math.floor(t / pos)]));
      const players = sites.map(({ layer, site }, n) => ({
        layer,
        players: owned.use(
          makePlayers(model.gpu, { mlp: mlps[n], coder, site, part: { active, x: part.x } }),
        ),
      }));
      parts.push({ ...given, active, players });
    }
  }
  const kept = owned.move();
  return {
    ...{ model, d_sae: coder.config.d_sae, forced, parts },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** The active latents without those of some tokens. */
function without(
  { tokens, d_sae, start, latent, act }: ActiveLatents,
  left: (token: number) => boolean,
): ActiveLatents {
  const kept: number[] = [], starts = new Uint32Array(tokens + 1);
  for (let t = 0; t < tokens; t++) {
    if (!left(t)) { for (let e = start[t]; e < start[t + 1]; e++) kept.push(e); }
    starts[t + 1] = kept.length;
  }
  return {
    ...{ tokens, d_sae, start: starts },
    latent: Uint32Array.from(kept, (e) => latent[e]),
    act: Float32Array.from(kept, (e) => act[e]),
  };
}
