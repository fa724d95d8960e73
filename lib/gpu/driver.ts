/**
 * Which build of a driver compiles the kernels, as far as Deno lets it be known: WebGPU tells an
 * adapter's name, not its driver's version, and an update may round differently.
 * @module
 */
import { basename, isAbsolute, join } from "node:path";

/** Where Vulkan's loader looks for the manifests of installed drivers on Linux. */
const MANIFESTS = ["/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/usr/share/vulkan/icd.d"];

/** Where a library lies that its manifest names without a folder. */
const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/run/opengl-driver/lib",
];

/** How a driver's manifest begins, by what its adapters are called. */
const NAMES: [RegExp, RegExp][] = [
  [/llvmpipe|lavapipe/i, /^lvp/],
  [/nvidia|geforce|quadro|tesla/i, /^nvidia/],
  [/amd|radeon|radv/i, /^(radeon|amd)/],
  [/intel/i, /^intel_icd/],
];

/**
 * The file name and size of the Vulkan driver of an adapter, such as
 * `libGLX_nvidia.so.550.54.14 of 160000 bytes`: another build has another size, and NVIDIA's file
 * name is its version. "unknown" on other systems than Linux, without permission to read these
 * folders, and where the driver is not installed there.
 *
 * A driver that was chosen with VK_DRIVER_FILES is not seen, and neither are settings that a driver
 * takes from its environment.
 */
export function driverOf(
  description: string,
  { manifests = MANIFESTS, libraries = LIBRARIES } = {},
): string {
  const name = NAMES.find(([adapter]) => adapter.test(description))?.[1];
  if (name === undefined) return "unknown";
  for (const folder of manifests.filter(mayRead)) {
    const manifest = filesIn(folder).filter((file) => name.test(file)).sort()[0];
    if (manifest === undefined) continue;
    const path = libraryOf(join(folder, manifest));
    const places = isAbsolute(path) ? [path] : libraries.map((place) => join(place, path));
    const found = path === "" ? undefined : places.filter(mayRead).map(buildOf).find((it) => it);
    if (found !== undefined) return found;
  }
  return "unknown";
}

/** Asks nobody: without the permission a driver is unknown. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

function filesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return []; // no such folder
  }
}

/** The library that a manifest names, "" where it names none. */
function libraryOf(manifest: string): string {
  try {
    const path = JSON.parse(Deno.readTextFileSync(manifest))?.ICD?.library_path;
    return typeof path === "string" ? path : "";
  } catch {
    return ""; // no manifest of this form
  }
}

function buildOf(library: string): string | undefined {
  try {
    const path = Deno.realPathSync(library);
    return `${basename(path)} of ${Deno.statSync(path).size} bytes`;
  } catch {
    return undefined; // not there
  }
}
