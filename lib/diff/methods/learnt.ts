/** What dictionaries of two models are, and the rows that they learn from. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { CoderConfig } from "../../crosscoder/coder_config.ts";
import type { PoolFeed } from "../../crosscoder/harvest/feed.ts";
import type { ExtraLoss } from "../../crosscoder/losses/loss.ts";
import type { Site } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Random } from "../../numerics/random.ts";

/**
 * One that learns. `name` stands for all that is not among the settings: `extra`, a loss made for the fresh
 * crosscoder and its release, and `held`, where the decoder stays 0.
 */
export type Dictionary = {
  name: string;
  recipe: "batchtopk" | "l1";
  extra?: (gpu: Gpu, fresh: Crosscoder) => { loss: ExtraLoss; release: () => void };
  held?: (config: CoderConfig) => HostArray;
};

/**
 * What several learn from: `text` of the pair, at `sites` of one width, in the order in which `feed` draws
 * it. `sideBySide`: both models, the base's sites first; dictionaries then begin alike in both.
 */
export type Rows = {
  name: string;
  text: "base" | "other";
  sideBySide: boolean;
  sites: Site[];
  d_in: number;
  feed: (
    sequences: readonly Uint32Array[],
    options: { batch: number; poolSequences: number; random: Random },
  ) => PoolFeed;
};
