/**
 * A root folder of ghq: repositories lie at `root/host/owner/name`, so the folder tells the URL.
 *
 * @module
 */
import type { Found } from "../Discovery.js"
import type { JsonObject } from "../RegistryEdit.js"

/**
 * The entry for a repository that was found below a root; undefined for what ghq does not put there (a worktree, a
 * submodule, a folder that is not below `host/owner`). The remote that is configured wins over the URL that the folder tells.
 *
 * @param root absolute path of the root, without a trailing slash
 * @category constructors
 */
export const entryBelowGhqRoot = (root: string, found: Found): JsonObject | undefined => {
  if ((found.kind !== "repository" && found.kind !== "bare") || !found.path.startsWith(`${root}/`)) return undefined
  const [host, ...segments] = found.path.slice(root.length + 1).split("/")
  if (host === undefined || segments.length < 2) return undefined
  const place = [host, ...segments.slice(0, -1), (segments.at(-1) ?? "").replace(/\.git$/, "")]
  return { path: found.path, repository: found.repository ?? `https://${place.map(encodeURIComponent).join("/")}` }
}
