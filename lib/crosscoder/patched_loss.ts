/**
 * What a model loses when a site is replaced by its reconstruction:
 *
 *   recovered = (CE_zero − CE_patched) / (CE_zero − CE_original)
 *
 * over positions ≥ 1 of clean sequences, no BOS. CE_zero replaces the site by zeros.
 * @module
 */
import { type LanguageModel, logits } from "../model/language_model.ts";
import { type Edit, hookPoint, makeHooks } from "../model/hooks.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { reshape, view } from "../tensor/ops/reshape.ts";
import { empty, upload, uploadIds, zeros } from "../tensor/tensor.ts";
import { siteActivations } from "./harvest/harvester.ts";
import type { Crosscoder } from "./coder.ts";
import { decode, encode, uploadCoder } from "./encode.ts";
import { scaledRows } from "./latents.ts";
import { prepareCoder } from "./prepare.ts";

/** Cross-entropies in nats, one patched and one zeroed for each site. */
export type PatchedLoss = {
  original: number;
  patched: number[];
  zero: number[];
  recovered: number[];
};

/** The first and the last token predict nothing that counts. */
const SHORTEST = 3;

/**
 * Mean next-token cross-entropy of `sequences` (of one length, three tokens at least), original and
 * with each site replaced by its reconstruction and by zeros. The crosscoder may be folded or not;
 * later layers have to read its sites.
 */
export async function patchedLoss(
  model: LanguageModel,
  crosscoder: Crosscoder,
  sequences: readonly ArrayLike<number>[],
): Promise<PatchedLoss> {
  const { gpu } = model;
  const action = "patch sites (neither the first nor the last token of a sequence counts)";
  const { coder, pos } = prepareCoder({ model }, crosscoder, {
    action,
    sequences,
    least: SHORTEST,
  });
  const { sites, d_in, scale } = coder.config;
  const hooks = sites.map(({ hook }) => hook);
  checkPatchable(model, hooks);
  const batch = sequences.length, rows = batch * pos;
  using owned = new DisposableStack();
  const flat = Uint32Array.from(sequences.flatMap((s) => Array.from(s)));
  const ids = owned.use(uploadIds(gpu, [batch, pos], flat));
  const { targets, weights } = nextTokens(sequences, pos);
  const target = owned.use(uploadIds(gpu, [rows], targets));
  const weight = owned.use(upload(gpu, { shape: [rows], data: weights }));
  const lossWith = async (edits: Record<string, Edit>) => {
    using result = logits(model, ids, { hooks: makeHooks(model, { edits }) });
    const { loss, perRow } = crossEntropy(result, target, weight);
    perRow.release();
    using value = loss;
    return (await value.read())[0];
  };

  const onDevice = owned.use(uploadCoder(gpu, coder));
  const scaled = owned.use(scaledRows(gpu, coder.config));
  using raw = siteActivations({ model }, ids, { sites, d_in });
  using x = scaled.take(raw, rows);
  using acts = encode(onDevice, x);
  using decoded = decode(onDevice, acts);
  const x_hat = view(decoded, [rows * sites.length, d_in]);

  const original = await lossWith({});
  const result: PatchedLoss = { original, patched: [], zero: [], recovered: [] };
  for (const [l, hook] of hooks.entries()) {
    const ofSite = Uint32Array.from({ length: rows }, (_, r) => r * sites.length + l);
    using index = uploadIds(gpu, [rows], ofSite);
    using factors = upload(gpu, { shape: [d_in], data: new Float32Array(d_in).fill(1 / scale[l]) });
    const patched = await lossWith({
      [hook]: ({ shape }) => {
        const part = empty(gpu, [rows, d_in]);
        gatherRowsInto(part, { tables: [x_hat], index }, { factors });
        return reshape(part, shape);
      },
    });
    const zero = await lossWith({ [hook]: ({ shape }) => zeros(gpu, shape) });
    if (zero === original) {
      throw new RangeError(
        `Cannot patch sites: expected zeros at ${hook} to change the loss but found ${zero} with and ` +
          "without: take other sequences, or leave the site out",
      );
    }
    result.patched.push(patched);
    result.zero.push(zero);
    result.recovered.push((zero - patched) / (zero - original));
  }
  return result;
}

/**
 * A site that nothing reads could be replaced by anything: every loss would be the original one.
 */
function checkPatchable(model: LanguageModel, hooks: readonly string[]): void {
  const unread = hooks.find((hook) => hookPoint(model, hook).readOnly);
  if (unread === undefined) return;
  throw new RangeError(
    `Cannot patch sites: expected hooks that later layers read but found ${unread}, which is only ` +
      "computed on demand: evaluateCoder and topContexts take such a crosscoder",
  );
}

/**
 * Position p predicts token p + 1; position 0, which has seen nothing but itself, and the last one
 * do not count.
 */
function nextTokens(
  sequences: readonly ArrayLike<number>[],
  pos: number,
): { targets: Uint32Array; weights: Float32Array } {
  const targets = new Uint32Array(sequences.length * pos);
  const weights = new Float32Array(sequences.length * pos);
  sequences.forEach((sequence, b) => {
    for (let p = 0; p < pos - 1; p++) {
      targets[b * pos + p] = sequence[p + 1];
      weights[b * pos + p] = p >= 1 ? 1 : 0;
    }
  });
  return { targets, weights };
}
