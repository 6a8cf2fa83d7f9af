/**
 * From all files of a folder to a version of a template.
 *
 * @module
 */
import { sha256 } from "@dev-infra/git-repositories/Digest"
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as Either from "effect/Either"
import { TemplateInvalid } from "../TemplateFailure.js"
import { decode, empty, fileName, type TemplateManifest } from "../TemplateManifest.js"

/** A template without its name and version. */
export interface TemplateTree {
  readonly manifest: TemplateManifest
  readonly manifestText?: string
  readonly files: FileTree
}

const decoder = new TextDecoder("utf-8", { fatal: true })

/** The id of a content: of its paths, modes and bytes, and of nothing else. */
export const idOf = ({ files, manifestText }: TemplateTree): string =>
  `sha256:${sha256(
    ...(manifestText === undefined ? [] : [`manifest\0${manifestText.length}\0`, manifestText]),
    ...[...files.values()].flatMap(({ content, mode, path }) => [`${mode}\0${path}\0${content.length}\0`, content])
  )}`

/** The template that files make, `template.yml` read and taken out. `source` is named in problems. */
export const fromFiles = (source: string, all: FileTree): Either.Either<TemplateTree, TemplateInvalid> => {
  const written = all.get(fileName)
  const files: FileTree = new Map([...all].filter(([path]) => path !== fileName))
  if (written === undefined) return Either.right({ manifest: empty, files })
  const invalid = (problem: string) => Either.left(new TemplateInvalid({ source, problems: [{ path: fileName, problem }] }))
  if (written.mode === "symlink") return invalid("it must be a file and no link")
  if (written.content.length > 1024 * 1024) return invalid("the file is larger than 1 MiB")
  const text = Either.try(() => decoder.decode(written.content))
  if (Either.isLeft(text)) return invalid("the file is not plain UTF-8 text")
  return Either.mapBoth(decode(text.right, fileName), {
    onLeft: (problems) => new TemplateInvalid({ source, problems }),
    onRight: (manifest) => ({ manifest, manifestText: text.right, files })
  })
}
