/** Settings of a low-rank fine-tune, by the field's names. @module */
import { exactly, flag, type Form, maybe, number, where, whole } from "../../io/form.ts";

/**
 * Rank `r`; the adapter's product is multiplied by alpha / r, or by alpha / √r with `rslora`
 * (Kalajdzievski 2023, arXiv 2312.03732); `dropout` is the share of the input that a training step
 * drops; `targets` are ends of module names, or one regular expression for whole names, or
 * "all-linear".
 */
export type LoraSettings = {
  r: number;
  alpha: number;
  dropout: number;
  targets: string[] | string;
  rslora?: boolean;
};

/** What the published stage-wise replication fine-tunes with; the targets are PEFT's for GPT-Neo. */
export const LORA: LoraSettings = { r: 8, alpha: 32, dropout: 0.05, targets: ["q_proj", "v_proj"] };

/** What settings have to be. */
export const LORA_SETTINGS: Form<LoraSettings> = exactly({
  r: whole(1),
  alpha: number({ above: 0 }),
  dropout: number({ least: 0, below: 1 }),
  targets: where<string[] | string>(
    "a list of ends of module names, a regular expression or all-linear",
    (x) => typeof x === "string" || (Array.isArray(x) && x.length > 0 && x.every(isName)),
  ),
  rslora: maybe(flag),
});

/** The factor of B A. */
export function loraScale({ r, alpha, rslora = false }: LoraSettings): number {
  return alpha / (rslora ? Math.sqrt(r) : r);
}

function isName(x: unknown): boolean {
  return typeof x === "string" && x !== "";
}
