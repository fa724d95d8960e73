/**
 * With the hub, or without.
 * @module
 */
import { escaped } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import { isUnreachable } from "./patience.ts";

/**
 * Asks the hub. Where it is out of reach, or nothing may be asked, what the cache holds is taken in
 * its place; the first is said. Throws where that is nothing.
 */
export async function reach<T>(
  hub: Hub,
  ask: () => Promise<T>,
  kept: () => Promise<T | undefined>,
): Promise<T> {
  if (hub.environment.offline) {
    const found = await kept();
    if (found !== undefined) return found;
    throw notCached(hub);
  }
  try {
    return await ask();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const found = await kept();
    if (found === undefined) throw error;
    hub.onNote(`${(error as Error).message}. Going on with what the cache holds`);
    return found;
  }
}

/** The error for what only the hub could give while nothing may be asked. */
export function notCached(hub: Hub, what = "it"): Error {
  return hubError(hub, {
    expected: `${what} in ${escaped(hub.environment.cache)}, since the hub may not be asked,`,
    found: "none",
    todo: "fetch it first, and see that HF_HUB_OFFLINE is not set then",
  });
}
