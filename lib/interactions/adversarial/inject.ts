/**
 * Injection: a latent that is absent at a token is added there, at its mean strength, beside one that
 * is active; what both do together beyond what each does alone.
 *
 *   I(y) = y(x + j) − y(x) − y(x∖i + j) + y(x∖i),   x + j adds mu_j d_j at every MLP input at once
 *
 * Derived here; the token alone is run again, as in ablation.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { makeHooks } from "../../model/hooks.ts";
import { keepRun } from "../../model/keep_run.ts";
import { rowsOf } from "../../model/kept_rows.ts";
import { type LanguageModel, residual, unembed } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { measuresOf } from "../truth/at_token.ts";
import { fourPointLogits, fourPointNorms, uploadPoints } from "../truth/four_points.ts";
import { editsOf, prepareModes } from "../truth/modes.ts";
import { inputSites } from "../truth/outlets.ts";
import { uploadRemoval } from "../truth/remove_latents.ts";
import type { Measures } from "../truth/truth.ts";

/** Latent `j` is injected at `entry` of the active latents, beside the latent of that entry. */
export type Injection = { entry: number; token: number; j: number };

/** Injections that are measured at once. */
const AT_ONCE = 1024;

/** Sequences that are kept at once. */
const KEPT = 32;

/**
 * [injections] each, in their order. `mu` [d_sae]: the strength at which a latent is injected. Throws
 * on a latent that is already active at the token.
 */
export async function injectPairs(
  { model, coder }: { model: LanguageModel; coder: Crosscoder },
  { sequences, active }: { sequences: readonly Uint32Array[]; active: ActiveLatents },
  { injections, mu }: { injections: readonly Injection[]; mu: ArrayLike<number> },
): Promise<Measures> {
  for (const { entry, token, j } of injections) checkAbsent(active, { entry, token, j });
  const sites = inputSites(model, coder).filter((hook) => hook.includes(".ln2."));
  using prepared = await prepareModes(model, coder, { joint: { sites } });
  const [mode] = prepared.modes, pos = sequences[0].length;
  const order = injections.map((_, n) => n)
    .sort((a, b) => injections[a].token - injections[b].token || a - b);
  const found = {} as Measures;
  for (let first = 0; first < sequences.length; first += KEPT) {
    const [from, to] = [first * pos, Math.min(sequences.length, first + KEPT) * pos];
    const here = order.filter((n) => injections[n].token >= from && injections[n].token < to);
    if (here.length === 0) continue;
    using run = keepRun(model, sequences.slice(first, first + KEPT));
    for (let at = 0; at < here.length; at += AT_ONCE) {
      const chunk = here.slice(at, at + AT_ONCE), count = chunk.length;
      const places = chunk.flatMap((n) => Array(4).fill(injections[n].token - from) as number[]);
      const latents = new Uint32Array(8 * count), amounts = new Float32Array(8 * count);
      chunk.forEach((n, k) => {
        const { entry, j } = injections[n], i = active.latent[entry];
        for (let point = 0; point < 4; point++) latents.set([i, j], 8 * k + 2 * point);
        // both, i alone, j alone, neither: what is taken out, so that an addition is negative
        amounts.set([0, -mu[j], 0, 0, active.act[entry], -mu[j], active.act[entry], 0], 8 * k);
      });
      using rows = rowsOf(run, {
        sequences: places.map((place) => Math.floor(place / pos)),
        positions: places.map((place) => place % pos),
      });
      using removal = uploadRemoval(model.gpu, latents, amounts);
      const hooks = makeHooks(model, { edits: editsOf(mode, removal) });
      using resid = residual(model, rows.ids, { rows, hooks });
      using logits = unembed(model, resid);
      const points = {
        // x∖i of the four-point formula is j alone, x∖j is i alone
        at: Uint32Array.from({ length: 4 * count }, (_, p) => p - p % 4 + [0, 2, 1, 3][p % 4]),
        targets: Uint32Array.from(chunk, (n) => {
          const place = injections[n].token;
          return sequences[Math.floor(place / pos)][place % pos + 1];
        }),
      };
      const inStream = uploadPoints({ clean: resid, rows: resid }, points);
      const inLogits = uploadPoints({ clean: logits, rows: logits }, points);
      using norms = fourPointNorms(inStream);
      using losses = fourPointLogits(inLogits);
      const measures = measuresOf(await readTensors([norms, losses]));
      for (const { at, targets } of [inStream, inLogits]) {
        at.release();
        targets.release();
      }
      for (const name of Object.keys(measures) as (keyof Measures)[]) {
        const values = found[name] ??= new Float32Array(injections.length);
        chunk.forEach((n, k) => values[n] = measures[name]![k]);
      }
    }
  }
  return found;
}

function checkAbsent({ start, latent }: ActiveLatents, { entry, token, j }: Injection): void {
  const here = latent.subarray(start[token], start[token + 1]);
  const own = entry >= start[token] && entry < start[token + 1];
  if (own && !here.includes(j)) return;
  throw new RangeError(
    `Cannot inject latent ${j}: expected it absent beside an active one at token ${token} but found ` +
      `${own ? "it active there" : `entry ${entry} of another token`}: choose another token`,
  );
}
