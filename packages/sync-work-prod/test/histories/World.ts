/** All machines, the index, git, and what is true of the projects. */
import type { Project } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Clone, WorkingTree } from "./GitWorld.js"
import { Links } from "./Expectation.js"
import * as Home from "./Home.js"
import type { Index } from "./Index.js"
import { Ledger } from "./Ledger.js"
import * as Subject from "./Subject.js"
import type { VirtualClock } from "./VirtualClock.js"

/** Something is not as it must be. */
export class Violation extends Error {
  override readonly name = "Violation"
}

export const demand = (isSo: boolean, what: () => string): void => {
  if (!isSo) throw new Violation(what())
}

/** What can be seen from outside at some moment. */
export interface Seen {
  /** by the number of the machine and the path */
  readonly projects: ReadonlyMap<number, ReadonlyMap<string, Project>>
  readonly trees: ReadonlyMap<number, ReadonlyMap<string, WorkingTree>>
  readonly rows: ReadonlyArray<RemoteEntry>
  readonly raw: ReadonlyMap<string, string>
}

/** What a machine wants to be done with the next push to projects that are not on it. */
export interface Wishes {
  readonly edits: Map<Subject.Subject, Map<string, string>>
  readonly removals: Set<Subject.Subject>
}

/** A tag that was only ever added, one that was added once and then taken away, or neither. */
export type TagFate = "added" | "removed" | "unsure"

export class World {
  readonly index: Index
  readonly clock: VirtualClock
  readonly homes: Array<Home.Home> = []
  /** which project is at which path, by machine: exactly these are registered */
  readonly places = new Map<number, Map<string, Subject.Subject>>()
  readonly wishes = new Map<number, Wishes>()
  readonly subjects: Array<Subject.Subject>
  readonly links = new Links()
  readonly ledger = new Ledger()
  /** what people did with tags, by project */
  readonly tags = new Map<Subject.Subject, Map<string, TagFate>>()
  /** URL that each clone came from */
  readonly origins = new WeakMap<Clone, string>()
  readonly backups: Array<Effect.Effect<void>> = []
  /** rows of others, as they were made: nobody writes them */
  readonly strangers = new Map<string, string>()
  /** uids that somebody deleted there */
  readonly dead = new Map<string, Subject.Subject>()
  /** texts that were only ever on another branch than the one that counts */
  readonly drafts = new Set<string>()
  /** deletions may be too many at once for the machines to believe */
  isStormy = false
  /** somebody copied rows with all that they say */
  hasCopies = false

  constructor(index: Index, clock: VirtualClock) {
    this.index = index
    this.clock = clock
    this.subjects = [...Subject.initial()]
  }

  home(number: number): Home.Home {
    const home = this.homes[number % this.homes.length]
    if (home === undefined) throw new Violation("there is no machine")
    return home
  }

  placesOf({ number }: Home.Home): Map<string, Subject.Subject> {
    const places = this.places.get(number) ?? new Map<string, Subject.Subject>()
    this.places.set(number, places)
    return places
  }

  wishesOf({ number }: Home.Home): Wishes {
    const wishes = this.wishes.get(number) ?? { edits: new Map(), removals: new Set() }
    this.wishes.set(number, wishes)
    return wishes
  }

  /** The one that is meant: the last number stands for the folder of each machine that is in no repository. */
  subject(home: Home.Home | undefined, number: number): Subject.Subject {
    const shared = this.subjects.filter(({ label }) => !label.startsWith("folder"))
    const at = number % (shared.length + 1)
    const found = shared[at]
    if (found !== undefined) return found
    const label = `folder${home?.number ?? 0}`
    const before = this.subjects.find((subject) => subject.label === label)
    if (before !== undefined) return before
    const made = Subject.withoutRepository(label)
    this.subjects.push(made)
    return made
  }

  /** Where a machine has a project. */
  placeOf(home: Home.Home, subject: Subject.Subject): string | undefined {
    return [...this.placesOf(home)].find(([, one]) => one === subject)?.[0]
  }

  /** From here on nobody can say what stands, only that nothing is lost and that all agree in the end. */
  storm(subject: Subject.Subject, why: string): void {
    subject.stormy ??= why
  }

  stormAll(why: string): void {
    this.isStormy = true
    for (const subject of this.subjects) this.storm(subject, why)
  }

  /** One more machine. */
  join(make: (number: number) => Effect.Effect<Home.Home, never, Scope.Scope>): Effect.Effect<Home.Home, never, Scope.Scope> {
    return Effect.map(make(this.homes.length), (home) => {
      this.homes.push(home)
      return home
    })
  }
}

/** Something that a machine does, by its own clock. */
export const by = <A, E, R>(world: World, home: Home.Home, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => Effect.withClock(effect, world.clock.off(home.skew))

export const look = (world: World): Effect.Effect<Seen> =>
  Effect.gen(function* () {
    const projects = new Map<number, ReadonlyMap<string, Project>>()
    for (const home of world.homes) projects.set(home.number, new Map((yield* home.projects).map((project) => [project.path, project] as const)))
    const treesOf = ({ clones }: Home.Home) => new Map([...clones].map(([path, { branch, work }]) => [path, { branch, work }] as const))
    const trees = new Map(world.homes.map((home) => [home.number, treesOf(home)] as const))
    return { projects, trees, rows: yield* world.index.rows, raw: yield* world.index.raw }
  })

/** Notes which ids the projects have by now. */
export const learn = (world: World, { projects, rows }: Seen): void => {
  for (const home of world.homes) {
    for (const [path, subject] of world.placesOf(home)) {
      const project = projects.get(home.number)?.get(path)
      if (project !== undefined) Subject.learn(subject, project, world.subjects)
    }
  }
  for (const row of rows) {
    if (row.uid === null || row.deletedAt !== null) continue
    const { uid } = row
    if (world.subjects.some(({ ids }) => ids.has(uid))) continue
    const owner = world.subjects.find((subject) => Subject.isOf(subject, row.fields["repository"]))
    owner?.ids.add(uid)
  }
}
