/** The indexes that histories are played on. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as HttpIndexes from "./HttpIndexes.js"
import * as Index from "./Index.js"
import type { VirtualClock } from "./VirtualClock.js"
import * as WorkProdIndexes from "./WorkProdIndexes.js"

/** `sleeps`: whether who sleeps in a sync really waits, as one has to for real connections. */
export interface Kind {
  readonly make: (clock: VirtualClock) => Effect.Effect<Index.Index, never, Scope.Scope>
  readonly sleeps: "hardly" | "really"
}

const named = (name: string, make: Kind["make"], sleeps: Kind["sleeps"]): { readonly name: string; readonly kind: Kind } => ({ name, kind: { make, sleeps } })

/** Indexes of which no request leaves the process, and those that are asked over HTTP. */
export const kinds = (which: "memory" | "http" | "engine"): ReadonlyArray<{ readonly name: string; readonly kind: Kind }> => {
  switch (which) {
    case "memory":
      return [named("our server in memory", () => WorkProdIndexes.memory(false), "hardly"), named("0.3.0 in memory", () => WorkProdIndexes.memory(true), "hardly")]
    case "http":
      return [named("our server over HTTP", () => HttpIndexes.ours, "really"), named("0.3.0 over HTTP", HttpIndexes.version030, "really")]
    case "engine":
      return [named("an index that tells deletions", () => Index.memory(true), "hardly"), named("an index that does not", () => Index.memory(false), "hardly")]
  }
}
