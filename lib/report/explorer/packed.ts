/** What stands in the page: ExplorerData (data.ts has the words) with its lists packed. @module */
import type { ExplorerData } from "./data.ts";

/** `type` of the numbers and their bytes, little-endian, in base64. */
export type Packed = { type: "u8" | "u16" | "u32" | "f32"; bytes: string };

/** Activations of one stage: a bit for each token of a window, and the numbers of those that are set. */
export type PackedStage = { mask: Packed; steps: Packed; top: Packed };

export type PackedContexts = {
  lengths: Packed;
  ids: Packed;
  before: number;
  after: number;
  offsets: Packed;
  sequence: Packed;
  position: Packed;
  largest: Packed;
  stages: PackedStage[];
  k: number;
};

/** For each stage, see Ranked. */
export type PackedRanked = { about: string; k: number; ids: Packed[]; values: Packed[] };

/** What the page reads. */
export type PackedExplorer =
  & Pick<
    ExplorerData,
    "title" | "about" | "missing" | "size" | "axes" | "stages" | "stage" | "path"
  >
  & {
    columns:
      (Omit<ExplorerData["columns"][number], "values" | "p"> & { values: Packed; p?: Packed })[];
    flags: (Omit<ExplorerData["flags"][number], "values"> & { values: Packed })[];
    groups?: Omit<NonNullable<ExplorerData["groups"]>, "values"> & { values: Packed };
    tokens: string[];
    contexts: PackedContexts;
    profile: { about: string; sites: readonly string[]; norms: Packed[] };
    density: { n_tokens: readonly number[]; fired: Packed[] };
    lens?: PackedRanked;
    nearest?: PackedRanked;
  };
