/**
 * How a proof refuses sizes that it cannot verify in reasonable time.
 * @module
 */

/** Throws for a strategy that would take too long for this K or v. */
export function refuseSize(name: string, needed: string, limit: string, instead: string): never {
  throw new RangeError(
    `Cannot verify ${name}: expected at most ${limit} but found ${needed}: take ${instead}`,
  );
}
