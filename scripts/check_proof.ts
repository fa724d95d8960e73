/**
 * Checks a certificate against a model, on its own: no GPU, no prover.
 *
 *   deno task check-proof n5.json --model model.safetensors
 */
import { readBytes } from "../lib/io/regular_files.ts";
import { checkCertificate, MAX_TEXT } from "../lib/proofs/checker/check.ts";
import { loadMaxOfK } from "../lib/proofs/max_of_k.ts";
import { command, runCommand } from "./command_line.ts";
import { print } from "./terminal.ts";

const HELP =
  `Checks that a certificate proves its claim about a model. Prints one line; exit code 0 if accepted.

  deno task check-proof CERTIFICATE --model FILE

  --model FILE   safetensors with TransformerLens names
  --help         this text

Example
  deno task check-proof n5.json --model model.safetensors
`;

/** The command; returns the exit code: 0 accepted, 1 rejected. */
export const checkProof = command({ help: HELP, strings: ["model"], bare: 1 }, async (options) => {
  if (options._.length !== 1 || options.model === undefined) {
    const found = `${options._.length} certificates${
      options.model === undefined ? " and no --model" : ""
    }`;
    throw new RangeError(
      `Cannot check: expected one certificate and --model but found ${found}: see --help`,
    );
  }
  const model = await loadMaxOfK(options.model);
  const { accepted, line } = checkCertificate(await readText(options._[0]), model);
  print(line);
  return accepted ? 0 : 1;
});

/** The file's text, byte for byte: a mark at its start is part of it. */
async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path, { most: MAX_TEXT, what: "certificate" });
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

if (import.meta.main) await runCommand(checkProof);
