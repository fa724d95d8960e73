/** What a rotation scatter is drawn of. @module */

export type RotationPoint = {
  latent: number;
  /** Cosine D -> DF, and M -> MF. */
  x: number;
  y: number;
  /** Latents that are not active are not drawn. */
  active: boolean;
  /** Drawn with a dark ring. */
  relevant?: boolean;
  /** Names of `signs` that are drawn around it. */
  signs?: string[];
  /** For the tooltip: for each stage, its top tokens in context. */
  tokens?: Record<string, string>;
};

/** Where the rules of the two axes stand. */
export type Thresholds = { x: number; y: number };

/** A sign around some points: Vega's name of a shape, and a colour. */
export type Sign = { name: string; shape: string; colour: string };
