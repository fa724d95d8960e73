/** What the tests of SAELens folders share. @module */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Crosscoder } from "../../../lib/crosscoder/check_coder.ts";
import { decode, encode, uploadCoder } from "../../../lib/crosscoder/encode.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";

const { gpu } = devices[0];

/** The folder of a case of tests/fixtures/saelens.py. */
export function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/saelens/${name}`, import.meta.url));
}

/** Copies the folder of a case to another one. */
export async function copyOf(name: string, folder: string): Promise<void> {
  for (const file of ["cfg.json", "sae_weights.safetensors"]) {
    await Deno.copyFile(join(folderOf(name), file), join(folder, file));
  }
}

/** What a crosscoder makes of x [rows, d_in]: latents [rows, d_sae], reconstructions [rows, d_in]. */
export async function latents(coder: Crosscoder, x: HostArray) {
  using device = uploadCoder(gpu, coder);
  const acts = encode(device, upload(gpu, x));
  return { acts: await acts.read(), recons: await decode(device, acts).read() };
}
