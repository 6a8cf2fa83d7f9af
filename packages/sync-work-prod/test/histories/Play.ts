/** Plays a history. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { checkAlways } from "./Checks.js"
import * as Edits from "./Edits.js"
import { mainBranch } from "./GitWorld.js"
import * as Hands from "./Hands.js"
import * as Home from "./Home.js"
import type { Index } from "./Index.js"
import type { History, Operation } from "./Operation.js"
import { rest } from "./Rest.js"
import { sync } from "./Syncs.js"
import * as VirtualClock from "./VirtualClock.js"
import { rowsOf } from "./Subject.js"
import { demand, learn, look, Violation, World } from "./World.js"

const perform = (world: World, operation: Operation, number: number): Effect.Effect<void, unknown, Scope.Scope> => {
  const home = world.home("machine" in operation ? operation.machine : 0)
  const subject = world.subject("machine" in operation ? home : undefined, "project" in operation ? operation.project : 0)
  const git = (what: Parameters<typeof Edits.git>[3]) => Effect.sync(() => Edits.git(world, home, subject, what))
  switch (operation.type) {
    case "scan":
      return Edits.scan(world, home, subject)
    case "edit":
      return Edits.edit(world, home, subject, operation.field, operation.clear)
    case "tag":
      return Edits.tag(world, home, subject, operation.tag, operation.add)
    case "editFile":
      return Effect.sync(() => Edits.editFile(world, home, subject, operation.field))
    case "initFile":
      return Edits.initFile(world, home, subject)
    case "commit":
      return git((clone) => clone.commit())
    case "gitPush":
      return git((clone) => {
        clone.commit()
        clone.push()
      })
    case "gitPull":
      return git((clone) => void clone.pull())
    case "switch":
      return git((clone) => clone.switchTo(operation.branch === 0 ? mainBranch : "feature"))
    case "moveRepository":
      return Edits.moveRepository(world, home, subject)
    case "copyFolder":
      return Edits.copyFolder(world, home, subject)
    case "remove":
      return Edits.remove(world, home, subject)
    case "removeEverywhere":
      return Edits.removeEverywhere(world, home, subject)
    case "editElsewhere":
      return Edits.editElsewhere(world, home, subject, operation.field)
    case "fetch":
    case "pull":
    case "push":
      return sync(world, home, operation, number)
    case "undo":
      return Edits.undo(world, home, operation.entry, operation.force)
    case "copyHome":
      return world.homes.length >= 4 ? Effect.void : copyHome(world, home)
    case "handAdd":
      return Hands.add(world, subject, operation.stranger)
    case "handEdit":
      return Hands.edit(world, subject, operation.field)
    case "handRemove":
      return Hands.remove(world, subject)
    case "damage":
      return Hands.damage(world, subject)
    case "copyRow":
      return Hands.copy(world, subject)
    case "backup":
      return world.index.backup === undefined ? Effect.void : Effect.map(world.index.backup, (backup) => void world.backups.push(backup))
    case "restore":
      return Hands.restore(world)
    case "empty":
      return Hands.empty(world)
    case "wait":
      return Effect.sync(() => world.clock.pass(operation.seconds * 1000))
  }
}

const copyHome = (world: World, home: Home.Home) =>
  Effect.gen(function* () {
    const copy = yield* world.join((number) => Home.copy(world.index, number, home))
    for (const [path, subject] of world.placesOf(home)) {
      world.placesOf(copy).set(path, subject)
      world.storm(subject, "its home was copied")
    }
  })

/** 2026-01-01. */
const start = Date.UTC(2026, 0, 1)

/** @param sleeps whether who sleeps in a sync really waits */
export const play = (history: History, makeIndex: (clock: VirtualClock.VirtualClock) => Effect.Effect<Index, never, Scope.Scope>, sleeps: "hardly" | "really") =>
  Effect.gen(function* () {
    const clock = VirtualClock.make(start, sleeps)
    const world = new World(yield* Effect.withClock(makeIndex(clock), clock.off(0)), clock)
    const step = <A, E, R>(what: string, effect: Effect.Effect<A, E, R>) =>
      Effect.catchAllDefect(effect, (defect) => Effect.die(defect instanceof Violation ? new Violation(`${what}: ${defect.message}`) : defect)).pipe(Effect.withClock(clock.off(0)))
    for (let number = 0; number < history.machines; number++) yield* world.join((at) => Home.make(world.index, at, history.skews[at] ?? 0))
    for (const [number, operation] of history.operations.entries()) {
      yield* step(
        `step ${number} (${JSON.stringify(operation)})`,
        Effect.gen(function* () {
          yield* perform(world, operation, number)
          const seen = yield* look(world)
          learn(world, seen)
          checkAlways(world, seen)
        })
      )
    }
    yield* step("at rest", rest(world))
    const { ends } = history
    if (ends === undefined) return
    const [row] = rowsOf(world.subject(undefined, ends.project), yield* world.index.rows)
    demand(row?.fields["description"] === ends.description, () => `in the end the description is ${JSON.stringify(row?.fields["description"])} instead of ${JSON.stringify(ends.description)}`)
  }).pipe(Effect.orDie, Effect.scoped)
