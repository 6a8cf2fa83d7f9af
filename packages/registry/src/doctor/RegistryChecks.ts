/**
 * The registry: whether it can be read, what in it is no project, what is there twice, and what is gone from the disk.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { isWriteProtected } from "@dev-infra/durable-files/FileOperations"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Project } from "@dev-infra/metadata/Project"
import type { LinePosition } from "../JsonFault.js"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Machine } from "../Machine.js"
import { decodeDocument, type EntryProblem, needsMachineId } from "../RegistryEdit.js"
import { DevInfraHome } from "../DevInfraHome.js"
import { entryPositions } from "../RegistryDocument.js"
import * as RegistryRepair from "../RegistryRepair.js"
import { refuseNewer, RegistryStore } from "../RegistryPort.js"
import { type Finding, octal } from "./Finding.js"
import { unlessOfHome } from "./HomeChecks.js"

const called = (project: Project): string => JSON.stringify(project.name)

/** Groups of more than one project with the same key. */
const groupsBy = (projects: ReadonlyArray<Project>, keysOf: (project: Project) => ReadonlyArray<string>): ReadonlyArray<readonly [string, ReadonlyArray<Project>]> => {
  const groups = new Map<string, Array<Project>>()
  for (const project of projects) {
    for (const key of new Set(keysOf(project))) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [project])
      else group.push(project)
    }
  }
  return [...groups].filter(([, group]) => group.length > 1)
}

/** What is wrong with projects that decode. `exists` answers for the paths of all of them, in order. */
const examineProjects = (projects: ReadonlyArray<Project>, exists: (paths: ReadonlyArray<string>) => ReadonlyArray<boolean>): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  for (const [id, group] of groupsBy(projects, (project) => [project.id])) {
    findings.push({
      subject: "entry",
      severity: "error",
      what: `${group.length} entries have the id ${id}: ${group.map((project) => `${called(project)} at ${project.path}`).join(", ")}`,
      fix: "edit the registry: keep one of them, or take the id out of the others to give them new ones"
    })
  }
  for (const [path, group] of groupsBy(projects, (project) => [project.path, ...(project.checkouts ?? [])])) {
    // Entries with one id and one path were named above.
    if (new Set(group.map(({ id }) => id)).size === 1) continue
    findings.push({
      subject: "entry",
      severity: "warning",
      path,
      what: `${group.length} entries lie at ${path}: ${group.map((project) => `${called(project)} (${project.id})`).join(", ")}`,
      fix: group.slice(1).map((project) => `dev-infra remove ${project.id}`).join(", or ")
    })
  }
  const places = projects.flatMap((project) =>
    // What is put away may be gone from the disk.
    project.status === "archived" ? [] : [project.path, ...(project.checkouts ?? [])].map((path) => ({ project, path }))
  )
  const there = exists(places.map(({ path }) => path))
  for (const [index, { path, project }] of places.entries()) {
    if (there[index] !== false) continue
    findings.push({
      subject: "project",
      severity: "warning",
      path,
      what: path === project.path ? `${called(project)} is not at ${path}` : `a checkout of ${called(project)} is not at ${path}`,
      fix: `if it was moved: dev-infra add its new folder; if it is gone: dev-infra remove ${path === project.path ? project.id : path}`
    })
  }
  return findings
}

/** Where in the file the entries stand that have problems. */
const placesOf = (path: string, problems: ReadonlyArray<EntryProblem>): Effect.Effect<ReadonlyMap<number, LinePosition>, FileFailure, DurableFile> =>
  Effect.map(
    Effect.flatMap(DurableFile, (durable) => durable.read(path)),
    Option.match({ onNone: () => new Map(), onSome: ({ text }) => entryPositions(text, problems.map(({ index }) => index)) })
  )

/** Whether the file may be replaced: also the superuser leaves alone what nobody may write. */
const examineProtection = (path: string): Effect.Effect<ReadonlyArray<Finding>, FileFailure, LocalFiles | DurableFile> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const target = yield* Effect.flatMap(DurableFile, (durable) => durable.resolve(path))
    const identity = yield* files.stat(target)
    if (Option.isNone(identity)) return []
    if (isWriteProtected(identity.value)) {
      return [
        {
          subject: "registry",
          severity: "warning",
          path,
          what: `is protected against writing (permissions ${octal(identity.value.mode)}), so nothing can be registered or changed`,
          fix: "chmod u+w on it",
          repair: { _tag: "ChangeMode", path: target, mode: (identity.value.mode & 0o777) | 0o200 }
        }
      ]
    }
    return yield* Effect.matchEffect(files.checkWritable(target), {
      onSuccess: () => Effect.succeed<ReadonlyArray<Finding>>([]),
      onFailure: (failure) => Effect.succeed<ReadonlyArray<Finding>>([{ subject: "registry", severity: "warning", path, what: failure.message, fix: "look at who owns it and at its permissions" }])
    })
  })

/** The registry as a whole. */
export const examineRegistry: Effect.Effect<ReadonlyArray<Finding>, never, DevInfraHome | RegistryStore | Machine | LocalFiles | DurableFile> = Effect.gen(function* () {
  const home = yield* DevInfraHome
  const store = yield* RegistryStore
  const machine = yield* Machine
  const files = yield* LocalFiles
  const path = store.location
  return yield* Effect.gen(function* () {
    const document = yield* store.read
    const newer = yield* Effect.flip(refuseNewer(path, document)).pipe(Effect.option)
    // A machine id that cannot be read is a finding of its own; made-up ids do for looking.
    const id = needsMachineId(document)
      ? yield* Effect.orElseSucceed(Effect.map(machine.identify, (identity): string => identity.id), () => "00000000-0000-0000-0000-000000000000")
      : ""
    const { problems, projects } = decodeDocument(document, id)
    const findings: Array<Finding> = []
    if (Option.isSome(newer)) {
      findings.push({ subject: "registry", severity: "error", path, what: newer.value.message, fix: "update dev-infra; until then the registry is only read" })
    }
    const positions = problems.length === 0 ? new Map<number, LinePosition>() : yield* placesOf(path, problems)
    for (const problem of problems) {
      const position = positions.get(problem.index)
      findings.push({
        subject: "entry",
        severity: "error",
        path,
        what: `${position === undefined ? "" : `${path}:${position.line}:${position.column}: `}entry ${problem.index + 1}${problem.label === undefined ? "" : ` (${JSON.stringify(problem.label)})`} is no project: ${problem.problems.map(({ message }) => message).join("; ")}`,
        fix: "correct it in the file by hand; it is kept as it is until then"
      })
    }
    findings.push(...(yield* examineProtection(path)))
    findings.push(...examineProjects(projects, files.existing))
    const counted = `${projects.length} ${projects.length === 1 ? "project" : "projects"}`
    return [{ subject: "registry", severity: "ok", path, what: `can be read: ${counted}` } satisfies Finding, ...findings]
  }).pipe(
    Effect.catchTag("RegistryUnreadable", (failure) =>
      Effect.map(RegistryRepair.inspect(path), (plan): ReadonlyArray<Finding> => {
        const byHand = "correct the file by hand; it is never overwritten as long as it cannot be read"
        const found = { subject: "registry", severity: "error", path, what: failure.message } as const
        return Option.match(plan, {
          onNone: () => [{ ...found, fix: byHand }],
          onSome: ({ summary }) => [
            {
              ...found,
              fix: `copy the file to backups, then ${summary}`,
              repair: { _tag: "RestoreRegistry", path, summary }
            }
          ]
        })
      })
    ),
    Effect.catchTag("FileFailure", (failure) =>
      Effect.succeed(unlessOfHome(home, failure, { subject: "registry", severity: "error", path, what: failure.message, fix: `see what is wrong with ${failure.path}` }))
    )
  )
})
