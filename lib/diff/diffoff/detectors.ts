/**
 * The dictionaries of two models as detectors of the trigger: held-out prompts, a fifth with it.
 * @module
 */
import type { Method, MethodOptions, ModelPair } from "../methods/method.ts";
import { type Isolation, isolation, type PromptActs } from "./isolation.ts";
import { promptActs } from "./prompt_acts.ts";

/** Methods whose dictionaries are compared. */
export const DETECTORS = ["diff-sae", "crosscoder"] as const;
export type DetectorName = typeof DETECTORS[number];

/** One dictionary of one seed; `prompts`: of the half that it is scored on. */
export type DetectorResult = Isolation & {
  name: DetectorName;
  prompts: { triggered: number; of: number };
};

/** Every fourth story holds the trigger, beside all of them without it: a fifth of the prompts. */
export const ONE_IN = 4;

type Prompts = { triggered: readonly Uint32Array[]; untriggered: readonly Uint32Array[] };

/** Trains what is not kept; stories are parted in halves by fours. */
export async function detect(
  pair: ModelPair,
  prompts: Prompts,
  { methods, ...options }: MethodOptions & { methods: readonly Method[] },
): Promise<DetectorResult[]> {
  const found: DetectorResult[] = [];
  for (const name of DETECTORS) {
    const method = methods.find((method) => method.name === name)!;
    const { read } = await method.find(pair, { ...options, together: methods });
    const half = async (h: 0 | 1): Promise<PromptActs> => {
      const { texts, triggered } = halfOf(prompts, h);
      return { acts: await promptActs(read!, texts), triggered };
    };
    const held = await half(1), triggered = held.triggered.filter(Boolean).length;
    const own = isolation(await half(0), held);
    found.push({ name, ...own, prompts: { triggered, of: held.triggered.length } });
  }
  return found;
}

/** The prompts of one half and which of them hold the trigger. */
export function halfOf(
  { triggered, untriggered }: Prompts,
  half: 0 | 1,
): { texts: Uint32Array[]; triggered: boolean[] } {
  const own = untriggered.map((_, n) => n).filter((n) => Math.floor(n / ONE_IN) % 2 === half);
  const marked = own.filter((n) => n % ONE_IN === 0);
  return {
    texts: [...marked.map((n) => triggered[n]), ...own.map((n) => untriggered[n])],
    triggered: [...marked.map(() => true), ...own.map(() => false)],
  };
}
