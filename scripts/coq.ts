/**
 * Writes a certificate of N5 for Rocq into a folder, and has coqc check it there.
 * @module
 */
import { join } from "@std/path";
import { writeWhole } from "../lib/io/files.ts";
import { escaped } from "../lib/io/show.ts";
import type { Certificate } from "../lib/proofs/checker/certificate.ts";
import {
  FLOAT_SOURCES,
  FORMAL_ROOT,
  FORMAL_SOURCES,
  type FormalSource,
} from "../lib/proofs/formal/sources.ts";
import {
  countSource,
  type FormalArithmetic,
  hintsSource,
  modelSource,
  theoremSource,
} from "../lib/proofs/formal/write.ts";
import type { MaxOfKModel } from "../lib/proofs/max_of_k.ts";
import { print } from "./terminal.ts";

/** Whether coqc can be run here. */
export async function coqIsHere(): Promise<boolean> {
  try {
    return (await new Deno.Command("coqc", { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Writes one file into the folder and compiles it; returns what coqc printed. */
export async function compile(folder: string, { name, text }: FormalSource): Promise<string> {
  await writeWhole(join(folder, `${name}.v`), text);
  const args = ["-q", "-Q", ".", FORMAL_ROOT, `${name}.v`];
  const { success, stdout, stderr } = await new Deno.Command("coqc", { args, cwd: folder })
    .output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (success) return out;
  throw new Error(
    `Cannot check ${name}.v: expected a file that coqc accepts but found ${escaped(error)}: ` +
      `take Coq 8.16 with coq-interval and Flocq`,
  );
}

/** What a theorem is proved from: the theory, the weights, the hints, in the order to compile. */
export function formalFiles(
  model: MaxOfKModel,
  certificate: Certificate,
  arithmetic: FormalArithmetic = "real",
): FormalSource[] {
  const theory = [...FORMAL_SOURCES, ...(arithmetic === "real" ? [] : FLOAT_SOURCES)];
  return [...theory, modelSource(model), hintsSource(certificate)];
}

/**
 * Compiles `files` in `folder` and has the theorem of `claim` proved, or, where their program does
 * not reach it, the theorem of what it counts. Returns the number proved, and the axioms that the
 * theorem rests on, as coqc prints them.
 */
export async function proveByCoq(
  folder: string,
  files: FormalSource[],
  claim: bigint,
  arithmetic: FormalArithmetic = "real",
): Promise<{ certified: bigint; assumptions: string }> {
  for (const file of files) await compile(folder, file);
  const prove = (certified: bigint) => compile(folder, theoremSource(certified, arithmetic));
  try {
    return { certified: claim, assumptions: await prove(claim) };
  } catch {
    const certified = await countByCoq(folder, arithmetic);
    return { certified, assumptions: await prove(certified) };
  }
}

async function countByCoq(folder: string, arithmetic: FormalArithmetic): Promise<bigint> {
  const counted = await compile(folder, countSource(arithmetic));
  const number = /^= (\d+)\s/.exec(counted)?.[1];
  if (number !== undefined) return BigInt(number);
  throw new Error(
    `Cannot count by Rocq: expected a number but found ${escaped(counted)}: take Coq 8.16`,
  );
}

/**
 * Leaves the certificate's files in the folder and has coqc prove its claim, where it is installed.
 * Prints what became of it, and the axioms.
 */
export async function proveInFolder(
  folder: string,
  model: MaxOfKModel,
  certificate: Certificate,
  arithmetic: FormalArithmetic = "real",
): Promise<void> {
  const files = formalFiles(model, certificate, arithmetic);
  const claim = BigInt(certificate.claim.certified);
  if (!await coqIsHere()) {
    for (const { name, text } of [...files, theoremSource(claim, arithmetic)]) {
      await writeWhole(join(folder, `${name}.v`), text);
    }
    print(
      `written for Rocq, not checked: ${folder} (no coqc here: apt-get install libcoq-interval)`,
    );
    return;
  }
  const start = performance.now();
  const { certified, assumptions } = await proveByCoq(folder, files, claim, arithmetic);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const short = certified < claim ? `, of the ${claim} that the certificate claims` : "";
  const every = arithmetic === "real" ? "" : ` in every float32 evaluation (${arithmetic})`;
  print(
    `proved by coqc: at least ${certified} sequences are right${every}${short} (${seconds} s, ${folder})`,
  );
  print(assumptions);
}
