import * as FileTree from "@dev-infra/git-repositories/FileTree"
import * as UpdatePlan from "@dev-infra/templates/UpdatePlan"

/** Content as text, one character a byte. */
export const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1")

/** @see bytes */
export const textOf = (content: Uint8Array): string => Buffer.from(content).toString("latin1")

/** A file in a tree: a text, or a text with a mode. */
export type Written = string | { readonly text: string; readonly mode: FileTree.FileMode }

export const executable = (text: string): Written => ({ text, mode: "executable" })
export const link = (target: string): Written => ({ text: target, mode: "symlink" })

/** A tree as it is written in tests. */
export const tree = (files: { readonly [path: string]: Written }): FileTree.FileTree =>
  FileTree.fromFiles(
    Object.entries(files).map(([path, file]) => (typeof file === "string" ? { path, mode: "file", content: bytes(file) } : { path, mode: file.mode, content: bytes(file.text) }))
  )

/** A tree as tests read it. */
export const shown = (files: FileTree.FileTree): { readonly [path: string]: string } =>
  Object.fromEntries([...files].map(([path, { content, mode }]) => [path, `${mode === "file" ? "" : `${mode}: `}${textOf(content)}`]))

/** What a plan makes of a project, with markers where there are conflicts; what is to be asked about is done. */
export const applied = (ours: FileTree.FileTree, plan: ReadonlyArray<UpdatePlan.PlannedFile>): FileTree.FileTree => {
  const files = new Map(ours)
  const changes = plan.filter((file) => UpdatePlan.pending.has(file.class))
  for (const { from, path } of changes) files.delete(from ?? path)
  for (const { after, path } of changes) if (after !== undefined) files.set(path, { path, ...after })
  return FileTree.fromFiles(files.values())
}
