/**
 * Small questions: what the package asks, through our own requests, which know the token, the
 * redirections, the silence and the patience.
 * @module
 */
import { show } from "../show.ts";
import { type Hub, hubError, isHubError } from "./hub.ts";
import { patiently } from "./patience.ts";
import { type Answer, type Failure, isFailure, send } from "./send.ts";

/** Most bytes of a page of a listing. */
const MOST = 64 * 2 ** 20;

/**
 * A fetch for the package's functions. It answers with whole bodies and good statuses alone; all
 * else is thrown, as a sentence. The package itself is given no token: it would send it with every
 * next page of a listing, to whatever host that names.
 */
function askHub(hub: Hub): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    return await patiently(hub, async () => {
      const answer = await send(hub, url, init);
      if (isFailure(answer)) return answer;
      try {
        const body = await wholeBody(hub, answer);
        const { status, headers } = answer;
        return isFailure(body) ? body : new Response(body, { status, headers });
      } finally {
        await answer.drop();
      }
    });
  };
}

/** All bytes of a body of at most `most`. */
export async function wholeBody(
  hub: Hub,
  answer: Answer,
  { most = MOST }: { most?: number } = {},
): Promise<Blob | Failure> {
  const parts: BlobPart[] = [];
  for (let size = 0;;) {
    const part = await answer.next();
    if (part === undefined) return new Blob(parts);
    if (isFailure(part)) return part;
    size += part.length;
    if (size > most) {
      throw hubError(hub, {
        expected: `an answer of at most ${most} bytes`,
        found: "more",
        todo: "check HF_ENDPOINT",
      });
    }
    parts.push(part as Uint8Array<ArrayBuffer>);
  }
}

type PackageOptions = { hubUrl: string; fetch: typeof fetch };

/** Runs functions of the package. What they make of an answer that is none of a hub is no sentence. */
export async function askPackage<T>(
  hub: Hub,
  run: (options: PackageOptions) => Promise<T>,
): Promise<T> {
  try {
    return await run({ hubUrl: hub.environment.endpoint, fetch: askHub(hub) });
  } catch (error) {
    throw isHubError(error) ? error : strangeAnswer(hub, show((error as Error).message));
  }
}

/** The error for an answer that is none of a hub. */
export function strangeAnswer(hub: Hub, found: string): Error {
  return hubError(hub, {
    expected: "an answer in the hub's form",
    found,
    todo: "check HF_ENDPOINT",
  });
}
