import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalFilesFailing from "@dev-infra/durable-files/LocalFilesFailing"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as Doctor from "@dev-infra/registry/Doctor"
import * as HostIdentity from "@dev-infra/registry/HostIdentity"
import * as Machine from "@dev-infra/registry/Machine"
import * as RegistryFile from "@dev-infra/registry/RegistryFile"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"

const home = "/home/user/.dev-infra"
const me = { host: "desk", boot: "b1", namespace: "", pid: 10, started: 100, command: "dev-infra" }

/** Programs that answer with a text; others are not installed. */
const tools = (answers: { readonly [tool: string]: string }) =>
  Layer.succeed(
    CommandExecutor.CommandExecutor,
    CommandExecutor.makeExecutor((command) => {
      const tool = command._tag === "StandardCommand" ? command.command : ""
      const answer = answers[tool]
      if (answer === undefined) return Effect.fail(new SystemError({ module: "Command", method: "spawn", reason: "NotFound" }))
      return Effect.succeed({
        ...Inspectable.BaseProto,
        [CommandExecutor.ProcessTypeId]: CommandExecutor.ProcessTypeId,
        pid: CommandExecutor.ProcessId(1),
        exitCode: Effect.succeed(CommandExecutor.ExitCode(0)),
        isRunning: Effect.succeed(false),
        kill: () => Effect.void,
        stdin: Sink.drain,
        stdout: Stream.succeed(new TextEncoder().encode(answer)),
        stderr: Stream.empty,
        toJSON: () => ({})
      })
    })
  )

const projectAt = (path: string, more: object = {}) => ({
  id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  name: "api",
  path,
  template: "unknown",
  version: "unknown",
  status: "active",
  ...more
})

const registryOf = (...projects: ReadonlyArray<unknown>) => JSON.stringify({ version: "1.0", projects }, null, 2)

interface World {
  readonly files?: { readonly [path: string]: string }
  readonly answers?: { readonly [tool: string]: string }
  readonly environment?: { readonly [name: string]: string }
  readonly failures?: ReadonlyArray<LocalFilesFailing.Rule>
}

/** The whole doctor over files in memory. `modes` records permissions that were set. */
const setup = ({ answers = { git: "git version 2.47.3\n" }, environment = {}, failures = [], files = {} }: World = {}) => {
  const modes = new Map<string, number>()
  const disk = Layer.provideMerge(
    DurableFile.layerOver,
    Layer.provideMerge(FileLock.layer, Layer.merge(Layer.provide(LocalFilesFailing.layer(failures), LocalFiles.layerMemory(files)), LocalProcess.layerMemory(me, () => [me])))
  )
  const platform = Layer.merge(
    FileSystem.layerNoop({ chmod: (path, mode) => Effect.sync(() => void modes.set(path, mode)) }),
    tools(answers)
  )
  const layer = Doctor.layer.pipe(
    Layer.provide(
      Layer.mergeAll(
        Machine.layer,
        RegistryFile.layer(`${home}/registry.json`),
        Configuration.layer({ environment, homeDirectory: "/home/user", workingDirectory: "/work" })
      )
    ),
    Layer.provide(Layer.merge(DevInfraHome.layerMemory, HostIdentity.layerMemory({ hostName: "desk", hostId: "0".repeat(31) + "1" }))),
    Layer.provideMerge(disk),
    Layer.provide(platform)
  )
  return { layer, modes }
}

const examine = Effect.flatMap(Doctor.Doctor, (doctor) => doctor.examine)

/** What a person would read, without what is as it should be. */
const complaints = Effect.map(examine, (findings) =>
  findings
    .filter(({ severity, subject }) => severity !== "ok" && subject !== "gh" && subject !== "home")
    .map(({ fix, severity, subject, what }) => ({ subject, severity, what, fix }))
)

const repairAll = Effect.gen(function* () {
  const doctor = yield* Doctor.Doctor
  return yield* doctor.repair(yield* doctor.examine)
})

describe("Doctor", () => {
  it.effect("finds nothing wrong before anything was stored", () =>
    Effect.gen(function* () {
      const findings = yield* examine
      expect(findings.map(({ severity, subject }) => `${subject} ${severity}`)).toEqual([
        "home ok",
        "configuration ok",
        "machine ok",
        "registry ok",
        "git ok",
        "gh note"
      ])
      expect(yield* repairAll).toEqual([])
    }).pipe(Effect.provide(setup().layer))
  )

  it.effect("says when the home is a file", () =>
    Effect.gen(function* () {
      const [finding] = yield* examine
      expect(finding).toMatchObject({ subject: "home", severity: "error" })
      expect(finding?.what).toContain("is not a folder")
      expect(finding?.fix).toContain("DEV_INFRA_HOME")
      // nothing else is told that only follows from it
      expect((yield* complaints).filter(({ severity }) => severity === "error")).toEqual([])
    }).pipe(Effect.provide(setup({ files: { [home]: "x" } }).layer))
  )

  it.effect("finds entries that are no projects, twice there, or gone from the disk", () =>
    Effect.gen(function* () {
      const found = yield* complaints
      expect(found.map(({ severity, subject, what }) => `${severity} ${subject}: ${what}`)).toEqual([
        expect.stringMatching(/^error entry: .*registry\.json:12:5: entry 2 \("bad"\) is no project: status must be /),
        expect.stringMatching(/^error entry: .*registry\.json:20:5: entry 3 is no project: /),
        'error entry: 2 entries have the id 3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11: "api" at /code/api, "api" at /code/copy',
        'warning entry: 2 entries lie at /code/api: "api" (3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11), "twin" (3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e12)',
        'warning project: "api" is not at /code/copy',
        'warning project: a checkout of "twin" is not at /code/lost'
      ])
      expect(found.every(({ fix }) => fix !== undefined)).toBe(true)
    }).pipe(
      Effect.provide(
        setup({
          files: {
            "/code/api/README": "",
            [`${home}/registry.json`]: registryOf(
              projectAt("/code/api"),
              projectAt("/code/bad", { name: "bad", status: "gone" }),
              7,
              projectAt("/code/copy"),
              projectAt("/code/api", { name: "twin", id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e12", checkouts: ["/code/lost"] }),
              projectAt("/code/old", { name: "old", id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e13", status: "archived" })
            )
          }
        }).layer
      )
    )
  )

  it.effect("puts back what can be read of a broken registry, as it said it would, and keeps a copy", () =>
    Effect.gen(function* () {
      const path = `${home}/registry.json`
      const broken = `${registryOf(projectAt("/code/api")).slice(0, -6)},\n    {"na`
      const { layer } = setup({ files: { [path]: broken, "/code/api/README": "" } })
      yield* Effect.gen(function* () {
        const files = yield* LocalFiles.LocalFiles
        const text = (file: string) => Effect.map(Effect.flatten(files.read(file, 1e6)), ({ bytes }) => new TextDecoder().decode(bytes))
        const found = (yield* examine).filter(({ subject }) => subject === "registry")
        expect(found).toMatchObject([{ severity: "error", fix: expect.stringContaining("keep the 1 entry that can be read") }])
        expect(yield* text(path)).toBe(broken)
        const doctor = yield* Doctor.Doctor
        const [outcome] = yield* doctor.repair(found)
        expect(outcome).toMatchObject({ _tag: "Repaired", copy: expect.stringContaining(`${home}/backups/registry-damaged-`) })
        expect(yield* text(outcome?._tag === "Repaired" ? (outcome.copy ?? "") : "")).toBe(broken)
        expect(JSON.parse(yield* text(path)).projects).toHaveLength(1)
        expect(yield* complaints).toEqual([])
        expect(yield* doctor.repair(found)).toMatchObject([{ what: `left ${path} as it is: it is no longer the file that was examined` }])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("says what the system refused, in words, and does not fall over it", () =>
    Effect.gen(function* () {
      const registry = `${home}/registry.json`
      const config = `${home}/config.yml`
      const files = { [registry]: registryOf(), [config]: "name: desk\n" }
      const told = (...failures: ReadonlyArray<LocalFilesFailing.Rule>) =>
        Effect.map(examine, (findings) => findings.filter(({ severity }) => severity === "error" || severity === "warning").map(({ severity, subject, what }) => `${severity} ${subject}: ${what}`)).pipe(
          Effect.provide(setup({ files, failures }).layer)
        )
      const folder = "warning home: others may look into the folder (permissions 0755)"
      expect(yield* told({ operation: "read", path: registry, code: "EACCES" })).toEqual([folder, `error registry: could not read ${registry}: permission denied (EACCES)`])
      expect(yield* told({ operation: "read", path: config, code: "EACCES" })).toEqual([folder, `error configuration: could not read ${config}: permission denied (EACCES)`])
      expect(yield* told({ operation: "checkWritable", path: registry, code: "EACCES" })).toEqual([folder, `warning registry: could not write ${registry}: permission denied (EACCES)`])
      expect(yield* told({ operation: "checkWritable", path: home, code: "EACCES" })).toEqual([`error home: the folder for dev-infra's own files ("${home}") may not be written`])
      expect(yield* told({ operation: "checkWritable", path: home, code: "EROFS" })).toEqual([`error home: the folder for dev-infra's own files ("${home}") is on a read-only file system`])
      expect(yield* told({ operation: "list", path: home, code: "EIO" })).toContain(`warning lock: could not list ${home}: the system refused (EIO)`)
    })
  )

  for (const [operation, code, clause] of [["write", "ENOSPC", "no space left on the disk"], ["create", "EACCES", "permission denied"], ["rename", "EIO", "the system refused"]] as const) {
    it.effect(`leaves a broken registry as it was if ${operation} ends with ${code}`, () =>
      Effect.gen(function* () {
        const path = `${home}/registry.json`
        const broken = `${registryOf(projectAt("/code/api")).slice(0, -6)},\n    {"na`
        const { layer } = setup({ files: { [path]: broken, "/code/api/README": "" }, failures: [{ operation, path: /registry/, code }] })
        yield* Effect.gen(function* () {
          const outcomes = (yield* repairAll).filter(({ finding }) => finding.subject === "registry")
          expect(outcomes).toMatchObject([{ _tag: "NotRepaired", detail: expect.stringContaining(clause) }])
          const files = yield* LocalFiles.LocalFiles
          expect(new TextDecoder().decode((yield* Effect.flatten(files.read(path, 1e6))).bytes)).toBe(broken)
          // what was prepared is gone; at most the copy of the broken file is there
          expect((yield* files.list(home)).filter((name) => name !== "backups")).toEqual(["registry.json"])
        }).pipe(Effect.provide(layer))
      })
    )
  }

  it.effect("does not repair a registry in another way than it said", () =>
    Effect.gen(function* () {
      const path = `${home}/registry.json`
      const { layer } = setup({ files: { [path]: "" } })
      yield* Effect.gen(function* () {
        const found = yield* examine
        const durable = yield* DurableFile.DurableFile
        const other = `${registryOf(projectAt("/code/api")).slice(0, -6)},\n    {"na`
        yield* durable.modify(path, { backup: "none" }, () => Effect.succeed({ result: undefined, content: other }))
        const outcomes = yield* Effect.flatMap(Doctor.Doctor, (doctor) => doctor.repair(found.filter(({ subject }) => subject === "registry")))
        expect(outcomes).toMatchObject([{ what: `left ${path} as it is: it is no longer the file that was examined` }])
        expect(Option.getOrThrow(yield* durable.read(path)).text).toBe(other)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("finds a key that others may read also where the environment names another one", () =>
    Effect.gen(function* () {
      expect((yield* complaints).map(({ what }) => what)).toEqual(["others may read the API key in it (permissions 0644)"])
    }).pipe(Effect.provide(setup({ files: { [`${home}/config.yml`]: "api:\n  key: stored\n" }, environment: { DEV_INFRA_API_KEY: "other" } }).layer))
  )

  it.effect("names the place where the registry is broken, and does not touch it", () =>
    Effect.gen(function* () {
      const text = '{\n  "version": "1.0",\n  "projects": [\n    {"name": }\n  ]\n}\n'
      const { layer } = setup({ files: { [`${home}/registry.json`]: text } })
      yield* Effect.gen(function* () {
        const [finding] = (yield* examine).filter(({ subject }) => subject === "registry")
        expect(finding).toMatchObject({ severity: "error" })
        expect(finding?.what).toContain(`${home}/registry.json:4:`)
        const files = yield* LocalFiles.LocalFiles
        expect(new TextDecoder().decode((yield* Effect.flatten(files.read(`${home}/registry.json`, 1e6))).bytes)).toBe(text)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("finds a configuration that others may read, wrong values and unknown keys; makes it private", () =>
    Effect.gen(function* () {
      const { layer, modes } = setup({
        files: { [`${home}/config.yml`]: "api:\n  key: top-secret\n  url: nowhere\nfuture: 1\n" },
        environment: { DEV_INFRA_API_URL: "https://work.example" }
      })
      yield* Effect.gen(function* () {
        const found = yield* complaints
        expect(found.map(({ severity, subject, what }) => `${severity} ${subject}: ${what}`)).toEqual([
          "note configuration: line 4: the key future is not known to this version and is left alone",
          "error configuration: others may read the API key in it (permissions 0644)"
        ])
        expect(JSON.stringify(found)).not.toContain("top-secret")
        const outcomes = yield* repairAll
        expect(outcomes.map((outcome) => (outcome._tag === "Repaired" ? outcome.what : outcome.detail))).toEqual([
          `set the permissions of ${home} to 0700`,
          `set the permissions of ${home}/config.yml to 0600`
        ])
        expect(modes.get(`${home}/config.yml`)).toBe(0o600)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("moves a machine id that cannot be read to the backups, and nothing else", () =>
    Effect.gen(function* () {
      const machineFile = `${home}/state/machine.json`
      const { layer } = setup({ files: { [machineFile]: "garbage", [`${home}/registry.json`]: registryOf() } })
      yield* Effect.gen(function* () {
        const files = yield* LocalFiles.LocalFiles
        const outcomes = (yield* repairAll).filter(({ finding }) => finding.subject === "machine")
        expect(outcomes).toMatchObject([{ _tag: "Repaired", copy: `${home}/backups/machine.json` }])
        expect(yield* files.stat(machineFile)).toMatchObject({ _tag: "None" })
        expect(new TextDecoder().decode((yield* Effect.flatten(files.read(`${home}/backups/machine.json`, 100))).bytes)).toBe("garbage")
        expect((yield* complaints).filter(({ subject }) => subject === "machine")).toEqual([])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("tells locks of the dead, of the living, of other computers, and damaged ones apart", () =>
    Effect.gen(function* () {
      const lockBy = (holder: object) => JSON.stringify({ ...me, token: "10-100-0123456789abcdef", ...holder })
      const { layer } = setup({
        files: {
          [`${home}/registry.json.lock`]: lockBy({ pid: 11 }),
          [`${home}/registry.json.11-100-0123456789abcdef.new`]: "half",
          [`${home}/config.yml.lock`]: lockBy({ host: "other", boot: "b2" }),
          [`${home}/state/machine.json.lock`]: "?"
        }
      })
      yield* Effect.gen(function* () {
        expect((yield* complaints).map(({ severity, subject, what }) => `${severity} ${subject}: ${what.replace(/\d+ min/, "N min")}`)).toEqual([
          "note lock: process 11 on desk is gone and left its lock; the next write takes it over",
          "note leftover: is left from a write that was cut off; the file itself is whole",
          "warning lock: process 10 on other, another computer, holds the lock or left it there N min ago",
          "warning lock: the lock is damaged or was not written by this program"
        ])
        const outcomes = (yield* repairAll).filter(({ finding }) => finding.subject !== "home")
        expect(outcomes.map((outcome) => (outcome._tag === "Repaired" ? outcome.what : outcome.detail))).toEqual([
          `removed the lock of ${home}/registry.json`,
          `moved ${home}/registry.json.11-100-0123456789abcdef.new to ${home}/backups/registry.json.11-100-0123456789abcdef.new`
        ])
        expect((yield* complaints).map(({ subject }) => subject)).toEqual(["lock", "lock"])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("says what git and gh are", () =>
    Effect.gen(function* () {
      const of = (answers: { readonly [tool: string]: string }) =>
        Effect.map(Effect.provide(examine, setup({ answers }).layer), (findings) =>
          findings.filter(({ subject }) => subject === "git" || subject === "gh").map(({ severity, what }) => `${severity} ${what}`)
        )
      expect(yield* of({ git: "git version 2.47.3\n", gh: "gh version 2.40.0 (2023)\nhttps://x\n" })).toEqual([
        "ok git version 2.47.3",
        "ok gh version 2.40.0 (2023)"
      ])
      expect(yield* of({ git: "git version 2.9.5\n" })).toEqual([
        "warning git version 2.9.5 is older than 2.17",
        "note gh is not installed; it is needed only to make repositories on GitHub"
      ])
      expect((yield* of({}))[0]).toMatch(/^error git cannot be called/)
    })
  )

  it.scopedLive("works on a disk", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = `${yield* files.makeTempDirectoryScoped()}/home`
      yield* files.makeDirectory(folder, { mode: 0o755 })
      yield* files.chmod(folder, 0o755)
      const options = { environment: { DEV_INFRA_HOME: folder }, homeDirectory: undefined, workingDirectory: "/" }
      const configuration = Configuration.layer(options)
      const layer = Doctor.layer.pipe(
        Layer.provideMerge(Layer.mergeAll(Machine.layer, RegistryFile.layer(`${folder}/registry.json`), configuration)),
        Layer.provide(Layer.mergeAll(DevInfraHome.layer(options), HostIdentity.layerMemory({ hostName: "desk" }))),
        Layer.provideMerge(DurableFile.layer),
        Layer.provideMerge(NodeContext.layer)
      )
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(Configuration.Configuration, (one) => one.set("name", ["desk"]))
        expect((yield* files.stat(`${folder}/config.yml`)).mode & 0o777).toBe(0o600)
        yield* Effect.flatMap(Machine.Machine, (machine) => machine.ensure)
        expect((yield* files.stat(`${folder}/state`)).mode & 0o777).toBe(0o700)
        expect((yield* repairAll).map(({ finding }) => finding.subject)).toEqual(["home"])
        expect((yield* files.stat(folder)).mode & 0o777).toBe(0o700)
        expect(yield* complaints).toEqual([])
        yield* files.writeFileString(`${folder}/registry.json`, registryOf())
        yield* files.chmod(`${folder}/registry.json`, 0o444)
        expect(yield* complaints).toMatchObject([{ subject: "registry", severity: "warning", what: expect.stringContaining("protected against writing (permissions 0444)") }])
        expect(yield* repairAll).toMatchObject([{ _tag: "Repaired", what: `set the permissions of ${folder}/registry.json to 0644` }])
        expect(yield* complaints).toEqual([])
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.effect("can be made up for tests of what calls it", () =>
    Effect.gen(function* () {
      const doctor = yield* Doctor.Doctor
      expect(yield* doctor.repair(yield* doctor.examine)).toMatchObject([{ _tag: "Repaired", what: "remove the lock" }])
      expect((yield* doctor.examine).map(({ subject }) => subject)).toEqual(["git"])
    }).pipe(
      Effect.provide(
        Doctor.layerMemory([
          { subject: "git", severity: "ok", what: "git version 2.47.3" },
          { subject: "lock", severity: "note", what: "left", fix: "remove the lock", repair: { _tag: "RemoveLock", target: "/x" } }
        ])
      )
    )
  )
})
