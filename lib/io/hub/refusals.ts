/**
 * What the hub's refusals mean, and what the user can do about each.
 *
 * The hub says which thing is missing in X-Error-Code; 401 may stand for a repository that does not
 * exist, since it does not tell strangers which private ones do.
 * @module
 */
import { escaped, show } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";

/** Whether a status may pass: too many requests, a server that is overloaded or restarts. */
export function isBusy(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Milliseconds that the hub asks to be left alone for: Retry-After, or the end of its window. */
export function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text && /^\d{1,9}$/.test(text)) return 1000 * Number(text);
  const date = text ? Date.parse(text) : NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const [, window] = /;\s*t=(\d{1,9})/.exec(headers.get("ratelimit") ?? "") ?? [];
  return window === undefined ? undefined : 1000 * Number(window);
}

/** The error for an answer that is no and will stay so. */
export function refusal(
  hub: Hub,
  at: URL,
  { status, headers }: { status: number; headers: Headers },
): Error {
  const { source: { kind, repo, revision }, environment: { endpoint, token } } = hub;
  const code = headers.get("x-error-code");
  const own = at.origin === new URL(endpoint).origin;
  const [one, page] = [`a ${kind}`, `${endpoint}/${kind === "dataset" ? "datasets/" : ""}${repo}`];
  if (own && code === "GatedRepo") {
    return hubError(hub, {
      expected: `${one} that this user may read`,
      found: `that it is gated (status ${status})`,
      todo: `accept its terms at ${page}, and set HF_TOKEN to a token of that account`,
    });
  }
  if (own && code === "RevisionNotFound") {
    return hubError(hub, {
      expected: `a branch, a tag or a commit of the ${kind}`,
      found: `no ${show(revision)} among them`,
      todo: `look at ${page}/tree/main for its name`,
    });
  }
  if (own && code === "EntryNotFound") {
    return hubError(hub, {
      expected: `a file of the ${kind}`,
      found: `none of that name (status ${status})`,
      todo: `look at ${page}/tree/${revision} for its name`,
    });
  }
  const kinds = kind === "model" ? "dataset" : "model";
  if (own && (status === 404 || code === "RepoNotFound")) {
    return hubError(hub, {
      expected: `${one} of that name on ${endpoint}`,
      found: `none (status ${status})`,
      todo: `correct the name, see that it is no ${kinds}, or set HF_TOKEN if it is private`,
    });
  }
  if (own && status === 401) {
    return hubError(hub, {
      expected: token === undefined ? `${one} that is open to all` : "a token that the hub knows",
      found: token === undefined
        ? "none of that name (status 401)"
        : "that it does not (status 401)",
      todo: token === undefined
        ? "correct the name, or set HF_TOKEN if it is private or gated"
        : "set HF_TOKEN to a valid one, or unset it",
    });
  }
  const said = headers.get("x-error-message");
  return hubError(hub, {
    expected: `${escaped(at.host)} to give it`,
    found: `status ${status}${said ? `, ${show(said)}` : ""}`,
    todo: status === 403
      ? "see whether this account may read it, and set HF_TOKEN to a token that may"
      : "check the name and HF_ENDPOINT",
  });
}
