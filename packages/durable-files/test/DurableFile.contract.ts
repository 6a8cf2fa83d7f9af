/**
 * What a change of a file promises; run on files on a disk and in memory.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import { type FileFailure, fromCode } from "@dev-infra/durable-files/FileFailure"
import type { Operation } from "@dev-infra/durable-files/FileOperations"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as LocalFilesFailing from "@dev-infra/durable-files/LocalFilesFailing"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** A place for files, and what the port has no word for. */
export class World extends Context.Tag("test/World")<
  World,
  {
    /** an existing, empty folder */
    readonly folder: string
    /** Save into an existing file in place, as an editor does. */
    readonly edit: (path: string, text: string) => Effect.Effect<void, FileFailure>
    readonly makeLink: (path: string, points: string) => Effect.Effect<void, FileFailure>
  }
>() {}

type Services = World | LocalFiles | FileLock | DurableFile

const options = { backup: "sibling", modeWhenNew: 0o600, folderMode: 0o700 } as const

const at = (name: string) => Effect.map(World, ({ folder }) => `${folder}/${name}`)

/** The text of a file, empty if it is missing. */
const textOf = (path: string) =>
  Effect.flatMap(LocalFiles, (files) =>
    Effect.map(files.read(path, 1e6), Option.match({ onNone: () => "", onSome: ({ bytes }) => new TextDecoder().decode(bytes) })))

const store = (path: string, text: string) =>
  Effect.flatMap(LocalFiles, (files) => files.create(path, 0o640, (file) => Effect.zipRight(file.write(new TextEncoder().encode(text)), file.adopt(0o640))))

const replaceByRename = (path: string, text: string) =>
  Effect.flatMap(LocalFiles, (files) => Effect.zipRight(store(`${path}~`, text), files.rename(`${path}~`, path)))

/** Adds a line; so a file tells which changes it has seen. */
const addLine = (path: string, line: string) =>
  Effect.flatMap(DurableFile, (files) =>
    files.modify(path, options, (current) => {
      const before = Option.match(current, { onNone: () => "", onSome: ({ text }) => text })
      return Effect.succeed({ result: before, content: `${before}${line}\n` })
    }))

const namesIn = (folder: string) => Effect.flatMap(LocalFiles, (files) => Effect.map(files.list(folder), (names) => [...names].sort()))

/** Do something at a point, with the services of the test. */
const interfering = <A, E, E2>(name: FaultPoint.Name, action: Effect.Effect<void, E2, Services>, effect: Effect.Effect<A, E, Services>) =>
  Effect.flatMap(Effect.context<Services>(), (context) =>
    Effect.provide(effect, FaultPoint.layerAt(name, 1, Effect.provide(Effect.orDie(action), context))))

/**
 * @param name - of the files, for the report
 * @param services - a new world each time it is built, over the files that it is given
 */
export const testDurableFile = (
  name: string,
  services: (files: Layer.Layer<LocalFiles, never, LocalFiles>) => Layer.Layer<Services>
): void => {
  const unchanged = Layer.effect(LocalFiles, LocalFiles)
  const test = (sentence: string, effect: Effect.Effect<void, unknown, Services>) => it.live(sentence, () => Effect.provide(effect, services(unchanged)))
  const failing = (sentence: string, rules: ReadonlyArray<LocalFilesFailing.Rule>, effect: Effect.Effect<void, unknown, Services>) =>
    it.live(sentence, () => Effect.provide(effect, services(LocalFilesFailing.layer(rules))))

  describe(`DurableFile (${name})`, () => {
    test("makes a new file, with the folders around it, for its owner only", Effect.gen(function* () {
      const path = yield* at("a/b/file.txt")
      assert.strictEqual(yield* addLine(path, "one"), "")
      assert.strictEqual(yield* textOf(path), "one\n")
      const files = yield* LocalFiles
      assert.strictEqual(Option.getOrThrow(yield* files.stat(path)).mode, 0o600)
      assert.strictEqual(Option.getOrThrow(yield* files.stat(yield* at("a"))).mode & 0o777, 0o700)
      assert.deepStrictEqual(yield* namesIn(yield* at("a/b")), ["file.txt"])
    }))

    test("keeps the content before the last change beside the file, and the permissions", Effect.gen(function* () {
      const path = yield* at("file.txt")
      yield* store(path, "zero\n")
      yield* addLine(path, "one")
      yield* addLine(path, "two")
      assert.strictEqual(yield* textOf(path), "zero\none\ntwo\n")
      assert.strictEqual(yield* textOf(`${path}.bak`), "zero\none\n")
      const files = yield* LocalFiles
      assert.strictEqual(Option.getOrThrow(yield* files.stat(path)).mode, 0o640)
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file.txt", "file.txt.bak"])
    }))

    test("keeps no backup where none is wanted", Effect.gen(function* () {
      const path = yield* at("file.txt")
      yield* store(path, "zero\n")
      const files = yield* DurableFile
      yield* files.modify(path, { backup: "none" }, () => Effect.succeed({ result: undefined, content: "one\n" }))
      assert.strictEqual(yield* textOf(path), "one\n")
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file.txt"])
    }))

    test("leaves no trace if nothing is to be written, not even a folder", Effect.gen(function* () {
      const path = yield* at("a/file.txt")
      const files = yield* DurableFile
      yield* files.modify(path, options, () => Effect.succeed({ result: undefined, content: undefined }))
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), [])
      yield* addLine(path, "one")
      yield* files.modify(path, options, () => Effect.succeed({ result: undefined, content: "one\n" }))
      assert.deepStrictEqual(yield* namesIn(yield* at("a")), ["file.txt"])
    }))

    test("loses none of 50 changes at once", Effect.gen(function* () {
      const path = yield* at("file.txt")
      const lines = Array.from({ length: 50 }, (_, number) => `line ${number}`)
      yield* Effect.forEach(lines, (line) => addLine(path, line), { concurrency: "unbounded", discard: true })
      assert.sameMembers((yield* textOf(path)).trim().split("\n"), lines)
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file.txt", "file.txt.bak"])
    }))

    test("follows a symbolic link: the link stays, everything else lies beside what it points to", Effect.gen(function* () {
      const { folder, makeLink } = yield* World
      const files = yield* LocalFiles
      yield* files.makeFolder(`${folder}/real`, 0o755)
      yield* store(`${folder}/real/file.txt`, "zero\n")
      yield* makeLink(`${folder}/link.txt`, "real/file.txt")
      yield* addLine(`${folder}/link.txt`, "one")
      assert.strictEqual(yield* textOf(`${folder}/real/file.txt`), "zero\none\n")
      assert.deepStrictEqual(yield* namesIn(folder), ["link.txt", "real"])
      assert.deepStrictEqual(yield* namesIn(`${folder}/real`), ["file.txt", "file.txt.bak"])
      assert.strictEqual(Option.getOrThrow(yield* files.stat(`${folder}/link.txt`)).kind, "Link")
    }))

    test("makes what a dangling symbolic link points to", Effect.gen(function* () {
      const { folder, makeLink } = yield* World
      yield* makeLink(`${folder}/link.txt`, "not/there/yet.txt")
      yield* addLine(`${folder}/link.txt`, "one")
      assert.strictEqual(yield* textOf(`${folder}/not/there/yet.txt`), "one\n")
      assert.deepStrictEqual(yield* namesIn(folder), ["link.txt", "not"])
    }))

    test("says so if links go round in circles", Effect.gen(function* () {
      const { folder, makeLink } = yield* World
      yield* makeLink(`${folder}/one`, "two")
      yield* makeLink(`${folder}/two`, "one")
      assert.deepInclude(yield* Effect.flip(addLine(`${folder}/one`, "x")), { _tag: "FileFailure", code: "ELOOP" })
    }))

    test("says so if a file stands where a folder should be, or a folder where the file should be", Effect.gen(function* () {
      const path = yield* at("file")
      yield* store(path, "")
      assert.deepInclude(yield* Effect.flip(addLine(`${path}/below/file.txt`, "x")), { _tag: "FileFailure", reason: "NotAFolder" })
      const { folder } = yield* World
      const files = yield* LocalFiles
      yield* files.makeFolder(`${folder}/inner`, 0o755)
      assert.deepInclude(yield* Effect.flip(addLine(`${folder}/inner`, "x")), { _tag: "FileFailure", reason: "NotAFile" })
      assert.deepStrictEqual(yield* namesIn(folder), ["file", "inner"])
    }))

    test("refuses a file that is larger than allowed", Effect.gen(function* () {
      const path = yield* at("file")
      yield* store(path, "12345")
      const files = yield* DurableFile
      assert.deepInclude(yield* Effect.flip(files.read(path, { limit: 4 })), { _tag: "FileFailure", reason: "TooLarge", path })
      assert.isTrue(Option.isSome(yield* files.read(path, { limit: 5 })))
    }))

    test("refuses to replace a file that was made read-only", Effect.gen(function* () {
      const path = yield* at("file")
      const files = yield* LocalFiles
      yield* files.create(path, 0o400, (file) => file.adopt(0o444))
      assert.deepInclude(yield* Effect.flip(addLine(path, "x")), { _tag: "FileFailure", reason: "WriteProtected", path })
      assert.strictEqual(yield* textOf(path), "")
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file"])
    }))

    test("leaves the file and releases the lock if the change fails or is interrupted", Effect.gen(function* () {
      const path = yield* at("file")
      yield* store(path, "zero\n")
      const files = yield* DurableFile
      assert.strictEqual(yield* Effect.flip(files.modify(path, options, () => Effect.fail("no" as const))), "no")
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(files.modify(path, options, () => Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file"])
      yield* addLine(path, "one")
      assert.strictEqual(yield* textOf(path), "zero\none\n")
    }))

    for (const point of FaultPoint.names.filter((each) => !/takeover|return/.test(each))) {
      test(`is done or not done, and unlocked, when interrupted at ${point}`, Effect.gen(function* () {
        const path = yield* at("file")
        yield* store(path, "zero\n")
        const whole = yield* Deferred.make<Fiber.Fiber<unknown, unknown>>()
        const interrupt = Effect.flatMap(Deferred.await(whole), Fiber.interruptFork)
        const fiber = yield* Effect.fork(Effect.provide(addLine(path, "one"), FaultPoint.layerAt(point, 1, interrupt)))
        yield* Deferred.succeed(whole, fiber)
        yield* Fiber.await(fiber)
        assert.include(["zero\n", "zero\none\n"], yield* textOf(path))
        const before = yield* textOf(path)
        yield* addLine(path, "two")
        assert.strictEqual(yield* textOf(path), `${before}two\n`)
        assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file", "file.bak"])
      }))
    }

    describe("does not lose what is saved by hand meanwhile", () => {
      const before = ["temporary-write:before", "temporary-flush:after", "hold-link:before", "hold-link:after", "target-replace:before"] as const
      for (const point of before) {
        test(`in place, at ${point}`, Effect.gen(function* () {
          const path = yield* at("file")
          yield* store(path, "zero\n")
          const { edit } = yield* World
          yield* interfering(point, edit(path, "by hand\n"), addLine(path, "one"))
          assert.strictEqual(yield* textOf(path), "by hand\none\n")
        }))

        test(`by a new file, at ${point}`, Effect.gen(function* () {
          const path = yield* at("file")
          yield* store(path, "zero\n")
          yield* interfering(point, replaceByRename(path, "by hand\n"), addLine(path, "one"))
          assert.strictEqual(yield* textOf(path), "by hand\none\n")
        }))

        test(`by removing the file, at ${point}`, Effect.gen(function* () {
          const path = yield* at("file")
          yield* store(path, "zero\n")
          yield* interfering(point, Effect.flatMap(LocalFiles, (files) => files.remove(path)), addLine(path, "one"))
          assert.strictEqual(yield* textOf(path), "one\n")
        }))
      }

      test("by making the file that did not exist", Effect.gen(function* () {
        const path = yield* at("file")
        yield* interfering("target-replace:before", store(path, "by hand\n"), addLine(path, "one"))
        assert.strictEqual(yield* textOf(path), "by hand\none\n")
      }))

      /** Saves into the old file after it was replaced: an editor that had it open. */
      const editOld = (path: string, text: string) =>
        Effect.gen(function* () {
          const { edit, folder } = yield* World
          const old = (yield* namesIn(folder)).find((each) => each.endsWith(".old"))
          yield* edit(`${folder}/${old}`, text)
          assert.include(path, folder)
        })

      test("into the old file, just after it was replaced", Effect.gen(function* () {
        const path = yield* at("file")
        yield* store(path, "zero\n")
        yield* interfering("target-replace:after", editOld(path, "by hand\n"), addLine(path, "one"))
        assert.strictEqual(yield* textOf(path), "by hand\none\n")
        assert.strictEqual(yield* textOf(`${path}.bak`), "by hand\n")
      }))

      test("and puts it back as it is if the change cannot be made on it", Effect.gen(function* () {
        const path = yield* at("file")
        yield* store(path, "zero\n")
        const change = Effect.flatMap(DurableFile, (files) =>
          files.modify(path, options, (current) =>
            Option.exists(current, ({ text }) => text !== "zero\n") ? Effect.fail("broken" as const) : Effect.succeed({ result: undefined, content: "one\n" })))
        assert.strictEqual(yield* Effect.flip(interfering("target-replace:after", editOld(path, "by ha"), change)), "broken")
        assert.strictEqual(yield* textOf(path), "by ha")
      }))

      test("and says so if it never comes to rest", Effect.gen(function* () {
        const path = yield* at("file")
        yield* store(path, "zero\n")
        const { edit } = yield* World
        const context = yield* Effect.context<Services>()
        let edits = 0
        const always = Layer.succeed(FaultPoint.FaultPoint, {
          reach: (point) => point === "target-replace:before" ? Effect.provide(Effect.orDie(edit(path, `by hand ${++edits}\n`)), context) : Effect.void
        })
        const failure = yield* Effect.flip(Effect.provide(addLine(path, "one"), always))
        assert.deepInclude(failure, { _tag: "FileFailure", reason: "KeepsChanging", path })
        assert.strictEqual(yield* textOf(path), `by hand ${edits}\n`)
      }))
    })

    describe("names the reason, keeps the old file and no leavings when the disk refuses", () => {
      const steps: ReadonlyArray<readonly [Operation, RegExp, "EACCES" | "ENOSPC" | "EROFS" | "EIO"]> = [
        ["create", /\.claim$/, "EACCES"],
        ["create", /\.claim$/, "ENOSPC"],
        ["create", /\.claim$/, "EROFS"],
        ["write", /\.claim$/, "ENOSPC"],
        ["link", /\.lock$/, "ENOSPC"],
        ["create", /\.new$/, "ENOSPC"],
        ["write", /\.new$/, "ENOSPC"],
        ["adopt", /\.new$/, "EIO"],
        ["flush", /\.new$/, "EIO"],
        ["flush", /\.new$/, "ENOSPC"],
        ["link", /\.old$/, "ENOSPC"],
        ["link", /\.old$/, "EIO"],
        ["rename", /file$/, "ENOSPC"],
        ["rename", /file$/, "EACCES"],
        ["read", /file$/, "EACCES"],
        ["read", /file$/, "EIO"]
      ]
      const reasons = { EACCES: "PermissionDenied", ENOSPC: "NoSpace", EROFS: "ReadOnly", EIO: "Other" } as const
      for (const [operation, path, code] of steps) {
        failing(`${operation} ${path.source} ${code}`, [{ operation, path, code, occurrence: 1 }], Effect.gen(function* () {
          const file = yield* at("file")
          yield* store(file, "zero\n")
          const failure = yield* Effect.flip(addLine(file, "one"))
          assert.deepInclude(failure, { _tag: "FileFailure", reason: reasons[code], code })
          assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file"])
          yield* addLine(file, "two")
          assert.strictEqual(yield* textOf(file), "zero\ntwo\n")
        }))
      }

      failing("a new file that cannot be made leaves nothing", [{ operation: "write", path: /\.new$/, code: "ENOSPC" }], Effect.gen(function* () {
        const file = yield* at("file")
        assert.deepInclude(yield* Effect.flip(addLine(file, "one")), { reason: "NoSpace" })
        assert.deepStrictEqual(yield* namesIn((yield* World).folder), [])
      }))

      failing("a folder that cannot be made", [{ operation: "makeFolder", code: "EACCES" }], Effect.gen(function* () {
        const file = yield* at("home/file")
        assert.deepInclude(yield* Effect.flip(addLine(file, "one")), { reason: "PermissionDenied", path: yield* at("home") })
      }))

      failing("after the file was replaced, the new content stands", [{ operation: "flushFolder", code: "EIO", occurrence: 1 }], Effect.gen(function* () {
        const file = yield* at("file")
        yield* store(file, "zero\n")
        assert.deepInclude(yield* Effect.flip(addLine(file, "one")), { code: "EIO" })
        assert.strictEqual(yield* textOf(file), "zero\none\n")
      }))
    })

    failing("works where there are no hard links", [{ operation: "link", code: "EPERM" }], Effect.gen(function* () {
      const file = yield* at("file")
      yield* addLine(file, "one")
      yield* addLine(file, "two")
      assert.strictEqual(yield* textOf(file), "one\ntwo\n")
      assert.strictEqual(yield* textOf(`${file}.bak`), "one\n")
      const { edit } = yield* World
      yield* interfering("target-replace:before", edit(file, "by hand\n"), addLine(file, "three"))
      assert.strictEqual(yield* textOf(file), "by hand\nthree\n")
      assert.deepStrictEqual(yield* namesIn((yield* World).folder), ["file", "file.bak"])
    }))

    test("stores a copy under a free name", Effect.gen(function* () {
      const files = yield* DurableFile
      const path = yield* at("copies/file.json")
      const bytes = new TextEncoder().encode("text")
      assert.strictEqual(yield* files.keep(path, bytes), path)
      assert.strictEqual(yield* files.keep(path, bytes), yield* at("copies/file-2.json"))
      assert.strictEqual(yield* textOf(yield* at("copies/file-2.json")), "text")
    }))

    test("names the failure as the system does", Effect.sync(() => {
      assert.strictEqual(fromCode("write", "/a", "ENOSPC").message, "could not write /a: no space left on the disk (ENOSPC)")
    }))
  })
}
