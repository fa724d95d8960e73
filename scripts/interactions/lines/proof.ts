/** What a proof adds up, how long it is, and what was certified, in lines. @module */
import type { Proof } from "../../../lib/interactions/run/phases/proof_form.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

/** Certificates first, then the step from layer to layer, then pairs, then lengths. */
export function proofLines({ certified, transitions, needed, points, tokens }: Proof): Line[] {
  return [
    ...certified.map(({ layer, method, mean, max, share, tokens, float, file, verdict }) =>
      numberLine(`block ${layer}: certified mean residual, ${method}`, mean, {
        digits: 3,
        note:
          `in float32 ${float.toFixed(3)}; at most ${max.toFixed(3)} at any of ${tokens} tokens` +
          (share === null ? "" : `, ${share.toFixed(2)} of what the MLP adds to its bias output`) +
          `; ${file}${verdict === "" ? "" : `, ${verdict.split(":")[0]} by the checker`}`,
      })
    ),
    ...transitions.map(({ layer, delta, bias, singles, singlesSum, residual }) =>
      numberLine(`block ${layer}: step of the proof, ‖MLP(x̂) − change of x̂‖`, delta, {
        digits: 2,
        note: `bias ${bias.toFixed(2)}, features ${singles.toFixed(2)} together and ` +
          `${singlesSum.toFixed(2)} one by one, residual ${residual.toFixed(2)}`,
      })
    ),
    ...needed.flatMap(({ layer, pairs, needed }) =>
      needed.filter(({ epsilon }) => epsilon === 0.1).map(({ byBound, byNorm }) =>
        numberLine(`block ${layer}: pairs to certify the residual to a tenth`, byNorm, {
          digits: 0,
          note: `of ${pairs}; ${byBound} where the rest has its min bound alone`,
        })
      )
    ),
    ...points.filter(({ trained }) => trained).map(({ coder, number, length, ...point }) =>
      numberLine(`dictionary ${coder}, seed ${number}: proof over brute force`, length.ratio, {
        digits: 2,
        note: `${tokens} tokens, ${point.pairs} pairs met, layers only ${
          length.layersOnly.ratio.toFixed(2)
        }; shorter from ${
          point.breakEven === null ? "never" : Math.ceil(point.breakEven)
        } tokens on if no further pair met`,
      })
    ),
  ];
}

/** How to check the certificates of a run again, for whoever does not believe the report. */
export function proofCommand(
  { proof: { certified, folders }, preset }: { proof: Proof; preset: string },
): string {
  const last = certified.findLast(({ verdict }) => verdict !== "") ?? certified[0];
  const at = `out/${preset}/interactions/proof`;
  return `Certificates lie in ${at} (out being the folder of --out). One of them is checked by: deno task check-proof ` +
    `${at}/${last.file} --model out/cache/${folders.model} --coder out/cache/${folders.coder} ` +
    `--encodings ${at}/encodings.safetensors. It said: ${last.verdict || "nothing yet"}.`;
}
