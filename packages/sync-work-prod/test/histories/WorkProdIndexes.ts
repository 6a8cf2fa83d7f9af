/** Indexes that are work-prod servers: in memory, ours and 0.3.0. */
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import { Unreachable } from "@dev-infra/work-prod-client/WorkProdError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Columns, Index } from "./Index.js"

/** Somebody who only looks. */
export const observer = { uid: "00000000-0000-4000-8000-0000000000ff", name: "observer" }

export const indexOptions = { remoteName: "home", address: "work-prod.example" }

/** What somebody made of a row, without the times at which that was. */
export const rawOf = (project: RemoteProject): string => {
  const { etag: _, updated_at: __, ...rest } = project
  return JSON.stringify(rest)
}

const envelope = /\n*<!-- dev-infra:[^]*?-->\s*$/

/** As somebody does who does not know what the end of a description is for: all but the human part is damaged. */
export const damaged = ({ description, metadata }: RemoteProject): Columns & { readonly metadata?: null } =>
  metadata === null ? { description: description?.replace(envelope, (comment) => comment.replace(/[A-Za-z0-9_-]{12}(?=[A-Za-z0-9_-]*\s*-->)/, "!damaged!")) ?? null } : { metadata: null }

/** What a copy of a row says. */
export const copyOf = ({ classification, description, metadata, name, organization, remote_url, status }: RemoteProject): JsonObject => ({
  name, description, organization, classification, status, remote_url, ...(metadata === null ? {} : { metadata })
})

/** What people do in the pages of a server, by requests that name no machine. */
export const handsOf = (nobody: WorkProdShape, projects: Effect.Effect<ReadonlyArray<RemoteProject>>): Pick<Index, "add" | "edit" | "remove" | "damage" | "copy" | "raw"> => {
  const find = (key: string) => Effect.map(projects, (all) => all.find(({ id }) => String(id) === key))
  const update = (key: string, fields: JsonObject) => Effect.asVoid(Effect.orDie(nobody.update(Number(key), fields)))
  return {
    add: (columns) => Effect.map(Effect.orDie(nobody.create({ status: "active", ...columns })), ({ project }) => String(project.id)),
    edit: (key, columns) => Effect.flatMap(find(key), (project) => update(key, { ...columns, ...keptEnvelope(project, columns) })),
    remove: (key) => Effect.orDie(nobody.remove(Number(key))),
    damage: (key) => Effect.flatMap(find(key), (project) => (project === undefined ? Effect.void : update(key, { ...damaged(project) }))),
    copy: (key) => Effect.flatMap(find(key), (project) => (project === undefined ? Effect.void : Effect.asVoid(Effect.orDie(nobody.create(copyOf(project)))))),
    raw: Effect.map(projects, (all) => new Map(all.map((project) => [String(project.id), rawOf(project)] as const)))
  }
}

/** People edit the text, and leave the comment behind it alone. */
const keptEnvelope = (project: RemoteProject | undefined, { description }: Columns): { readonly description?: string } => {
  const hidden = project?.metadata === null ? envelope.exec(project.description ?? "")?.[0].trim() : undefined
  return hidden === undefined || typeof description !== "string" ? {} : { description: `${description}\n\n${hidden}` }
}

const cut = () => new Unreachable({ host: "memory", method: "GET", path: "/", reason: "Refused", detail: "the connection was cut by a history" })

/** A work-prod server in memory. */
export const memory = (asVersion030: boolean): Effect.Effect<Index> =>
  Effect.gen(function* () {
    const store = yield* MemoryWorkProd.makeStore({ asVersion030 })
    const nobody = yield* MemoryWorkProd.make({ store })
    const onlooker = yield* MemoryWorkProd.make({ store, machine: observer })
    const view = WorkProdIndex.make(onlooker.workProd, { ...indexOptions, machine: observer })
    const nothing = yield* store.snapshot
    return {
      name: asVersion030 ? "0.3.0 in memory" : "work-prod in memory",
      tellsDeletions: !asVersion030,
      connect: (uid, name) =>
        Effect.gen(function* () {
          const connect = MemoryWorkProd.make({ store, machine: { uid, name } })
          // Each process has a client of its own, which knows nothing of what was planned for the one before.
          let client = yield* connect
          let earlier = 0
          const index = () => WorkProdIndex.make(client.workProd, { ...indexOptions, machine: { uid, name } })
          let remote = index()
          return {
            remote: {
              fetch: (known) => Effect.suspend(() => remote.fetch(known)),
              send: (operations, options) => Effect.suspend(() => remote.send(operations, options)),
              watch: Stream.suspend(() => remote.watch)
            },
            failAfter: (after) => client.control.failNext(3, cut(), { after }),
            loseAfter: (after) => client.control.loseNext(1, { after }),
            breakAfter: (changes) => client.control.dieNext(changes),
            renew: Effect.gen(function* () {
              earlier += yield* client.control.requests
              client = yield* connect
              remote = index()
            }),
            requests: Effect.suspend(() => Effect.map(client.control.requests, (requests) => earlier + requests))
          }
        }),
      rows: Effect.map(Effect.orDie(view.fetch(undefined)), ({ entries }) => entries),
      ...handsOf(nobody.workProd, store.projects),
      backup: Effect.map(store.snapshot, (snapshot) => store.restore(snapshot)),
      empty: store.restore(nothing)
    }
  })
