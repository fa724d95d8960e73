/** Measures a list on one backdoor: its directions one by one, and the heads that filters leave. @module */
import { forwardFlops, keptPerToken } from "../../model/plan.ts";
import { mean } from "../../numerics/statistics.ts";
import { type EffectList, groupEdit, triggeredEffects } from "../causal/effects.ts";
import type { Asked } from "../causal/question/asked.ts";
import type { Cost } from "../methods/method.ts";
import { distinctHeads, filteredHeads } from "./heads.ts";
import { type Head, measuredEffects, type MeasuredTruth, type Singles } from "./measured.ts";
import { PARTS_OF, plantedParts, triggerFiring } from "./planted_parts.ts";

const FLOAT = 4;

/**
 * `singles`: of all latents of the list's dictionary, or of its vectors. `other`: a second backdoor of
 * the same model, of which heads may leave more or less. A list of nothing has no heads.
 */
export async function measureList(
  asked: Asked,
  list: EffectList,
  { singles, other }: { singles: Singles; other?: Asked },
): Promise<MeasuredTruth> {
  const { coder, directions } = list;
  const gap = mean(asked.before.triggered.map(({ KL }) => KL));
  const latents = latentsOf(list);
  const kind = coder ? "latent" : "vector";
  if (directions.length === 0) return { ...singles, kind, gap, heads: [], fires: null };
  const effects = directions.map((_, place) => singles.effects[latents?.[place] ?? place]);
  const clean = effects.map(({ cleanHalves: [even] }) => even);
  const alone = (places: readonly number[]) => places.length === 1 ? effects[places[0]] : undefined;
  const heads = distinctHeads(filteredHeads(clean));
  const joint = heads.filter((places) => alone(places) === undefined);
  const found = joint.length > 0 ? await measuredEffects(asked, list, joint) : [];
  const kept = other && heads.length > 0
    ? (await triggeredEffects(other, list, { groups: heads })).map(({ payload }) => payload)
    : undefined;
  const tens = heads.filter(({ length }) => length === PARTS_OF);
  const parts = tens.length > 0 ? await plantedParts(asked, list, tens) : [];
  return {
    ...singles,
    ...{ kind, gap },
    heads: heads.map((places, n): Head => ({
      places,
      effect: alone(places) ?? found[joint.indexOf(places)],
      kept: kept?.[n] ?? null,
      parts: parts[tens.indexOf(places)] ?? null,
    })),
    fires: latents && coder ? await triggerFiring(asked, { ...list, coder }, latents) : null,
  };
}

/** The numbers of a list's latents; nothing of vectors. */
export function latentsOf({ directions }: EffectList): number[] | undefined {
  const latents = directions.flatMap((each) => each.kind === "latent" ? [each.latent] : []);
  return latents.length > 0 ? latents : undefined;
}

/** What it takes to know what each direction costs alone, on the prompts that filters choose by. */
export async function filteringCost(asked: Asked, list: EffectList): Promise<Cost> {
  const { model, backdoor: { untriggered } } = asked, { d_model, d_vocab } = model.config;
  if (list.directions.length === 0) return { flops: 0, bytes: 0 };
  const groups = list.directions.map((_, n) => [n]);
  const { variants } = await groupEdit(asked, list, { text: "untriggered", groups });
  const passes = variants.filter(({ prompt }) => prompt % 2 === 0)
    .map(({ prompt }) => untriggered[prompt].length);
  const kept = FLOAT * keptPerToken(model, { logits: false });
  return {
    flops: passes.reduce(
      (sum, pos) => sum + pos * forwardFlops(model, pos, { logits: false }) + 2 * d_model * d_vocab,
      0,
    ),
    bytes: passes.reduce((sum, pos) => sum + pos * kept, 0),
  };
}
