/**
 * A version of a template as one sequence of bytes: a line of JSON that lists the files, then their contents one after the other.
 *
 * @module
 */
import { fromFiles, type TreeFile } from "@dev-infra/git-repositories/FileTree"
import { limits } from "@dev-infra/git-repositories/TreeLimits"
import { treeProblems } from "@dev-infra/git-repositories/TreeRules"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { decode as decodeManifest, empty, fileName } from "../TemplateManifest.js"
import type { TemplateSnapshot } from "../TemplateSnapshot.js"
import { parse as parseSource, toText } from "../TemplateSource.js"

/** The largest that is read. */
export const sizeLimit: number = limits.totalBytes + 16 * 1024 * 1024

const size = Schema.Number.pipe(Schema.int(), Schema.between(0, limits.fileBytes))

const Header = Schema.parseJson(
  Schema.Struct({
    version: Schema.Literal(1),
    name: Schema.String,
    source: Schema.String,
    template_version: Schema.String,
    commit: Schema.String,
    manifest: Schema.NullOr(Schema.String),
    files: Schema.Array(Schema.Struct({ path: Schema.String, mode: Schema.Literal("file", "executable", "symlink"), size }))
  })
)

const decodeHeader = Schema.decodeEither(Header)
const encodeHeader = Schema.encodeSync(Header)

/** As bytes. */
export const encode = (snapshot: TemplateSnapshot): Uint8Array => {
  const files = [...snapshot.files.values()]
  const header = new TextEncoder().encode(
    `${encodeHeader({
      version: 1,
      name: snapshot.name,
      source: toText(snapshot.source),
      template_version: snapshot.version,
      commit: snapshot.commit,
      manifest: snapshot.manifestText ?? null,
      files: files.map(({ content, mode, path }) => ({ path, mode, size: content.length }))
    })}\n`
  )
  const bytes = new Uint8Array(files.reduce((sum, { content }) => sum + content.length, header.length))
  bytes.set(header)
  let at = header.length
  for (const { content } of files) {
    bytes.set(content, at)
    at += content.length
  }
  return bytes
}

/** Of bytes; none if they are not such a version. */
export const decode = (bytes: Uint8Array): Option.Option<TemplateSnapshot> => {
  const end = bytes.indexOf(10)
  const header = Option.getRight(decodeHeader(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)))))
  return Option.flatMap(header, ({ commit, files, manifest: manifestText, name, source: text, template_version: version }) => {
    let at = end + 1
    const found: Array<TreeFile> = []
    for (const { mode, path, size: length } of files) {
      found.push({ path, mode, content: bytes.slice(at, at + length) })
      at += length
    }
    const source = Either.getOrUndefined(parseSource(text, { workingDirectory: "/", homeDirectory: undefined, named: {} }))
    const manifest = manifestText === null ? empty : Either.getOrUndefined(decodeManifest(manifestText, fileName))
    if (at !== bytes.length || source === undefined || manifest === undefined || treeProblems(files).length > 0) return Option.none()
    return Option.some({ name, source, version, commit, manifest, ...(manifestText === null ? {} : { manifestText }), files: fromFiles(found) })
  })
}
