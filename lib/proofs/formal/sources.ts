/**
 * The machine-checked checker of N5, in Rocq (Coq 8.16 with coq-interval and Flocq), as files to
 * compile in this order. Network.v is the claim, Program.v the program, the others its proof. For
 * every float32 evaluation of a class Floats.v is the claim, Widths.v the program.
 * @module
 */
import Attention from "./Attention.v" with { type: "text" };
import Bound from "./Bound.v" with { type: "text" };
import Counting from "./Counting.v" with { type: "text" };
import Enclosures from "./Enclosures.v" with { type: "text" };
import Exact from "./Exact.v" with { type: "text" };
import Floats from "./Floats.v" with { type: "text" };
import FloatSound from "./FloatSound.v" with { type: "text" };
import Folding from "./Folding.v" with { type: "text" };
import Grid from "./Grid.v" with { type: "text" };
import Network from "./Network.v" with { type: "text" };
import Program from "./Program.v" with { type: "text" };
import Rounding from "./Rounding.v" with { type: "text" };
import Rows from "./Rows.v" with { type: "text" };
import Sound from "./Sound.v" with { type: "text" };
import Sums from "./Sums.v" with { type: "text" };
import Widths from "./Widths.v" with { type: "text" };
import Within from "./Within.v" with { type: "text" };

/** The logical name under which the files import one another. */
export const FORMAL_ROOT = "MaxOfK";

/** A file for coqc: its name without ".v", and its text. */
export interface FormalSource {
  /** Name of the file. */
  name: string;
  /** Its text. */
  text: string;
}

const inOrder = (files: Record<string, string>): readonly FormalSource[] =>
  Object.entries(files).map(([name, text]) => ({ name, text }));

/** All files that a certificate imports, each after those that it imports itself. */
export const FORMAL_SOURCES: readonly FormalSource[] = inOrder({
  Network,
  Counting,
  Rows,
  Bound,
  Folding,
  Exact,
  Enclosures,
  Program,
  Grid,
  Sound,
});

/** What a certificate of float32 imports besides, in the order to compile. */
export const FLOAT_SOURCES: readonly FormalSource[] = inOrder({
  Floats,
  Rounding,
  Sums,
  Widths,
  Within,
  Attention,
  FloatSound,
});
