/**
 * Dawn, the WebGPU of Chrome, as a second implementation beside the runtime's own: another WGSL
 * compiler (Tint), and on request no checks in shaders. It comes as the npm package `webgpu`, for
 * Linux, macOS and Windows, and is loaded when it is asked for; that needs --allow-ffi and
 * --allow-read.
 * @module
 */
import { exactly, expectForm, list, maybe, oneOf } from "../io/form.ts";

/** Of the npm package. */
const VERSION = "0.6.2";

/** What Dawn can be told to leave out; it takes names that it does not know without a word. */
export const TOGGLES = ["disable_robustness", "disable_workgroup_init", "skip_validation"] as const;

/** Backends of Dawn. */
export const BACKENDS = ["null", "vulkan", "metal", "d3d12"] as const;

/** See dawn(). */
export type DawnOptions = {
  /**
   * "disable_robustness": indices into arrays are not clamped; "disable_workgroup_init": workgroup
   * memory is not zeroed first (kernels here write it before they read it); "skip_validation": calls
   * are not checked.
   */
  toggles?: readonly typeof TOGGLES[number][];
  /** "null": no driver; kernels are compiled by Tint's front end and compute nothing. */
  backend?: typeof BACKENDS[number];
};

const OPTIONS = exactly({
  toggles: maybe(list(oneOf(TOGGLES))),
  backend: maybe(oneOf(BACKENDS)),
});

/**
 * Dawn for openGpu({ gpu }); throws where its package does not load. Hold it for as long as a device
 * of it is used: once it is collected, so are they.
 */
export async function dawn(options: DawnOptions = {}): Promise<GPU> {
  const { toggles = [], backend } = expectForm("load Dawn", options, OPTIONS);
  const { create } = await load();
  const gpu = create([
    // Times of passes in full; a page of a browser may not have them.
    "disable-dawn-features=timestamp_quantization",
    ...(toggles.length > 0 ? [`enable-dawn-features=${toggles.join(",")}`] : []),
    ...(backend ? [`backend=${backend}`] : []),
  ]);
  names.set(gpu, [`Dawn of webgpu ${VERSION}`, ...toggles].join(" "));
  return gpu;
}

const names = new WeakMap<GPU, string>();

/** Which Dawn this is, and what it leaves out; undefined for any other implementation. */
export function dawnName(gpu: GPU): string | undefined {
  return names.get(gpu);
}

/**
 * The implementation that a text such as "dawn" or "dawn:disable_robustness,skip_validation" asks
 * for; undefined for "deno", the runtime's own. Throws for any other text.
 */
export async function implementationOf(text: string): Promise<GPU | undefined> {
  if (text === "deno") return undefined;
  const [name, toggles] = text.split(/(?<=^dawn):(.*)/s);
  expectForm("choose WebGPU", { CROSSLAB_WEBGPU: name }, NAMES, "write dawn or dawn:TOGGLE,TOGGLE");
  return await dawn({ toggles: toggles?.split(",") as DawnOptions["toggles"] });
}

const NAMES = exactly({ CROSSLAB_WEBGPU: oneOf(["deno", "dawn"]) });

async function load(): Promise<{ create(options: string[]): GPU }> {
  try {
    // Not in one literal: whoever imports lib would fetch its 51 MB, asked for or not.
    return await import(`npm:webgpu@${VERSION}`);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Error(
      `Cannot load Dawn: expected npm:webgpu ${VERSION}, which knows Linux, macOS and Windows on x64 and arm64, but it ` +
        `does not load (${reason}): run with --allow-ffi ` +
        "--allow-read, in a checkout as `deno task dawn TASK`, or leave CROSSLAB_WEBGPU unset",
      { cause: error },
    );
  }
}
