/**
 * Removing projects everywhere: here at once, at work-prod with the next push.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import { Registry } from "@dev-infra/registry/Registry"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as AnyProject from "../../AnyProject.js"
import { CommandFailed } from "../../CommandError.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import { idOf, nameOf } from "../../RemoteReference.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import * as SyncAccess from "../../SyncAccess.js"
import * as SyncText from "../../SyncText.js"
import type { RemoveInput } from "./command.js"

/** A project to be removed: where it is on this machine, and whether the last fetch saw it at work-prod. */
interface Doomed {
  readonly id: string
  readonly name: string
  readonly project: Project | undefined
  readonly entry: RemoteEntry | undefined
}

const sentence = ({ entry, name, project }: Doomed): SafeText => {
  const here = project === undefined ? text`not on this machine` : text`forgotten here (${project.path})`
  if (entry === undefined) return text`${name}: ${here}; work-prod does not have it`
  const own = new Set<string>(project === undefined ? [] : [project.path, ...(project.checkouts ?? [])])
  const locations = entry.locations.filter(({ path }) => !own.has(path))
  const where = locations.length === 0 ? text`` : text`; ${SyncText.locationsText({ locations })} stays as it is`
  return text`${name}: ${here}; with the next push deleted at work-prod${where}`
}

const doomed = (input: RemoveInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const named = yield* AnyProject.locate(input.projects, input)
    const { projects } = yield* sync.status
    const rows = new Map(projects.map(({ id, remote }) => [id, remote]))
    const here = AnyProject.locals(named).map((project): Doomed => ({ id: project.id, name: project.name, project, entry: rows.get(project.id) }))
    const elsewhere = AnyProject.others(named).map((entry): Doomed => ({ id: idOf(entry), name: nameOf(entry), project: undefined, entry }))
    const all = [...here, ...elsewhere]
    const unclaimed = all.find(({ entry }) => entry?.uid === null)
    if (unclaimed === undefined) return all
    return yield* new CommandFailed({
      what: `${unclaimed.name} was made at work-prod by something else`,
      hint: unclaimed.project === undefined ? "remove it there" : "push links the two; then it can be removed everywhere"
    })
  })

const remove = (all: ReadonlyArray<Doomed>) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const registry = yield* Registry
    const local = all.flatMap(({ project }) => (project === undefined ? [] : [project.id]))
    // Decided first: should this be cut off, the project is still here, and named again it is removed as well.
    yield* sync.removeEverywhere(all.map(({ entry, id }) => entry?.uid ?? id))
    if (local.length > 0) yield* registry.remove(local.map((id) => ({ id })))
    yield* Recognition.removed(local)
  })

/** Remove projects everywhere. @category commands */
export const run = (input: RemoveInput) =>
  SyncAccess.use(
    Effect.gen(function* () {
      const output = yield* Output
      const prompt = yield* Prompt
      if (!(yield* SyncAccess.isKnown)) {
        return yield* new CommandFailed({ what: "no server was asked yet, so nothing is known of other machines", hint: "dev-infra pull asks it; without --everywhere, projects are forgotten here only" })
      }
      const all = yield* doomed(input)
      for (const one of all) yield* output.message(sentence(one))
      const question = text`Remove ${SyncText.many(all.length, "project")} everywhere?`
      const agreed = input.dryRun || input.yes || all.length === 0 || (yield* prompt.confirm({ question, flag: "--yes", byDefault: false }))
      if (agreed && !input.dryRun && all.length > 0) yield* remove(all)
      if (input.json) {
        yield* output.json({
          dry_run: input.dryRun,
          everywhere: agreed ? all.map(({ entry, id, name, project }) => ({ id, name, path: project?.path ?? null, local: project !== undefined, there: entry !== undefined })) : []
        })
      }
      if (!agreed || input.dryRun) return yield* output.message(text`Nothing was changed.`)
      if (all.length > 0) yield* output.message(text`Nothing on disk was touched.`)
      if (all.some(({ entry }) => entry !== undefined)) yield* output.message(text`${yield* Next.line("push")}   ${styled("dim", "deletes at work-prod; until then, registering a project again calls it off")}`)
    })
  )
