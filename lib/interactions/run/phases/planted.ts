/**
 * Phase `planted`: do the metrics find pairs that are known to interact, and nothing else?
 * @module
 */
import { having, list, number, oneOf, text, whole } from "../../../io/form.ts";
import { stream } from "../../../numerics/random.ts";
import { type LogicRecall, recallPlanted } from "../../planted/logic.ts";
import {
  type BilinearCheck,
  checkBilinear,
  checkGated,
  type GatedCheck,
} from "../../planted/products.ts";
import { makeLogicTask } from "../../planted/task.ts";
import type { Phase } from "../phase.ts";

/** What the phase leaves: trained MLPs, seed by seed, and the models with closed forms. */
export type Planted = {
  logic: LogicRecall[];
  products: { seed: number; bilinear: BilinearCheck; gated: GatedCheck }[];
};

const share = number({ least: 0, most: 1 });
const LOGIC = having({
  seed: whole(0),
  activation: oneOf(["relu", "gelu_new", "gelu"]),
  chance: share,
  error: number({ least: 0 }),
  permuted: share,
  metrics: list(having({
    metric: text,
    recall: share,
    half: share,
    byRule: having({ and: share, or: share, xor: share }),
  })),
});
const PRODUCTS = having({
  seed: whole(0),
  bilinear: having({ largest: number(), spearman: number(), measured: share, weights: share }),
  gated: having({ fourPoints: share, coActivation: share }),
});

/** The planted tasks of one run: `seeds` of each, in ReLU and in GELU. */
export const planted: Phase<Planted> = {
  name: "planted",
  title: "planted pairs",
  format: 1,
  needs: [],
  models: [],
  coders: [],
  settings: ({ planted }) => planted,
  form: having({ logic: list(LOGIC), products: list(PRODUCTS) }),
  async make({ sources: { gpu, seed }, settings }) {
    const { seeds, products, ...logicSettings } = settings.planted;
    const { features, d_model, active, pairs } = logicSettings;
    const logic: LogicRecall[] = [], closed: Planted["products"] = [];
    for (let number = 0; number < seeds; number++) {
      const own = seed * 1000 + number;
      for (const activation of ["relu", "gelu_new"] as const) {
        logic.push(await recallPlanted(gpu, logicSettings, { seed: own, activation }));
      }
      const random = stream(own, "planted products"),
        task = makeLogicTask(
          { features, d_model, active, pairs },
          random,
        );
      const bilinear = checkBilinear(task, { rows: products, random });
      closed.push({ seed: own, bilinear, gated: checkGated(task, { rows: products, random }) });
    }
    return { logic, products: closed };
  },
};
