import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Trust from "@dev-infra/inheritance/Trust"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { temporaryFolder } from "../../git-repositories/test/temporaryFolder.js"

const url = "https://github.com/acme/infra.git"
const live = (home: string) => Trust.layer.pipe(Layer.provide([DevInfraHome.layerFolder(home), DurableFile.layer]))

const testTrust = (name: string, fresh: Effect.Effect<Layer.Layer<Trust.Trust>, never, Scope.Scope>) =>
  describe(`Trust (${name})`, () => {
    it.scopedLive("is for exactly one content of one subject, and knows the last one", () =>
      Effect.flatMap(fresh, (layer) =>
        Effect.gen(function* () {
          const trust = yield* Trust.Trust
          assert.isFalse(yield* trust.isTrusted(url, "a"))
          yield* trust.trust({ subject: url, hash: "a", commit: "1" })
          yield* trust.trustAll([{ subject: url, hash: "b" }, { subject: "project:/x", hash: "c" }])
          assert.deepStrictEqual(yield* Effect.forEach([[url, "a"], [url, "b"], [url, "c"], ["project:/x", "c"], ["__proto__", "a"]] as const, ([subject, hash]) => trust.isTrusted(subject, hash)), [true, true, false, true, false])
          assert.strictEqual(Option.getOrThrow(yield* trust.last(url)).hash, "b")
          yield* trust.trust({ subject: url, hash: "a", commit: "1" })
          assert.strictEqual(Option.getOrThrow(yield* trust.last(url)).commit, "1")
          assert.isTrue(Option.isNone(yield* trust.last("other")))
        }).pipe(Effect.provide(layer))))
  })

testTrust("memory", Effect.succeed(Trust.layerMemory))
testTrust("file", Effect.map(temporaryFolder, (root) => live(`${root}/home`)))

describe("state/trust.json", () => {
  it.scopedLive("is for this user alone, outlives the process, and is not thrown away where it cannot be read", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const path = Trust.pathIn(home)
      yield* Effect.provide(Effect.flatMap(Trust.Trust, (trust) => trust.trust({ subject: url, hash: "a" })), live(home))
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.isTrue(yield* Effect.provide(Effect.flatMap(Trust.Trust, (trust) => trust.isTrusted(url, "a")), live(home)))
      fs.writeFileSync(path, "{ broken")
      const failure = yield* Effect.flip(Effect.provide(Effect.flatMap(Trust.Trust, (trust) => trust.trust({ subject: url, hash: "b" })), live(home)))
      assert.strictEqual(failure._tag, "TrustUnreadable")
      assert.strictEqual(fs.readFileSync(path, "utf8"), "{ broken")
    }))
})
