/**
 * How well what a version gives fits a project, beside everything else that versions give.
 *
 * @module
 */
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"
import { similarity } from "./Similarity.js"

/** How many of a version's files the project has. @category models */
export interface FileCounts {
  /** with the same content */
  readonly same: number
  /** with more than a third of the lines in common */
  readonly alike: number
  /** under the same name, with another content */
  readonly different: number
  readonly missing: number
}

/** @category models */
export interface Comparison {
  readonly counts: FileCounts
  readonly paths: ReadonlySet<string>
  /** the weights of files, each times how alike it is */
  readonly fitting: number
  /** the weights of all files of the version */
  readonly all: number
}

/** The paths that any version gives and the project has a file at. @category models */
export type Universe = ReadonlySet<string>

/** Many templates have the same empty files, so these say little. */
const weightOf = (file: TreeFile): number => (file.content.length === 0 ? 0.25 : 1)

const alikeFrom = 1 / 3

/** A version's files beside the project's. @category comparing */
export const compare = (files: FileTree, project: ReadonlyMap<string, TreeFile | undefined>): Comparison => {
  const counts = { same: 0, alike: 0, different: 0, missing: 0 }
  let fitting = 0
  let all = 0
  for (const file of files.values()) {
    const ours = project.get(file.path)
    const degree = ours === undefined ? 0 : similarity(file, ours)
    counts[ours === undefined ? "missing" : degree === 1 ? "same" : degree > alikeFrom ? "alike" : "different"]++
    fitting += degree * weightOf(file)
    all += weightOf(file)
  }
  return { counts, paths: new Set(files.keys()), fitting, all }
}

/** @category constructors */
export const universe = (comparisons: ReadonlyArray<Comparison>, project: ReadonlyMap<string, TreeFile | undefined>): Universe =>
  new Set(comparisons.flatMap(({ paths }) => [...paths]).filter((path) => project.get(path) !== undefined))

/** The share of fitting files among those that the version gives or another version gave the project. @category comparing */
export const of = ({ all, fitting, paths }: Comparison, known: Universe): number => {
  let foreign = 0
  for (const path of known) if (!paths.has(path)) foreign++
  return all + foreign === 0 ? 0 : fitting / (all + foreign)
}
