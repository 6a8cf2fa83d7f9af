/**
 * Whether everything in a project is in a commit, so that an update can be told from it, and taken back.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { GitStatus } from "@dev-infra/registry/GitStatus"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { WorkingTreeDirty } from "../ApplyFailure.js"
import { folderOf, inside } from "./ProjectTree.js"

/** Whether the folder, or one around it, has a `.git`. */
const isInGit = (root: string): Effect.Effect<boolean, never, LocalFiles> =>
  Effect.map(LocalFiles, (files) => {
    const folders = [root]
    for (let folder = root; folder !== "/" && folder !== ""; folder = folderOf(folder)) folders.push(folderOf(folder))
    return files.existing(folders.map((folder) => inside(folder, ".git"))).includes(true)
  })

/**
 * Fails if there are changes that are in no commit. A folder outside git is fine.
 *
 * @category guards
 */
export const requireClean = (root: string): Effect.Effect<void, WorkingTreeDirty, GitStatus | LocalFiles> =>
  Effect.gen(function* () {
    const git = yield* GitStatus
    const found = Option.getOrUndefined(yield* Stream.runHead(git.inspect([root])))
    const counts = { modified: 0, untracked: 0, conflicted: 0 }
    if (found === undefined || (found._tag === "Unavailable" && (found.reason === "NotARepository" || !(yield* isInGit(root))))) return
    if (found._tag === "Unavailable") return yield* new WorkingTreeDirty({ project: root, ...counts, detail: found.detail })
    const { conflicted, modified, untracked } = found
    if (conflicted + modified + untracked > 0) return yield* new WorkingTreeDirty({ project: root, conflicted, modified, untracked })
  })
