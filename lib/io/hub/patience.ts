/**
 * Asking again: a hub that is busy is asked a few more times, ever more slowly, or when it says so.
 * @module
 */
import { type Hub, hubError } from "./hub.ts";
import { type Failure, isFailure } from "./send.ts";

/** Tries of a busy hub, and of one that cannot be reached: without a network that is said soon. */
const TRIES = { busy: 5, silent: 2 };
/** Milliseconds before the second try; doubled each time. */
const FIRST = 1000;
/** Milliseconds that a user would wait without a sign. */
const MOST = 5 * 60_000;

const UNREACHABLE = "HubUnreachable";

/** Whether an error says that the hub could not be reached, rather than that it refused. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Error && error.name === UNREACHABLE;
}

/** Runs something until it does not fail, a few times; then throws what was found last. */
export async function patiently<T>(hub: Hub, run: () => Promise<T | Failure>): Promise<T> {
  for (let tries = 1;; tries++) {
    const result = await run();
    if (!isFailure(result)) return result;
    await waitAfter(hub, result, { tries, most: result.answered ? TRIES.busy : TRIES.silent });
  }
}

/** Waits before the next of `most` tries; throws where `tries` of them have failed. */
export async function waitAfter(
  hub: Hub,
  failure: Failure,
  { tries, most }: { tries: number; most: number },
): Promise<void> {
  const wait = failure.wait ?? FIRST * 2 ** (tries - 1);
  if (tries >= most || wait > MOST) throw unreachable(hub, failure, { tries, wait });
  hub.onNote(`Found ${failure.found}: trying again in ${Math.ceil(wait / 1000)} s`);
  await hub.pause(wait);
}

function unreachable(
  hub: Hub,
  { found, answered }: Failure,
  { tries, wait }: { tries: number; wait: number },
): Error {
  const times = tries === 1 ? "" : `, ${tries} times`;
  const later = wait > MOST ? `in ${Math.ceil(wait / 60_000)} minutes` : "later";
  const error = hubError(hub, {
    expected: `an answer of ${hub.environment.endpoint}`,
    found: `${found}${times}`,
    todo: answered
      ? `run it again ${later}, what is here stays`
      : "connect to a network, or fetch it on a machine with one and set HF_HOME to a copy of its cache",
  });
  error.name = UNREACHABLE;
  return error;
}
