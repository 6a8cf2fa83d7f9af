/**
 * A project, a library that others publish, and a home: on the disk, with real git.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import * as Inheritance from "@dev-infra/inheritance/Inheritance"
import * as InheritanceSources from "@dev-infra/inheritance/InheritanceSources"
import * as Library from "@dev-infra/inheritance/Library"
import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
import * as Trust from "@dev-infra/inheritance/Trust"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { commitTo, gitEnvironment, type NewCommit, newRepository } from "../../git-repositories/test/gitHistory.js"
import { temporaryFolder } from "../../git-repositories/test/temporaryFolder.js"

export const load: TaskGraph.LoadOptions = { environment: {}, world: { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 2, random: () => 0.5 } }

/** Everything over a home; git and the network are real. */
export const layerIn = (home: string, options: { readonly insecure?: boolean; readonly projects?: ReadonlyMap<string, LinkedProjects.LinkedProject>; readonly sources?: InheritanceSources.InheritanceSourcesOptions } = {}) => {
  const insecure = options.insecure === true ? { insecure: true } : {}
  const http = RemoteFiles.layer(20).pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })))
  return Layer.mergeAll(Inheritance.layer({ load, ...insecure }), InheritanceSources.layer({ ...insecure, ...options.sources })).pipe(
    Layer.provideMerge(Layer.mergeAll(Library.layer, LinkedProjects.layerMemory(options.projects ?? new Map()), Trust.layer, http, GitRepositories.layer(gitEnvironment), MetadataFile.layer)),
    Layer.provideMerge(Layer.mergeAll(DevInfraHome.layerFolder(home), DurableFile.layer, NodeContext.layer))
  )
}

export const write = (path: string, text: string): void => {
  fs.mkdirSync(dirname(path), { recursive: true })
  fs.writeFileSync(path, text)
}

export const world = Effect.map(temporaryFolder, (root) => {
  const repository = join(root, "remote", "infra.git")
  const project = join(root, "api")
  newRepository(repository)
  write(join(project, "Taskfile.yml"), "version: '3'\ntasks:\n  build: echo built\n")
  return {
    root,
    project,
    home: join(root, "home"),
    repository,
    url: `git+file://${repository}`,
    publish: (commit: NewCommit) => Effect.sync(() => commitTo(repository, commit)),
    layer: layerIn(join(root, "home"))
  }
})

/** The names of tasks that a project has, inherited ones too. */
export const tasksOf = (project: string) =>
  Effect.map(TaskGraph.load({ _tag: "File", file: project }, load), (graph) => [...graph.tasks.keys()])

export const libraryFiles = {
  "Taskfile.yml": "version: '3'\nincludes:\n  cloudflare: ./cloudflare/Taskfile.yml\ntasks:\n  test: bash {{.TASKFILE_DIR}}/scripts/test.sh\n",
  "cloudflare/Taskfile.yml": "version: '3'\ntasks:\n  test: echo cloudflare\n",
  "scripts/test.sh": { mode: "executable" as const, content: Buffer.from("#!/bin/sh\necho tested\n") }
}
