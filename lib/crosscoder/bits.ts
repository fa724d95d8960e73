/**
 * What a token costs to tell by its latents, and crosscoders compared where they cost the same. A
 * wide dictionary buys a small L0 with longer names of latents; in bits the two are one number
 * (Ayonrinde, Pearce and Sharkey 2024, arXiv 2410.11179, whose bound on the description length this
 * is):
 *
 *   bits = L0 (log2 d_sae + value_bits)
 *
 * The name of a latent that fires takes log2 d_sae bits, its value `value_bits`. How many bits a
 * value needs is a convention and not measured here: 8, about 0.4 % of a latent's range, unless
 * another number is given.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bitsPerToken } from "./bits.ts";
 * assertEquals(bitsPerToken({ L0: 20, d_sae: 1024 }), 20 * (10 + 8));
 * ```
 * @module
 */
import { everyField, exactly, expectForm, having, list, maybe, number, whole } from "../io/form.ts";

/** Bits of the value of a latent that fires, where nothing else is said. */
const VALUE_BITS = 8;

const CODE = exactly({
  L0: number({ least: 0 }),
  d_sae: whole(1),
  value_bits: maybe(number({ least: 0 })),
});

/** Bits a token, L0 being the mean number of latents that fire on one. */
export function bitsPerToken(code: { L0: number; d_sae: number; value_bits?: number }): number {
  expectForm("count the bits of a code", code, CODE);
  const { L0, d_sae, value_bits = VALUE_BITS } = code;
  return L0 * (Math.log2(d_sae) + value_bits);
}

/**
 * One crosscoder of a recipe: what a token costs in bits, and the share of variance that is left,
 * FVU.
 */
export type CodePoint = { bits: number; FVU: number };

const POINT = having({ bits: number({ least: 0 }), FVU: number({ least: 0 }) });
const RECIPES = everyField(list(POINT, { least: 1 }));

/**
 * The bits that every recipe's crosscoders span, [least, most]; undefined where they have none in
 * common.
 */
export function commonBits(
  recipes: Readonly<Record<string, readonly CodePoint[]>>,
): [least: number, most: number] | undefined {
  expectForm("compare recipes at equal bits", recipes, RECIPES);
  const spans = Object.values(recipes).map((points) => points.map(({ bits }) => bits));
  const least = Math.max(...spans.map((bits) => Math.min(...bits)));
  const most = Math.min(...spans.map((bits) => Math.max(...bits)));
  return least <= most ? [least, most] : undefined;
}

/**
 * The FVU of each recipe at `bits` a token, by default in the middle of the span that all have in
 * common, on straight lines between its crosscoders; of two at the same bits the better one counts.
 * Throws where a recipe has none on either side: nothing is extrapolated.
 */
export function atEqualBits(
  recipes: Readonly<Record<string, readonly CodePoint[]>>,
  { bits }: { bits?: number } = {},
): { bits: number; FVU: Record<string, number> } {
  const span = commonBits(recipes);
  const at = bits ?? (span && (span[0] + span[1]) / 2);
  if (span === undefined || at === undefined || at < span[0] || at > span[1]) {
    const seen = Object.entries(recipes).map(([name, points]) => {
      const all = points.map((point) => point.bits);
      return `${name} ${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
    });
    throw new RangeError(
      `Cannot compare recipes at equal bits: expected crosscoders of each on both sides of ` +
        `${bits === undefined ? "one number of" : bits} bits but found ${seen.join(", ")}: ` +
        "train sparser or denser ones",
    );
  }
  const FVU = Object.entries(recipes).map(([name, points]) => [name, fvuAt(points, at)]);
  return { bits: at, FVU: Object.fromEntries(FVU) };
}

function fvuAt(points: readonly CodePoint[], bits: number): number {
  const sorted = points.toSorted((a, b) => a.bits - b.bits || b.FVU - a.FVU);
  const below = sorted.findLast((point) => point.bits <= bits)!;
  const above = sorted.find((point) => point.bits > bits);
  if (below.bits === bits || above === undefined) return below.FVU;
  const share = (bits - below.bits) / (above.bits - below.bits);
  return below.FVU + share * (above.FVU - below.FVU);
}
