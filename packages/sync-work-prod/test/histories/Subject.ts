/** What really is a project, whatever ids and rows it got: the truth that machines and the index have to find out. */
import type { Project } from "@dev-infra/metadata/Project"
import { normalise, withInner } from "@dev-infra/metadata/RepositoryUrl"
import { idsOf, type RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { type Content, Repository } from "./GitWorld.js"

/** `ids` are all that it ever had. `urls` are those of its repository, the newest last; none if it has no repository. */
export interface Subject {
  readonly label: string
  readonly folder: string
  readonly repository: Repository
  readonly inner: string | undefined
  readonly urls: Array<string>
  readonly ids: Set<string>
  /** nothing happened yet that makes it unforeseeable what stands; why, if something did */
  stormy: string | undefined
}

/** A UUID that somebody else's `init` wrote. */
export const foreignId = (number: number): string => `${String(15).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`

const make = (label: string, urls: ReadonlyArray<string>, content?: Content, inner?: string): Subject => ({
  label,
  folder: label,
  repository: new Repository(content),
  inner,
  urls: [...urls],
  ids: new Set(),
  stormy: undefined
})

const urlOf = (name: string): string => `https://git.example.org/me/${name}.git`

/** Those that every history begins with. The one without a repository is made for each machine by itself. */
export const initial = (): ReadonlyArray<Subject> => [
  make("api", [urlOf("api")]),
  make("web", [urlOf("web")], { description: "web by file" }),
  make("cli", [urlOf("cli")]),
  make("inner", [urlOf("api")], undefined, "packages/inner"),
  make("lib", [urlOf("lib")], { id: foreignId(1), note: "lib by file" })
]

/** A folder without a repository. */
export const withoutRepository = (label: string): Subject => make(label, [])

/** A folder that was copied with the id of another project, and became one of its own. */
export const copied = (label: string, id: string): Subject => make(label, [urlOf(label)], { id })

/** The URL as it is stored: with the place inside the repository. */
export const storedUrl = ({ inner }: Subject, url: string): string => (inner === undefined ? url : withInner(url, inner))

/** The same URL as another machine may spell it. */
export const spelled = (url: string, machine: number): string =>
  machine % 2 === 0 ? url : url.replace(/^https:\/\/([^/]+)\//, "git@$1:")

/** Whether a URL is, or was, that of the repository. */
export const isOf = (subject: Subject, url: unknown): boolean =>
  typeof url === "string" && subject.urls.some((one) => normalise(storedUrl(subject, one)) === normalise(url))

/** The rows that are, or want to be, this project. */
export const rowsOf = (subject: Subject, rows: ReadonlyArray<RemoteEntry>): ReadonlyArray<RemoteEntry> =>
  rows.filter((row) => row.deletedAt === null && (idsOf(row).some((id) => subject.ids.has(id)) || isOf(subject, row.fields["repository"])))

/** Notes the ids that a project turns out to have, unless they are another one's. */
export const learn = (subject: Subject, project: Project, others: ReadonlyArray<Subject>): void => {
  const aliases = project["aliases"]
  for (const id of [project.id, ...(Array.isArray(aliases) ? aliases.filter((alias): alias is string => typeof alias === "string") : [])]) {
    if (!others.some((other) => other !== subject && other.ids.has(id))) subject.ids.add(id)
  }
}
