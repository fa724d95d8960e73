/**
 * One turn alone: are the stages worth their cost? A list by one cosine of decoder rows, the least
 * first, over the latents of the later stage that fire on the other model's text.
 *
 *   direct   S → SF: model and text change in one step, one fine-tune in place of four
 *   x        D → DF: the model changes after the text
 *   y        M → MF: the text changes after the model
 * @module
 */
import { rotation } from "../stages/rotation.ts";
import { passCost, sizeOf, stagesCost, total } from "./cost.ts";
import { latentsBy } from "./directions.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, MethodStage } from "./method.ts";
import { firingOf, whereFiring } from "./firing.ts";
import { stageOf } from "./stages.ts";

export const direct = byOneTurn("direct", "Direct, S to F", ["S", "SF"]);
export const oneWayX = byOneTurn("one-way-x", "One way, D to DF", ["D", "DF"]);
export const oneWayY = byOneTurn("one-way-y", "One way, M to MF", ["M", "MF"]);

function byOneTurn(name: string, title: string, [from, to]: [MethodStage, MethodStage]): Method {
  return makeMethod({
    trains: [{ kind: "stage", stage: to }],
    lists: "latents",
    name,
    title,
    source: "Anthropic 2024, Stage-Wise Model Diffing, one turn of it",
    needs: ["other text"],
    find: async (pair, options) => {
      const before = await stageOf(from, pair, options), coder = await stageOf(to, pair, options);
      const { settings } = options, text = pair.text.other.slice(0, settings.measured);
      const firing = await firingOf(pair.other, coder, text);
      const scores = rotation(before.arrays.W_dec, coder.arrays.W_dec).map((cosine) => 1 - cosine);
      return {
        coder,
        ...latentsBy(whereFiring(firing, scores)),
        cost: total([
          stagesCost(pair, settings, [to]),
          passCost(pair, { sequences: text.length, encoded: sizeOf(pair, settings.d_sae) }),
        ]),
      };
    },
  });
}
