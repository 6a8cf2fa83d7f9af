/**
 * What is known of the rows of a server 0.3.0 while changes are made: it can be asked for all of them only.
 *
 * @module
 */
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import * as Mapping030 from "./Mapping030.js"

/** All rows as they were last listed, with what this program changed since. @category models */
export class Rows030 {
  readonly #rows = new Map<number, Mapping030.Row>()
  readonly #byUid = new Map<string, Mapping030.Row>()
  readonly #byUrl = new Map<string, Mapping030.Row>()
  readonly #paths = new Map<string, number>()

  constructor(projects: Iterable<RemoteProject>) {
    for (const project of projects) this.put(project)
  }

  get size(): number {
    return this.#rows.size
  }

  /** Takes a row in, in place of what was known of it. */
  put(project: RemoteProject): Mapping030.Row {
    this.forget(project.id)
    const row = Mapping030.open(project)
    this.#rows.set(project.id, row)
    const { uid } = row.extras
    // Of copies of an envelope the first counts.
    if (uid !== null && !this.#byUid.has(uid)) this.#byUid.set(uid, row)
    if (project.remote_url !== null && !this.#byUrl.has(project.remote_url)) this.#byUrl.set(project.remote_url, row)
    if (project.path !== null) this.#paths.set(project.path, project.id)
    return row
  }

  forget(id: number): void {
    const row = this.#rows.get(id)
    if (row === undefined) return
    this.#rows.delete(id)
    const { extras, project } = row
    if (extras.uid !== null && this.#byUid.get(extras.uid) === row) this.#byUid.delete(extras.uid)
    if (project.remote_url !== null && this.#byUrl.get(project.remote_url) === row) this.#byUrl.delete(project.remote_url)
    if (project.path !== null && this.#paths.get(project.path) === id) this.#paths.delete(project.path)
  }

  byUid(uid: string): Mapping030.Row | undefined {
    return this.#byUid.get(uid)
  }

  byUrl(url: string): Mapping030.Row | undefined {
    return this.#byUrl.get(url)
  }

  /** Whether another row than this one has a path in its column. */
  isTaken(path: string, own?: number): boolean {
    const id = this.#paths.get(path)
    return id !== undefined && id !== own
  }

  /** Notes that a path is going to be another row's. */
  reserve(path: string): void {
    if (!this.#paths.has(path)) this.#paths.set(path, -1)
  }

  /** Two lists agree if they have the same rows with the same texts. */
  isSame(other: Rows030): boolean {
    if (other.size !== this.size) return false
    for (const [id, { project }] of this.#rows) {
      const there = other.#rows.get(id)?.project
      if (there === undefined || there.description !== project.description || there.created_at !== project.created_at || there.updated_at !== project.updated_at) return false
    }
    return true
  }
}
