/**
 * What templates of Taskfiles may know of this computer.
 *
 * @module
 */
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { readlinkSync } from "node:fs"
import { Surroundings } from "./Surroundings.js"

/** The last version of `task` whose Taskfiles are understood. @category models */
export const taskVersion = "3.53.1"

const systems: { readonly [name: string]: string } = { win32: "windows", sunos: "solaris" }
const architectures: { readonly [name: string]: string } = { x64: "amd64", ia32: "386", mipsel: "mipsle", ppc64: "ppc64le" }

const isZone = (name: string | undefined): name is string => name !== undefined && /^[A-Za-z]+(?:\/[\w+-]+)*$/.test(name)

/** The zone of this computer: as `TZ` says it, else as the system's link does; `Intl`, which knows it everywhere, takes a while to load. */
const zoneOf = (named: string | undefined): string => {
  if (isZone(named)) return named
  try {
    const linked = readlinkSync("/etc/localtime").split("/zoneinfo/")[1]?.replace(/^(?:posix|right)\/|^Etc\/(?=UTC$)/, "")
    if (isZone(linked)) return linked
  } catch {
    // it is a file, or not there
  }
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The world now. @category constructors */
export const world: Effect.Effect<Omit<TemplateWorld, "environment" | "workingDirectory">, never, Surroundings> = Effect.gen(function* () {
  const { environment, processors } = yield* Surroundings
  return {
    now: yield* Clock.currentTimeMillis,
    zone: zoneOf(environment["TZ"]),
    os: systems[process.platform] ?? process.platform,
    arch: architectures[process.arch] ?? process.arch,
    cpus: processors(),
    random: Math.random
  }
})
