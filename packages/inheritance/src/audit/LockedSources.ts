/**
 * Taskfiles as they are locked, whether their files were brought here or not: what lies in the folder of an inherited library is read out of its repository, at the commit of the
 * lock. Audits need no more than that: nothing of it runs.
 *
 * @module
 */
import { defaultNames, TaskfileSources, type TaskfileText } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isWithin, libraryFolder } from "../folders/Places.js"
import { GitHistory } from "../GitHistory.js"
import type { LibraryUse } from "../InheritanceUses.js"
import type { LibraryGraphs } from "./LibraryGraphs.js"

/** Give an effect the Taskfiles of a project as its lock says they are. */
export const over = (uses: ReadonlyArray<LibraryUse>, graphs: LibraryGraphs) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | TaskfileSources>): Effect.Effect<A, E, Exclude<R, TaskfileSources> | GitHistory | TaskfileSources> =>
    Effect.gen(function* () {
      const history = yield* GitHistory
      const sources = yield* TaskfileSources
      const places = uses.flatMap((use) => (use.kind === "inherited" && use.commit !== undefined ? [{ use, commit: use.commit, folder: libraryFolder(use.project.path, use.name) }] : []))

      const fromHistory = (target: string) =>
        Effect.gen(function* () {
          const place = places.find(({ folder }) => isWithin(folder, target))
          if (place === undefined) return Option.none<TaskfileText>()
          const { commit, folder, use } = place
          const repository = yield* history.locate(history.cloneOf(use.library))
          if (Option.isNone(repository)) return Option.none<TaskfileText>()
          const tree = yield* graphs.tree(repository.value, commit)
          const path = [use.folder, target.slice(folder.length + 1)].filter((part) => part !== "").join("/")
          const found = [path, ...defaultNames.map((name) => (path === "" ? name : `${path}/${name}`))].find((each) => tree.has(each))
          const content = found === undefined ? undefined : tree.get(found)?.content
          if (found === undefined || content === undefined) return Option.none<TaskfileText>()
          const file = `${folder}/${use.folder === "" ? found : found.slice(use.folder.length + 1)}`
          return Option.some<TaskfileText>({
            file,
            text: new TextDecoder().decode(content),
            origin: { _tag: "Inherited", name: use.name, url: use.library, ref: use.ref ?? "", commit, folder },
            directory: file.slice(0, file.lastIndexOf("/"))
          })
        }).pipe(Effect.orElseSucceed(() => Option.none<TaskfileText>()))

      const locked = TaskfileSources.of({
        ...sources,
        read: (target, options) => Effect.flatMap(fromHistory(target), Option.match({ onNone: () => sources.read(target, options), onSome: Effect.succeed }))
      })
      return yield* Effect.provideService(effect, TaskfileSources, locked)
    })
