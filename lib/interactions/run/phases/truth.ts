/**
 * Phase `truth`: what ablating pairs of latents does, on held-out text. What was measured at every
 * instance are arrays in its folder; see truth_tables.ts.
 * @module
 */
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { activeText } from "../../players/active_text.ts";
import { LEARNT_FROM } from "../names.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import type { TruthOf } from "../truth_tables.ts";
import { pairs } from "./pairs.ts";
import { TRUTH, type Truth, type TruthSample } from "./truth_form.ts";
import { measureSample, plannedSamples } from "./truth_samples.ts";

/** Every dictionary of MLP inputs, and the one of all sites. */
export const truth: Phase<Truth> = {
  name: "truth",
  title: "ablation of pairs",
  format: 1,
  needs: [pairs],
  models: ["ft1", "relu", "second"],
  coders: [{ coder: "mlp", seeds: "all" }, "relu", "second", "all"],
  settings: ({ truth, heldOutSequences, metricSequences, seeds }) => ({
    truth,
    heldOutSequences,
    metricSequences,
    seeds,
  }),
  form: TRUTH,
  async make(work) {
    const samples: TruthSample[] = [],
      wanted = plannedSamples(work.settings).filter(({ coder }) =>
        work.sources.coders.includes(coder)
      );
    let last: { of: string; active: ActiveLatents } | undefined;
    for (const [done, of] of wanted.entries()) {
      work.step(done, wanted.length);
      const dictionary = `${of.coder} ${of.number}`;
      if (last?.of !== dictionary) last = { of: dictionary, active: await heldOutActive(work, of) };
      samples.push(await measureSample(work, of, last.active));
    }
    return { samples };
  },
};

async function heldOutActive(
  { sources, settings: { heldOutSequences } }: PhaseWork,
  { coder, number }: TruthOf,
): Promise<ActiveLatents> {
  const [model] = LEARNT_FROM[coder], text = sources.text("heldOut", heldOutSequences);
  return await activeText(await sources.model(model), await sources.coder(coder, number), text);
}
