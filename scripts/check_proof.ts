/**
 * Checks a certificate against what it speaks of, on its own: no GPU, no prover. The certificate's
 * format says which proof it is.
 *
 *   deno task check-proof n5.json --model model.safetensors
 *   deno task check-proof residual.json --model MODEL --coder CODER --encodings encodings.safetensors
 */
import { readBytes } from "../lib/io/regular_files.ts";
import { checkResidual, isResidualCertificate } from "../lib/interactions/proof/checker/check.ts";
import { checkCertificate } from "../lib/proofs/checker/check.ts";
import { checkStatement, isStatement } from "../lib/proofs/checker/statement.ts";
import { MAX_TEXT } from "../lib/proofs/checker/read_certificate.ts";
import { loadMaxOfK } from "../lib/proofs/max_of_k.ts";
import { command, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { print } from "./terminal.ts";

const HELP = `Checks that a certificate proves its claim. Prints one line; exit code 0 if accepted.

  deno task check-proof CERTIFICATE --model FILE
  deno task check-proof CERTIFICATE --model FOLDER --coder FOLDER --encodings FILE

The first is the accuracy of a Max-of-K model (a proof, or a statement with confidence, whose draws
are repeated), the second the interaction residual of one MLP of a
language model over encoded texts; the certificate says which.

  --model FILE       safetensors with TransformerLens names; or a language model's folder
  --coder FOLDER     the crosscoder's folder
  --encodings FILE   the active latents, written beside the certificate
                     each may be hf:OWNER/NAME[@revision][:file], once deno task fetch has fetched it
  --help             this text

Example
  deno task check-proof n5.json --model model.safetensors
`;

const OPTIONS = ["model", "coder", "encodings"] as const;

/** The command; returns the exit code: 0 accepted, 1 rejected. */
export const checkProof = command({ help: HELP, strings: OPTIONS, bare: 1 }, async (options) => {
  if (options._.length !== 1 || options.model === undefined) {
    const found = `${options._.length} certificates${
      options.model === undefined ? " and no --model" : ""
    }`;
    throw new RangeError(
      `Cannot check: expected one certificate and --model but found ${found}: see --help`,
    );
  }
  const text = await readText(options._[0]);
  const { accepted, line } = await verdictOn(text, {
    model: await onDisk(options.model),
    coder: options.coder && await onDisk(options.coder),
    encodings: options.encodings && await onDisk(options.encodings),
  });
  print(line);
  return accepted ? 0 : 1;
});

/** What is on the hub has to be in the cache: a checker that asks the network would have to be trusted more. */
async function onDisk(text: string): Promise<string> {
  return (await namedOnDisk(text, "model", { ask: false })).path;
}

/** The verdict of the checker that a certificate's format names. */
async function verdictOn(
  text: string,
  { model, coder, encodings }: { model: string; coder?: string; encodings?: string },
) {
  const needed = coder !== undefined && encodings !== undefined;
  if (!isResidualCertificate(text)) {
    if (coder === undefined && encodings === undefined) {
      const check = isStatement(text) ? checkStatement : checkCertificate;
      return check(text, await loadMaxOfK(model));
    }
    throw new RangeError(
      "Cannot check: expected --model alone for a Max-of-K model but found --coder or --encodings: " +
        "leave them out, or name the certificate of a residual",
    );
  }
  if (needed) return await checkResidual(text, { model, coder, encodings });
  throw new RangeError(
    "Cannot check: expected --coder and --encodings for a residual but found " +
      `${coder ?? encodings ? "one of them" : "neither"}: see --help`,
  );
}

/** The file's text, byte for byte: a mark at its start is part of it. */
async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path, { most: MAX_TEXT, what: "certificate" });
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

if (import.meta.main) await runCommand(checkProof);
