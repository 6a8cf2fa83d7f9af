/**
 * What the tests of events have in common: somebody who follows, and what was told.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import type { Database } from "@dev-infra/work-prod-server/Database"
import * as ProjectEvents from "@dev-infra/work-prod-server/ProjectEvents"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { uid, worldOn } from "../feedWorld.js"

/** Events, batches, the feed, keys and accounts over a database. */
export const worldWith = <E>(over: Layer.Layer<Database, E>, limits: ProjectEvents.FollowerLimits = ProjectEvents.followerLimits) =>
  ProjectEvents.layerWith(limits).pipe(Layer.provideMerge(ApiKeys.layer), Layer.provide(RandomValues.layer), Layer.provideMerge(worldOn(over)))

/** An event in short: what happened to which project. */
export type Told = readonly [string, ...ReadonlyArray<unknown>]

const parse = (json: string): Readonly<Record<string, unknown>> => JSON.parse(json)

const toldOf = (event: ProjectEvents.ProjectEvent): Told => {
  switch (event._tag) {
    case "Change": {
      const { type, uid } = parse(event.json)
      return [String(type), uid]
    }
    case "Ready":
      return ["ready"]
    case "Reset":
      return ["reset", event.reason]
  }
}

/** Somebody who follows. `next` gives what comes next in short, `undefined` at the end. */
export interface Following {
  readonly next: Effect.Effect<ReadonlyArray<Told> | undefined, unknown>
  /** what was told so far */
  readonly events: ReadonlyArray<ProjectEvents.ProjectEvent>
  /** the cursor of the last event */
  readonly cursor: () => string
}

export const follow = (caller: CallerShape, since?: string) =>
  Effect.gen(function* () {
    const next = yield* (yield* ProjectEvents.ProjectEvents).follow(caller, since)
    const events: Array<ProjectEvents.ProjectEvent> = []
    const following: Following = {
      events,
      cursor: () => {
        const last = events.at(-1)
        return last === undefined || last._tag === "Reset" ? "" : last.cursor
      },
      next: Effect.map(next, (some) => {
        events.push(...Option.getOrElse(some, () => []))
        return Option.getOrUndefined(Option.map(some, (all) => all.map(toldOf)))
      })
    }
    return following
  })

/** Items of batches. */
export const create = (number: number) => ({ uid: uid(number), project: { name: `p${number}` } })
export const rename = (number: number, name: string) => ({ uid: uid(number), project: { name } })
export const remove = (number: number) => ({ uid: uid(number), delete: true })

/** What followers are told of them. */
export const ready: Told = ["ready"]
export const changed = (number: number): Told => ["project", uid(number)]
export const deleted = (number: number): Told => ["deleted", uid(number)]
