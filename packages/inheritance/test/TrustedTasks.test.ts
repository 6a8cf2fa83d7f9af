import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as TrustedTasks from "@dev-infra/inheritance/TrustedTasks"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import type { TaskDescription } from "@dev-infra/taskfile/TaskDescription"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { temporaryFolder } from "../../git-repositories/test/temporaryFolder.js"

const subject = "project:/x"
const described = (text: string): TaskDescription => ({ tasks: new Map(), variables: new Map([["A", { text, isShell: false, isSecret: false }]]), environment: new Map(), dotenv: [] })
const within = <A, E>(body: (home: string) => Effect.Effect<A, E, DevInfraHome.DevInfraHome | DurableFile.DurableFile>) =>
  Effect.flatMap(temporaryFolder, (root) => Effect.provide(body(`${root}/home`), Layer.merge(DevInfraHome.layerFolder(`${root}/home`), DurableFile.layer)))

describe("tasks that were trusted", () => {
  it.scopedLive("are known later, the last ones of each subject, and for this user alone", () =>
    within((home) =>
      Effect.gen(function* () {
        assert.isTrue(Option.isNone(yield* TrustedTasks.recall(subject)))
        yield* TrustedTasks.remember({ subject, hash: "a", tasks: described("1") })
        yield* TrustedTasks.remember({ subject, hash: "b", tasks: described("2") })
        const { at, ...kept } = Option.getOrThrow(yield* TrustedTasks.recall(subject))
        assert.deepStrictEqual(kept, { subject, hash: "b", tasks: described("2") })
        assert.match(at, /^\d{4}-\d\d-\d\dT/)
        assert.strictEqual(fs.statSync(TrustedTasks.pathIn(home, subject)).mode & 0o777, 0o600)
        assert.isTrue(Option.isNone(yield* TrustedTasks.recall("project:/y")))
      })))

  it.scopedLive("are not kept where that takes too much, and are unknown where the file was damaged", () =>
    within((home) =>
      Effect.gen(function* () {
        yield* TrustedTasks.remember({ subject, hash: "a", tasks: described("1") })
        yield* TrustedTasks.remember({ subject, hash: "b", tasks: described("x".repeat(TrustedTasks.mostBytes)) })
        assert.isTrue(Option.isNone(yield* TrustedTasks.recall(subject)))
        assert.isBelow(fs.statSync(TrustedTasks.pathIn(home, subject)).size, 1000)
        fs.writeFileSync(TrustedTasks.pathIn(home, subject), "{ broken")
        assert.isTrue(Option.isNone(yield* TrustedTasks.recall(subject)))
        yield* TrustedTasks.remember({ subject, hash: "c", tasks: described("3") })
        assert.strictEqual(Option.getOrThrow(yield* TrustedTasks.recall(subject)).hash, "c")
      })))
})
