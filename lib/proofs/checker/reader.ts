/**
 * Checker: takes parameters and hints out of a certificate, each exactly once and only in the right shape.
 * @module
 */
import { show as showValue } from "../../io/show.ts";
import type { Json } from "./certificate.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { OrderHint } from "./n1_n2_blocks.ts";
import { type HintVectors, SCORE_WAYS } from "./scores.ts";

/** Thrown inside the checker with the reason of a rejection. */
export class Rejection extends Error {}

/** Rejects a certificate. */
export function reject(reason: string): never {
  throw new Rejection(reason);
}

/** What a certificate holds, as one short line: its own words must not look like a verdict. */
export function show(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return nestsDeeper(value, 8) ? "a deep nest" : showValue(value);
}

/** Whether lists and objects stand in each other more than `levels` deep. */
export function nestsDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => nestsDeeper(entry, levels - 1));
}

/** Pairs q <= m in the order (0,0), (0,1), ..., (0,v-1), (1,1), ... */
export function pairIndex(q: number, m: number, v: number): number {
  return q * v - q * (q - 1) / 2 + m - q;
}

/** One certificate's parameters and hints. */
export class Reader {
  readonly v: number;
  readonly K: number;
  readonly d: number;
  #left: Set<string>;

  constructor(
    private parameters: Record<string, Json>,
    private hints: Record<string, Json>,
    { config }: MaxOfKModel,
  ) {
    this.v = config.d_vocab;
    this.K = config.n_ctx;
    this.d = config.d_model;
    this.#left = new Set([...Object.keys(parameters), ...Object.keys(hints)]);
  }

  /** Rejects what no theorem asked for. */
  finish(): void {
    if (this.#left.size > 0) {
      reject(`${show([...this.#left])}: not a parameter or hint of this theorem`);
    }
  }

  parameter(name: string, [low, high]: [number, number]): number {
    return this.#integer(name, this.#take(this.parameters, name), [low, high]);
  }

  choice(name: string, options: readonly string[]): string {
    const value = this.#take(this.parameters, name);
    const found = options.find((option) => option === value);
    return found ??
      reject(`parameter ${name} is ${show(value)}, not one of ${options.join(", ")}`);
  }

  integers(name: string, length: number, range: [number, number]): number[] {
    return this.#list(name, this.#take(this.hints, name), length)
      .map((value) => this.#integer(name, value, range));
  }

  /** The directions that this attention error and direct path need. */
  vectors(attention: string, direct: string): HintVectors {
    const way = SCORE_WAYS.indexOf(attention);
    const names: [string, number][] = [];
    if (way > 0) names.push(["query", this.v], ["size", this.v]);
    if (way > 4) {
      names.push(["query2", this.v], ["size2", this.v], ["W_Q_U", this.d], ["W_K_U", this.d]);
    }
    if (direct === "svd_query+max_diff") names.push(["direct", this.d]);
    return Object.fromEntries(names.map(([name, length]) => {
      const list = this.#list(name, this.#take(this.hints, name), length);
      // Any size will do: what overflows becomes an infinite error, and certifies nothing.
      const bad = list.findIndex((x) => !Number.isFinite(x));
      if (bad >= 0) reject(`hint ${name}[${bad}] is ${show(list[bad])}, not a finite number`);
      return [name, list as number[]];
    }));
  }

  /** N2: for each pair q <= m a permutation of the tokens below m, and j[a] for a = 0..F. */
  orders(): (OrderHint | null)[] {
    const { v, K } = this;
    const orders = this.#list("orders", this.#take(this.hints, "orders"), v * (v + 1) / 2);
    const sizes = this.#list("j", this.#take(this.hints, "j"), v * (v + 1) / 2);
    const out = new Array<OrderHint | null>(v * v).fill(null);
    for (let q = 0; q < v; q++) {
      for (let m = q; m < v; m++) {
        const at = pairIndex(q, m, v);
        const order = this.#list("orders", orders[at], m).map((t) =>
          this.#integer("orders", t, [0, m - 1])
        );
        if (new Set(order).size !== m) {
          reject(`hint orders[${at}] repeats a token and misses another`);
        }
        const j = this.#list("j", sizes[at], K).map((n) => this.#integer("j", n, [0, m]));
        out[q * v + m] = { order, j };
      }
    }
    return out;
  }

  /** N4-partition: for each pair q <= m disjoint sets of tokens other than m. */
  partitions(): (q: number, m: number) => number[][] {
    const { v } = this;
    const pairs = this.#list("sets", this.#take(this.hints, "sets"), v * (v + 1) / 2);
    const all = new Map<number, number[][]>();
    for (let q = 0; q < v; q++) {
      for (let m = q; m < v; m++) {
        const at = pairIndex(q, m, v), sets = pairs[at];
        if (!Array.isArray(sets)) return reject(`hint sets[${at}] is not a list`);
        const whole = sets.map((X) => {
          if (!Array.isArray(X) || X.length === 0) {
            return reject(`hint sets[${at}] holds an empty set`);
          }
          return X.map((x) => this.#integer("sets", x, [0, v - 1]));
        });
        const tokens = whole.flat();
        if (new Set(tokens).size !== tokens.length) reject(`hint sets[${at}] overlap`);
        if (tokens.includes(m)) reject(`hint sets[${at}] holds the maximum ${m}`);
        all.set(at, whole);
      }
    }
    return (q, m) => all.get(pairIndex(q, m, v))!;
  }

  #take(from: Record<string, Json>, name: string): Json {
    if (!Object.hasOwn(from, name)) reject(`${name} is missing`);
    this.#left.delete(name);
    return from[name];
  }

  #list(name: string, value: Json, length: number): Json[] {
    if (!Array.isArray(value)) reject(`hint ${name} is not a list`);
    if (value.length !== length) reject(`hint ${name} has ${value.length} entries, not ${length}`);
    return value;
  }

  #integer(name: string, value: Json, [low, high]: [number, number]): number {
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
      reject(`${name} has ${show(value)}, not an integer from ${low} to ${high}`);
    }
    return value as number;
  }
}

/** Additions left for counting on grids; hints and G decide how many there will be. */
export interface Meter {
  left: number;
}

const MOST_ADDITIONS = 5e10;

/** A minute's worth or two. */
export function newMeter(): Meter {
  return { left: MOST_ADDITIONS };
}

/** Takes additions off the meter; rejects when it is empty. */
export function spend(meter: Meter, additions: number): void {
  meter.left -= additions;
  if (!(meter.left >= 0)) {
    reject(
      `its grids need more than ${MOST_ADDITIONS} additions, the most the checker makes: lower G`,
    );
  }
}

/** Rejects work beyond what the checker does. */
export function limit(what: string, needed: number, most: number): void {
  if (!(needed <= most)) {
    reject(`${needed.toExponential(1)} ${what}, more than the checker visits (${most})`);
  }
}
