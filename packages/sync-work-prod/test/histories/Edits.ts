/** What people do: on a machine, in a repository, and in the pages of the server. Nothing of it syncs. */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import { type Bases, localValue, remoteValue, unknown, valueOf } from "./Expectation.js"
import { Clone, mainBranch } from "./GitWorld.js"
import * as Home from "./Home.js"
import { type ScalarField, scalarFields } from "./Operation.js"
import * as Subject from "./Subject.js"
import { by, demand, type TagFate, Violation, type World } from "./World.js"

const words: { readonly [field: string]: ReadonlyArray<string> } = {
  status: ["active", "paused", "archived", "completed", "cancelled"],
  classification: ["primary", "secondary", "maintenance"],
  project_type: ["Work", "Personal", "Learning", "Inactive"]
}

/** A value for a field: a new text, or one of the few words that it may have. */
const fresh = (world: World, field: string): string => {
  const choice = words[field]
  return choice === undefined ? world.ledger.next(field) : world.ledger.pick(choice)
}

/** The project of the registry, if the machine has it. */
export const registered = (world: World, home: Home.Home, subject: Subject.Subject): Effect.Effect<Project | undefined> => {
  const path = world.placeOf(home, subject)
  return path === undefined ? Effect.succeed(undefined) : Effect.map(home.projects, (projects) => projects.find((project) => project.path === path))
}

/** Clones and registers it. Where the index was looked at before, what is known of it is taken over. */
export const scan = (world: World, home: Home.Home, subject: Subject.Subject, path_ = `${home.folder}/${subject.folder}`) =>
  Effect.gen(function* () {
    const path = AbsolutePath.make(path_)
    const clone = home.clones.get(path) ?? new Clone(subject.repository)
    home.clones.set(path, clone)
    const url = world.origins.get(clone) ?? subject.urls.at(-1)
    if (url !== undefined) world.origins.set(clone, url)
    const { id, ...stated } = clone.work ?? {}
    const [candidate] = yield* home.sync.recognise([
      {
        path,
        kind: url === undefined ? "folder" : "repository",
        ...(url === undefined ? {} : { repository: Subject.spelled(url, home.number) }),
        ...(subject.inner === undefined ? {} : { inner: subject.inner }),
        ...(typeof id === "string" ? { id: ProjectId.make(id) } : {}),
        fields: { ...stated, local: { secret: Home.secret } },
        derived: { name: subject.folder }
      }
    ])
    const known = (yield* home.sync.notLocal).find((row) => candidate?.id !== undefined && row.uid === candidate.id)
    const [outcome] = yield* home.registry.add(candidate === undefined ? [] : [candidate])
    if (outcome === undefined) throw new Violation(`${subject.label} was neither registered nor refused`)
    if (outcome._tag === "Refused") {
      demand(subject.label.startsWith("copy") || id !== undefined, () => `${subject.label} cannot be registered: ${outcome.reason.message}`)
      return
    }
    yield* home.sync.registered([outcome.project.id])
    const wishes = world.wishesOf(home)
    for (const value of wishes.edits.get(subject)?.values() ?? []) if (!JSON.stringify(outcome.project).includes(JSON.stringify(value))) world.ledger.replace(value, "stated by a file")
    wishes.edits.delete(subject)
    wishes.removals.delete(subject)
    if (outcome._tag !== "Added") return
    world.placesOf(home).set(path, subject)
    // What was taken over from the index is nobody's edit here.
    const bases = new Map<ScalarField, Bases>()
    for (const field of known === undefined ? [] : scalarFields) {
      const there = known === undefined ? undefined : remoteValue(known, field)
      const { source, value } = localValue(outcome.project, clone, field)
      bases.set(field, source === "registry" && value === there ? new Set([there]) : new Set([there, unknown]))
    }
    world.links.set(home.number, subject.label, bases)
    if (known !== undefined) world.links.meet(home.number, subject.label)
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

/** Sets or clears a field in the registry. */
export const edit = (world: World, home: Home.Home, subject: Subject.Subject, field: ScalarField, clear: boolean) =>
  Effect.gen(function* () {
    const project = yield* registered(world, home, subject)
    if (project === undefined) return
    const isCleared = clear && field !== "name" && field !== "status"
    world.ledger.replace(project[field], "edited")
    const value = isCleared ? (field === "version" ? "unknown" : null) : fresh(world, field)
    yield* home.registry.update([{ id: project.id, patch: { [field]: value } }])
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

export const tag = (world: World, home: Home.Home, subject: Subject.Subject, number: number, add: boolean) =>
  Effect.gen(function* () {
    const project = yield* registered(world, home, subject)
    if (project === undefined) return
    const name = `tag-${number}`
    const before = project.tags ?? []
    const tags = world.tags.get(subject) ?? new Map<string, TagFate>()
    world.tags.set(subject, tags)
    const fate = tags.get(name)
    if (add && !before.includes(name)) tags.set(name, fate === undefined ? "added" : "unsure")
    // A removal counts where everybody else knew the tag.
    const haveAllSeen = world.homes.every((other) => world.placeOf(other, subject) === undefined || [...(world.links.get(other.number, subject.label)?.values() ?? [new Set([unknown])])].every((bases) => !bases.has(unknown)))
    if (!add && before.includes(name)) tags.set(name, fate === "added" && haveAllSeen ? "removed" : "unsure")
    const next = add ? [...new Set([...before, name])] : before.filter((one) => one !== name)
    yield* home.registry.update([{ id: project.id, patch: { tags: next.length === 0 ? null : next } }])
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

const cloneOf = (world: World, home: Home.Home, subject: Subject.Subject): Clone | undefined => {
  const path = world.placeOf(home, subject)
  return path === undefined ? undefined : home.clones.get(path)
}

export const editFile = (world: World, home: Home.Home, subject: Subject.Subject, field: ScalarField): void => {
  const clone = cloneOf(world, home, subject)
  if (clone === undefined) return
  const value = fresh(world, field)
  // Git keeps what files said.
  world.ledger.replace(value, "kept by git")
  if (clone.branch !== mainBranch && words[field] === undefined) world.drafts.add(value)
  clone.edit({ [field]: value })
}

/** What `init` does in a project that is registered: its id goes into the file. */
export const initFile = (world: World, home: Home.Home, subject: Subject.Subject) =>
  Effect.map(registered(world, home, subject), (project) => {
    const clone = cloneOf(world, home, subject)
    if (project !== undefined && clone !== undefined && clone.work?.["id"] === undefined) clone.edit({ id: project.id })
  })

export const git = (world: World, home: Home.Home, subject: Subject.Subject, what: (clone: Clone) => void): void => {
  const clone = cloneOf(world, home, subject)
  if (clone !== undefined) what(clone)
}

/** The repository moves to another place, and somebody who has it accepts that. */
export const moveRepository = (world: World, home: Home.Home, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const project = yield* registered(world, home, subject)
    const current = subject.urls.at(-1)
    if (project?.repository === undefined || current === undefined) return
    if (normalise(project.repository) === normalise(Subject.storedUrl(subject, current))) subject.urls.push(current.replace(/(?:-\d+)?\.git$/, `-${subject.urls.length}.git`))
    const next = subject.urls.at(-1) ?? current
    const clone = cloneOf(world, home, subject)
    if (clone !== undefined) world.origins.set(clone, next)
    const former = project["former_repositories"]
    const before = Array.isArray(former) ? former.filter((url): url is string => typeof url === "string") : []
    yield* home.registry.update([
      { id: project.id, patch: { repository: Subject.spelled(Subject.storedUrl(subject, next), home.number), former_repositories: [...new Set([...before, normalise(project.repository)])] } }
    ])
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

/** A folder is copied with its file, which holds the id, and gets another repository. */
export const copyFolder = (world: World, home: Home.Home, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const [id] = subject.ids
    if (id === undefined || subject.urls.length === 0 || world.isStormy) return
    const copy = Subject.copied(`copy${world.subjects.length}`, id)
    world.storm(copy, "copied")
    world.storm(subject, "copied")
    world.subjects.push(copy)
    yield* scan(world, home, copy)
  })

/** Local values that go with the project had been seen by who removed it. */
const forget = (world: World, home: Home.Home, subject: Subject.Subject, project: Project) =>
  Effect.gen(function* () {
    world.ledger.replaceWithin(project, "removed")
    if (subject.urls.length > 1) world.storm(subject, "who knew where it was before may have forgotten it")
    yield* home.registry.remove([{ id: project.id }])
    yield* home.sync.removed([project.id])
    world.placesOf(home).delete(project.path)
    world.links.drop(home.number, subject.label)
  })

export const remove = (world: World, home: Home.Home, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const project = yield* registered(world, home, subject)
    if (project === undefined) return
    yield* forget(world, home, subject, project)
    // Without a repository nothing tells that it is the same project, when the folder comes again.
    if (subject.urls.length === 0) world.storm(subject, "removed without a repository")
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

export const removeEverywhere = (world: World, home: Home.Home, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const project = yield* registered(world, home, subject)
    const row = Subject.rowsOf(subject, yield* home.sync.notLocal)[0]
    const id = project?.id ?? row?.uid
    if (id === undefined || id === null) return
    yield* home.sync.removeEverywhere([id])
    const wishes = world.wishesOf(home)
    wishes.removals.add(subject)
    for (const value of wishes.edits.get(subject)?.values() ?? []) world.ledger.replace(value, "removed")
    wishes.edits.delete(subject)
    world.storm(subject, "removed everywhere")
    if (project !== undefined) yield* forget(world, home, subject, project)
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

/** A field of a project that is only on other machines. */
export const editElsewhere = (world: World, home: Home.Home, subject: Subject.Subject, field: ScalarField) =>
  Effect.gen(function* () {
    if (world.placeOf(home, subject) !== undefined) return
    const row = Subject.rowsOf(subject, yield* home.sync.notLocal).find(({ uid }) => uid !== null)
    const wishes = world.wishesOf(home)
    if (row === undefined || row.uid === null || wishes.removals.has(subject)) return
    const value = fresh(world, field)
    const before = wishes.edits.get(subject) ?? new Map<string, string>()
    world.ledger.replace(before.get(field), "edited")
    world.ledger.replace(row.fields[field], "edited")
    yield* home.sync.editRemote(row.uid, { [field]: value })
    wishes.edits.set(subject, before.set(field, value))
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))

/** Puts an overridden value back. */
export const undo = (world: World, home: Home.Home, number: number, force: boolean) =>
  Effect.gen(function* () {
    const entries = (yield* home.log).filter(({ record }) => record.kind === "overridden" || record.kind === "deleted")
    const chosen = entries[number % Math.max(1, entries.length)]
    if (chosen === undefined) return
    const outcome = yield* Effect.either(home.sync.undo(chosen.entry, { force }))
    if (outcome._tag === "Left") {
      demand(outcome.left._tag === "CannotUndo" || outcome.left._tag === "ProjectInvalid", () => `undo ${chosen.entry} fails: ${String(outcome.left)}`)
      return
    }
    const { record } = chosen
    const subject = [...world.placesOf(home)].find(([, one]) => one.ids.has(outcome.right.project))?.[1] ?? world.subjects.find(({ ids }) => ids.has(outcome.right.project))
    if (subject === undefined || record.kind !== "overridden") {
      if (subject !== undefined) world.storm(subject, "its deletion was undone")
      return
    }
    if (!scalarFields.some((field) => field === record.field)) world.storm(subject, `${record.field} was undone`)
    const project = yield* registered(world, home, subject)
    const clone = cloneOf(world, home, subject)
    if (project === undefined) return
    const now = valueOf(record.field, (outcome.right.file === undefined ? project[record.field] : clone?.work?.[record.field]) as JsonValue | undefined) // from JSON
    const isShown = record.field === "status" || now === valueOf(record.field, record.old)
    demand(isShown, () => `undo ${chosen.entry} leaves ${record.field} of ${subject.label} at ${String(now)}, not at ${JSON.stringify(record.old)}`)
  }).pipe((effect) => by(world, home, Effect.orDie(effect)))
