/**
 * How wide an adapter is: the units (streaming multiprocessors, compute units, cores) among which
 * it deals workgroups. WebGPU does not say, so that known names are listed; a wrong guess costs
 * speed, never a bit.
 * @module
 */

/** As their makers publish them; the first pattern that fits counts. */
const UNITS: [RegExp, number][] = [
  [/\bRTX 5090\b/, 170],
  [/\bRTX 5080\b/, 84],
  [/\bRTX 4090 D\b/, 114],
  [/\bRTX 4090\b/, 128],
  [/\bRTX 4080\b/, 76],
  [/\bRTX 4070 Ti\b/, 60],
  [/\bRTX 4070\b/, 46],
  [/\bRTX 4060\b/, 24],
  [/\bRTX 3090\b/, 82],
  [/\bRTX 3080\b/, 68],
  [/\bRTX 3070\b/, 46],
  [/\bRTX 3060\b/, 28],
  [/\bRTX 6000 Ada\b|\bL40S?\b/, 142],
  [/\bRTX A6000\b|\bA40\b/, 84],
  [/\bB[12]00\b/, 148],
  [/\bH100 PCIe\b/, 114],
  [/\bH[12]00\b/, 132],
  [/\bA100\b/, 108],
  [/\bA10\b|\bA10G\b/, 72],
  [/\bV100\b/, 80],
  [/\bL4\b/, 58],
  [/\bT4\b/, 40],
  [/\bMI300X\b/, 304],
  [/\b7900 XTX\b/, 96],
  [/\bApple M\d+ (Max|Ultra)\b/, 32],
  [/\bApple M\d+ Pro\b/, 16],
  [/\bApple M\d+\b/, 10],
];

/** A middling card. */
const UNKNOWN = 64;

/** Units of the adapter of this description, or those of a middling card. */
export function unitsOf({ description }: { description: string }): number {
  return UNITS.find(([pattern]) => pattern.test(description))?.[1] ?? UNKNOWN;
}
