/** Kernels that apply a nonlinearity. @module */
import phi from "../../../kernels/interactions/phi.wgsl" with { type: "text" };
import type { KernelSource } from "../../gpu/kernel.ts";
import type { ActivationName } from "../../model/components/mlp.ts";

const NUMBERS: Record<ActivationName, number> = { gelu_new: 0, gelu: 1, relu: 2 };

/** A kernel whose text follows that of kernels/interactions/phi.wgsl. */
export function phiKernel(activation: ActivationName, kernel: KernelSource): KernelSource {
  const constants = { PHI: NUMBERS[activation], ...kernel.constants };
  return { ...kernel, source: phi + kernel.source, constants };
}

/** The same for a kernel with one neuron an invocation. */
export function scalarPhiKernel(activation: ActivationName, kernel: KernelSource): KernelSource {
  const whole = phiKernel(activation, kernel);
  return { ...whole, source: phi.replaceAll("vec4f", "f32") + kernel.source };
}
