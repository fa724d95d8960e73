/**
 * Which build of a driver compiles the kernels, as far as Deno lets it be known: WebGPU tells an
 * adapter's name, not its driver's version, and an update may round differently.
 * @module
 */
import { basename, dirname, isAbsolute, join } from "node:path";

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
  [/swiftshader/i, /^vk_swiftshader/],
  [/nvidia|geforce|quadro|tesla/i, /^nvidia/],
  [/amd|radeon|radv/i, /^(radeon|amd)/],
  [/intel/i, /^intel_icd/],
];

/** Variables that name manifests or folders of them in place of the installed ones; the first counts. */
const VARIABLES = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

/** Between the paths of such a variable. */
const SEPARATOR = Deno.build.os === "windows" ? ";" : ":";

/**
 * The file name and size of the Vulkan driver of an adapter, such as
 * `libGLX_nvidia.so.550.54.14 of 160000 bytes`: another build has another size, and NVIDIA's file
 * name is its version. "unknown" on other systems than Linux, without permission to read these
 * folders, and where the driver is not installed there.
 *
 * A driver chosen with VK_DRIVER_FILES or VK_ICD_FILENAMES is found where the program may read that
 * variable. Settings that a driver takes from its environment are not seen.
 */
export function driverOf(
  description: string,
  { manifests = MANIFESTS, libraries = LIBRARIES, chosen = chosenText() } = {},
): string {
  const name = NAMES.find(([adapter]) => adapter.test(description))?.[1];
  const places = chosen === "" ? manifests : chosen.split(SEPARATOR).filter((path) => path !== "");
  const all = places.filter(mayRead).flatMap(manifestsAt);
  // The only one there is has the adapter, whatever it is called.
  const only = chosen !== "" && all.length === 1;
  for (const manifest of all) {
    if (!only && !name?.test(basename(manifest))) continue;
    const library = libraryOf(manifest);
    const found = placesOf(library, { manifest, libraries }).filter(mayRead).map(buildOf);
    const build = found.find((it) => it !== undefined);
    if (build !== undefined) return build;
  }
  return "unknown";
}

/** What the first of the variables says, where the program may read them; "" where they are unset. */
function chosenText(): string {
  const granted = VARIABLES.filter((variable) =>
    Deno.permissions.querySync({ name: "env", variable }).state === "granted"
  );
  return granted.map((variable) => Deno.env.get(variable)).find((text) => text) ?? "";
}

/** Asks nobody: without the permission a driver is unknown. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/** The manifests of a folder by name, or the one that a path is. */
function manifestsAt(path: string): string[] {
  try {
    if (!Deno.statSync(path).isDirectory) return [path];
    return Array.from(Deno.readDirSync(path), ({ name }) => join(path, name)).sort();
  } catch {
    return []; // no such folder
  }
}

/** Where a library may lie: a path is seen from its manifest, a bare name where libraries are. */
function placesOf(
  library: string,
  { manifest, libraries }: { manifest: string; libraries: string[] },
): string[] {
  if (library === "") return [];
  if (isAbsolute(library)) return [library];
  if (library.includes("/")) return [join(dirname(manifest), library)];
  return libraries.map((place) => join(place, library));
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
