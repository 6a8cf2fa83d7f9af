import { describe, it } from "@effect/vitest"
import { examples } from "./examples.js"
import { kinds } from "./indexes.js"
import { play } from "./Play.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

/** All of them over every server take some seconds: in the short form each is played over one. */
describe.each(kinds("memory").map((kind, at) => ({ ...kind, at })))("over $name", ({ at, kind }) => {
  const chosen = Object.entries(examples).filter((_, number) => isSoak || number % 2 === at)
  it.live.each(chosen)("%s: all agree in the end, and nothing is lost", ([, history]) => play(history, kind.make, kind.sleeps))
})
