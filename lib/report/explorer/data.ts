/**
 * What the explorer shows, as plain rows: numbers, marks and texts of so many latents, in one stage
 * or several. It knows of no science: titles and explanations come with the numbers.
 *
 * @module
 */

/** A number for each latent, NaN where there is none. */
export type Column = {
  id: string;
  /** Short: a head of the table. */
  title: string;
  /** What it is, in words: the title of an axis. */
  about: string;
  /** [size] */
  values: ArrayLike<number>;
  /** Digits behind the point; 3 by default. */
  digits?: number;
  /** Whether an axis shows its logarithm. */
  log?: boolean;
  /** The heading below which a latent's page lists it; not listed where left out. */
  section?: string;
  /** p-values of the same latents, [size], NaN where there is none. */
  p?: ArrayLike<number>;
  /** Whether the table has it, beside those on the axes. */
  table?: boolean;
};

/**
 * What a latent is or is not, [size] of 1 and 0: a filter. `hide`: left out at first; `mark`: how it
 * is drawn in the scatter.
 */
export type Flag = {
  id: string;
  title: string;
  about: string;
  values: ArrayLike<number>;
  hide?: boolean;
  mark?: "ring" | "cross";
};

/** Every latent is in one group, [size] of indices into `names`: a legend, and a filter. */
export type Groups = {
  title: string;
  about: string;
  names: readonly { id: string; title: string }[];
  values: ArrayLike<number>;
  /** Where the groups are cut on the first two axes. */
  cut?: { x: number; y: number };
};

/** One column of contexts; `about` says what it was trained on. */
export type StageNote = { name: string; about: string };

/** A step from one stage to the next; `column` has the cosine of each latent's two vectors. */
export type Transition = { from: string; to: string; column: string; about: string };

/**
 * Where latents fire. Places of latent i are numbers offsets[i] to offsets[i + 1]; each is a window of
 * `before` + 1 + `after` tokens around a position in a sequence.
 */
export type Contexts = {
  /** Token ids. */
  sequences: readonly ArrayLike<number>[];
  /** What a token reads as in the middle of a text. */
  tokenText: (id: number) => string;
  before: number;
  after: number;
  /** [size + 1] */
  offsets: ArrayLike<number>;
  /** [places] each. */
  sequence: ArrayLike<number>;
  position: ArrayLike<number>;
  /** For each stage [places · (before + 1 + after)], 0 where silent and beyond a sequence. */
  activations: readonly Float32Array[];
  /** For each stage [size · k]: the places where a latent fires most there, falling, then -1. */
  top: readonly Int32Array[];
  k: number;
};

/** For each stage [size · sites]: norms of decoder vectors. */
export type Profile = { about: string; sites: readonly string[]; norms: readonly Float32Array[] };

/** For each stage [size]: on how many tokens a latent fires. */
export type Density = { n_tokens: readonly number[]; fired: readonly ArrayLike<number>[] };

/** For each stage [size · k]: ids of tokens, or latents, and a value of each, falling. */
export type Ranked = {
  about: string;
  k: number;
  ids: readonly Uint32Array[];
  values: readonly Float32Array[];
};

/** What the explorer's page is made from. */
export type ExplorerData = {
  title: string;
  /** What it was made from. */
  about: readonly { name: string; value: string }[];
  /** What is not shown, and why: a sentence each. */
  missing: readonly string[];
  /** Latents. */
  size: number;
  columns: readonly Column[];
  flags: readonly Flag[];
  groups?: Groups;
  /** Ids of the columns that are on the axes at first, and a word on how to read them. */
  axes: { x: string; y: string; about: string };
  stages: readonly StageNote[];
  /** Which of them the table and the densities show at first. */
  stage: number;
  path: readonly Transition[];
  contexts: Contexts;
  profile: Profile;
  density: Density;
  lens?: Ranked;
  nearest?: Ranked;
};
