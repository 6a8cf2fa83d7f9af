/**
 * Which row of a remote is which project of this machine. One project, one row; a path alone never decides, and an id never
 * overrules a repository that says otherwise.
 *
 * In this order: the uid or an alias; the row that this project was linked to, if it lost its uid; the repository with the place inside
 * it; and for rows that have neither uid nor repository, the same path and name.
 *
 * @module
 */
import { normalise, sameRepository, split } from "@dev-infra/metadata/RepositoryUrl"
import type { Refusal } from "./Comparison.js"
import type { LocalView } from "./LocalView.js"
import { idsOf, type RemoteEntry } from "./RemoteEntry.js"
import { repositoryKey, type SharedFields, textsOf } from "./SharedFields.js"
import type { Base } from "./SyncState.js"

/** @category models */
export interface MatchOptions {
  readonly bases: { readonly [id: string]: Base }
  /** projects that the user says are the same in spite of another repository */
  readonly same?: ReadonlySet<string>
  /** the id of this machine, as rows know it */
  readonly machine?: string
}

/** Two rows of one project: `entry` becomes part of `into`. @category models */
export interface TwinRows {
  readonly entry: RemoteEntry
  readonly into: RemoteEntry
}

/**
 * `rows` by the id of the project. `twins` are further rows of one project, by its id. `duplicates` are rows that stand for a project that has its
 * row already: copies of its identity, and rows without uid for its repository. Nobody writes them. `others` are rows that are no project of this machine.
 *
 * @category models
 */
export interface Matches {
  readonly rows: ReadonlyMap<string, RemoteEntry>
  readonly refusals: ReadonlyMap<string, Refusal>
  readonly twins: ReadonlyMap<string, ReadonlyArray<TwinRows>>
  readonly duplicates: ReadonlyArray<RemoteEntry>
  readonly others: ReadonlyArray<RemoteEntry>
}

/** The order of rows in which the first one was made first. @category combinators */
export const byKey = (left: RemoteEntry, right: RemoteEntry): number => Number(left.key) - Number(right.key) || (left.key < right.key ? -1 : 1)

const put = <K, V>(map: Map<K, Array<V>>, key: K, value: V): void => {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

const former = (fields: SharedFields): ReadonlyArray<string> => textsOf(fields["former_repositories"]).map((url) => normalise(url))

/** Whether both have a repository, and neither ever was the other's. */
const contradicts = (local: LocalView, entry: RemoteEntry): boolean => {
  if (local.raw["repository"] === entry.fields["repository"]) return false
  const [here, there] = [repositoryKey(local.raw), repositoryKey(entry.fields)]
  if (here === undefined || there === undefined || here === there) return false
  return !former(local.raw).includes(there) && !former(entry.fields).includes(here)
}

/** The same, for a row that lost what it held beside its columns: the place inside the repository may be lost too. */
const contradictsOutside = (local: LocalView, entry: RemoteEntry): boolean => contradicts(local, entry) && !isAround(entry.fields, local.raw)

/** Whether one has the repository inside which the other one has a place. @category predicates */
export const isAround = (outer: SharedFields, inner: SharedFields): boolean => {
  const [whole, part] = [outer["repository"], inner["repository"]]
  return typeof whole === "string" && typeof part === "string" && sameRepository(split(part).url, whole)
}

const areDistinct = (local: LocalView, entry: RemoteEntry): boolean => {
  const apart = new Set([...textsOf(local.raw["distinct_from"]), ...textsOf(entry.fields["distinct_from"])])
  if (apart.size === 0) return false
  return [local.project.id, ...textsOf(local.raw["aliases"]), ...idsOf(entry)].some((id) => apart.has(id))
}

const isLinked = (base: Base | undefined, entry: RemoteEntry): boolean =>
  base !== undefined && base.key === entry.key && base.createdAt === entry.createdAt

/** The row that a project is linked to may get another URL. One that never saw a write of this machine is somebody else's, with a number used again. */
const isOwn = (base: Base | undefined, entry: RemoteEntry, machine: string | undefined): boolean =>
  base !== undefined && isLinked(base, entry) && (base.confirmed === 0 || machine === undefined || (entry.writes[machine] ?? 0) > 0)

const otherRepository = (local: LocalView, entry: RemoteEntry): Refusal => ({
  reason: "OtherRepository",
  detail: `the same id belongs to ${JSON.stringify(entry.fields["repository"])} there and to ${JSON.stringify(local.project.repository)} here: run the push again with --same ${JSON.stringify(local.project.name)} if it is one project, or with --new-id ${JSON.stringify(local.project.name)} if this is a copy that became something else`
})

const grouped = (entries: ReadonlyArray<RemoteEntry>, keysOf: (entry: RemoteEntry) => ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<RemoteEntry>> => {
  const map = new Map<string, Array<RemoteEntry>>()
  for (const entry of entries) for (const key of keysOf(entry)) put(map, key, entry)
  return map
}

const none: ReadonlyArray<never> = []

const heldByOther = (owner: LocalView): Refusal => ({
  reason: "OtherRepository",
  detail: `its row there has the id of ${JSON.stringify(owner.project.name)} at ${owner.project.path}, which has another repository: decide about that one first, with push --new-id ${JSON.stringify(owner.project.name)} if it is a copy that became something else`
})

const sameAs = (local: LocalView, owner: LocalView): Refusal => ({
  reason: "SameUid",
  detail: `the remote knows it as the same project as ${JSON.stringify(owner.project.name)} at ${owner.project.path}: forget it here with dev-infra remove, or run the push again with --new-id ${JSON.stringify(local.project.name)} if they are two`
})

/** Rows by each of their keys; those that few projects are looked up by are sorted when the first one is. */
class Rows {
  readonly byUid: ReadonlyMap<string, RemoteEntry>
  readonly byAlias: ReadonlyMap<string, ReadonlyArray<RemoteEntry>>
  readonly #entries: ReadonlyArray<RemoteEntry>
  #byRepository: ReadonlyMap<string, ReadonlyArray<RemoteEntry>> | undefined
  #byFormer: ReadonlyMap<string, ReadonlyArray<RemoteEntry>> | undefined
  #byPlace: ReadonlyMap<string, ReadonlyArray<RemoteEntry>> | undefined
  #byLink: ReadonlyMap<string, ReadonlyArray<RemoteEntry>> | undefined

  constructor(entries: ReadonlyArray<RemoteEntry>) {
    const byUid = new Map<string, RemoteEntry>()
    for (const entry of entries) if (entry.uid !== null) byUid.set(entry.uid, entry)
    this.byUid = byUid
    this.byAlias = grouped(entries, (entry) => (entry.uid === null || entry.fields["aliases"] === undefined ? none : textsOf(entry.fields["aliases"])))
    this.#entries = entries
  }

  get byRepository() {
    return (this.#byRepository ??= grouped(this.#entries, (entry) => {
      const repository = repositoryKey(entry.fields)
      return repository === undefined ? none : [repository]
    }))
  }

  get byFormer() {
    return (this.#byFormer ??= grouped(this.#entries, (entry) => former(entry.fields)))
  }

  /** Rows that neither a uid nor a repository names, by their paths. */
  get byPlace() {
    return (this.#byPlace ??= grouped(this.#entries, (entry) =>
      entry.uid === null && repositoryKey(entry.fields) === undefined ? entry.locations.map(({ path }) => path) : none
    ))
  }

  /** Rows that lost their uid, by what a link remembers of them. */
  get byLink() {
    return (this.#byLink ??= grouped(this.#entries, (entry) => (entry.uid === null ? [`${entry.key} ${entry.createdAt}`] : none)))
  }
}

/** Of several rows with one uid the one that counts: that of the link, else the one whose repository fits, else the first. */
const original = (copies: ReadonlyArray<RemoteEntry>, local: LocalView | undefined, base: Base | undefined): RemoteEntry | undefined => {
  const repository = local === undefined ? undefined : repositoryKey(local.raw)
  return (
    copies.find((entry) => isLinked(base, entry)) ??
    copies.filter((entry) => repository !== undefined && repositoryKey(entry.fields) === repository).toSorted(byKey)[0] ??
    copies.toSorted(byKey)[0]
  )
}

const withoutDuplicates = (entries: ReadonlyArray<RemoteEntry>, locals: ReadonlyArray<LocalView>, bases: MatchOptions["bases"]) => {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { uid } of entries) if (uid !== null && seen.size === seen.add(uid).size) repeated.add(uid)
  if (repeated.size === 0) return { kept: entries, duplicates: [] }
  const copies = grouped(entries, ({ uid }) => (uid !== null && repeated.has(uid) ? [uid] : none))
  const owners = new Map<string, LocalView>()
  for (const local of locals) for (const id of [...textsOf(local.raw["aliases"]), local.project.id]) owners.set(id, local)
  const duplicates = new Set<RemoteEntry>()
  for (const [uid, rows] of copies) {
    const owner = owners.get(uid)
    const kept = original(rows, owner, owner === undefined ? undefined : bases[owner.project.id])
    for (const row of rows) if (row !== kept) duplicates.add(row)
  }
  return { kept: entries.filter((entry) => !duplicates.has(entry)), duplicates: [...duplicates] }
}

const bySurvival = (left: RemoteEntry, right: RemoteEntry): number => {
  if (left.uid !== null && right.uid !== null) return left.uid < right.uid ? -1 : 1
  return left.uid === null ? (right.uid === null ? byKey(left, right) : 1) : -1
}

/**
 * Which row is which project.
 *
 * @param locals the projects of this machine
 * @param entries the rows that are no deletions
 * @category matching
 */
export const match = (locals: ReadonlyArray<LocalView>, entries: ReadonlyArray<RemoteEntry>, { bases, machine, same }: MatchOptions): Matches => {
  const { duplicates, kept } = withoutDuplicates(entries, locals, bases)
  const index = new Rows(kept)
  const rows = new Map<string, RemoteEntry>()
  const refusals = new Map<string, Refusal>()
  const taken = new Set<RemoteEntry>()
  const free = (found: ReadonlyArray<RemoteEntry> | undefined): ReadonlyArray<RemoteEntry> => found?.filter((entry) => !taken.has(entry)) ?? []
  const link = (local: LocalView, entry: RemoteEntry) => {
    rows.set(local.project.id, entry)
    taken.add(entry)
  }

  const fitsById = (local: LocalView, entry: RemoteEntry): boolean => {
    const { id } = local.project
    if (isOwn(bases[id], entry, machine) || same?.has(id) === true || !contradicts(local, entry)) return true
    refusals.set(id, otherRepository(local, entry))
    return false
  }

  const byIds = (local: LocalView, lookUp: (id: string) => ReadonlyArray<RemoteEntry> | RemoteEntry | undefined) => {
    const { id } = local.project
    if (rows.has(id)) return
    const aliases = local.raw["aliases"]
    for (const one of aliases === undefined ? [id] : [id, ...textsOf(aliases)]) {
      const found = lookUp(one)
      if (found === undefined) continue
      const entry = free("key" in found ? [found] : found).filter((row) => !areDistinct(local, row)).toSorted(bySurvival)[0]
      if (entry !== undefined && fitsById(local, entry)) {
        refusals.delete(id)
        link(local, entry)
        return
      }
    }
  }

  const isOpen = (local: LocalView) => !rows.has(local.project.id) && !refusals.has(local.project.id)
  const owners = new Map(locals.map((local) => [local.project.id as string, local]))
  /** Rows that carry the id of another project of this machine are not to be had by another way. */
  const ofOther = (local: LocalView, entry: RemoteEntry): LocalView | undefined => {
    const owner = entry.uid === null ? undefined : owners.get(entry.uid)
    return owner === local ? undefined : owner
  }
  const available = (local: LocalView, found: ReadonlyArray<RemoteEntry> | undefined) => free(found).filter((entry) => !areDistinct(local, entry))
  const take = (local: LocalView, found: ReadonlyArray<RemoteEntry>) => {
    const [entry] = found.filter((one) => ofOther(local, one) === undefined).toSorted(bySurvival)
    if (entry !== undefined) {
      link(local, entry)
      return
    }
    const owner = found.map((one) => ofOther(local, one)).find((one) => one !== undefined)
    if (owner !== undefined) refusals.set(local.project.id, heldByOther(owner))
  }

  for (const local of locals) byIds(local, (id) => index.byUid.get(id))
  for (const local of locals) byIds(local, (id) => index.byAlias.get(id))
  const open = locals.filter(isOpen)
  for (const local of open) {
    const base = bases[local.project.id]
    const [entry] = base === undefined ? none : free(index.byLink.get(`${base.key} ${base.createdAt}`))
    if (entry !== undefined && !contradictsOutside(local, entry)) link(local, entry)
  }
  for (const local of open) {
    const repository = repositoryKey(local.raw)
    if (repository !== undefined && isOpen(local)) take(local, available(local, index.byRepository.get(repository)))
  }
  const moved = open.filter((local) => isOpen(local) && repositoryKey(local.raw) !== undefined)
  const current = new Set(moved.length === 0 ? none : locals.flatMap((local) => repositoryKey(local.raw) ?? none))
  for (const local of moved) {
    const repository = repositoryKey(local.raw) ?? ""
    const after = index.byRepository.has(repository) ? none : available(local, index.byFormer.get(repository))
    const before = former(local.raw).flatMap((url) => (current.has(url) ? none : available(local, index.byRepository.get(url))))
    take(local, [...after, ...before.flat()])
  }
  for (const local of open) {
    if (!isOpen(local)) continue
    const places = [local.project.path, ...(local.project.checkouts ?? [])]
    const [entry] = places.flatMap((path) => free(index.byPlace.get(path)).filter((row) => row.fields["name"] === local.project.name)).toSorted(byKey)
    if (entry !== undefined) link(local, entry)
  }

  const loose = kept.filter((entry) => entry.uid !== null && !taken.has(entry))
  const looseByRepository = grouped(loose, (entry) => {
    const repository = repositoryKey(entry.fields)
    return repository === undefined ? none : [repository]
  })
  const twins = new Map<string, ReadonlyArray<TwinRows>>()
  for (const local of loose.length === 0 ? none : locals) {
    const entry = rows.get(local.project.id)
    if (entry === undefined || entry.uid === null) continue
    const repository = repositoryKey(entry.fields)
    const sameRepository = repository === undefined || repository !== repositoryKey(local.raw) ? none : (looseByRepository.get(repository) ?? none)
    const sameId = [...textsOf(entry.fields["aliases"]), ...textsOf(local.raw["aliases"])].flatMap((alias) => index.byUid.get(alias) ?? none)
    const found = [...new Set([...sameRepository, ...sameId])].filter((row) => row !== entry && row.uid !== null && !taken.has(row) && !areDistinct(local, row) && ofOther(local, row) === undefined)
    const others = found.filter((row) => !textsOf(row.fields["distinct_from"]).some((id) => idsOf(entry).includes(id)) && !contradicts(local, row))
    if (others.length === 0) continue
    const [into, ...rest] = [entry, ...others].toSorted(bySurvival)
    if (into === undefined) continue
    twins.set(local.project.id, rest.map((row) => ({ entry: row, into })))
    for (const row of others) taken.add(row)
    rows.set(local.project.id, into)
  }
  for (const local of open) {
    const joined = isOpen(local) ? index.byAlias.get(local.project.id)?.find((entry) => taken.has(entry)) : undefined
    const owner = joined === undefined ? undefined : locals.find((one) => rows.get(one.project.id) === joined)
    if (owner !== undefined) refusals.set(local.project.id, sameAs(local, owner))
  }
  const rest = kept.filter((entry) => !taken.has(entry))
  const nameless = rest.filter((entry) => entry.uid === null && repositoryKey(entry.fields) !== undefined)
  const known = new Set(nameless.length === 0 ? none : [...rows.values()].flatMap((entry) => repositoryKey(entry.fields) ?? none))
  const copies = new Set(nameless.filter((entry) => known.has(repositoryKey(entry.fields) ?? "")))
  return { rows, refusals, twins, duplicates: [...duplicates, ...copies], others: copies.size === 0 ? rest : rest.filter((entry) => !copies.has(entry)) }
}
