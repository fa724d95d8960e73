/**
 * WebGPU that compiles other texts than it is given, or goes by another name: what other drivers make of a kernel, and what
 * other adapters are given, tried here.
 * @module
 */

/**
 * The runtime's own WebGPU, each text of a shader changed before it is compiled; with a `description`, the adapter is known by
 * it.
 */
export function rewritten(
  change: (text: string) => string,
  { description }: { description?: string } = {},
): GPU {
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    const adapter = (await navigator.gpu.requestAdapter(options))!;
    const { features, limits } = adapter, { subgroupMinSize, subgroupMaxSize } = adapter.info;
    const info = description === undefined
      ? adapter.info
      : { description, vendor: "", subgroupMinSize, subgroupMaxSize };
    const requestDevice = async (descriptor?: GPUDeviceDescriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const create = device.createShaderModule.bind(device);
      device.createShaderModule = (given) => create({ ...given, code: change(given.code) });
      return device;
    };
    return { info, features, limits, requestDevice } as unknown as GPUAdapter;
  };
  return { requestAdapter } as unknown as GPU;
}

/** Replaces calls of a function by what `write` makes of their argument. */
function replaceCalls(text: string, name: string, write: (argument: string) => string): string {
  const call = new RegExp(`(?<![\\w.])${name}\\(`, "g");
  let result = "", done = 0;
  for (let found = call.exec(text); found; found = call.exec(text)) {
    let end = call.lastIndex;
    for (let depth = 1; depth > 0; end++) {
      if (text[end] === "(") depth++;
      if (text[end] === ")") depth--;
    }
    const argument = replaceCalls(text.slice(call.lastIndex, end - 1), name, write);
    result += text.slice(done, found.index) + write(argument);
    done = call.lastIndex = end;
  }
  return result + text.slice(done);
}

/** NaN where the argument is above 88, else 1: WGSL has no value for what overflows. */
const OPEN = (argument: string) => `sqrt(sign(88.5 - (${argument})))`;

/**
 * What WGSL and Vulkan leave to a driver: an exponential as wrong as may be, 3 + 2 |x| units in the
 * last place, this way or that, and no value at all for one that overflows, nor for a tanh of such an
 * argument.
 */
export function harsh(text: string): string {
  const code = text.replace(/\/\/.*$/gm, "");
  const exponentials = replaceCalls(code, "exp", (x) => {
    const wrong = `(1.8e-7 + 1.2e-7 * abs(${x})) * sin(1e4 * ((${x}) / (1.0 + abs(${x}))))`;
    return `(exp(${x}) * (1.0 + ${wrong}) * ${OPEN(x)})`;
  });
  return replaceCalls(exponentials, "tanh", (x) => `(tanh(${x}) * ${OPEN(`abs(${x})`)})`);
}
