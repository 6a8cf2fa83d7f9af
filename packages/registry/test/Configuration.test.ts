import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalFilesFailing from "@dev-infra/durable-files/LocalFilesFailing"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Configuration from "@dev-infra/registry/Configuration"
import { configurationKeys, parseKey } from "@dev-infra/registry/ConfigurationKey"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as FileSystem from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { filesInMemory } from "./filesInMemory.js"

const path = "/home/user/.dev-infra/config.yml"
const surroundings = { environment: {}, homeDirectory: "/home/me", workingDirectory: "/work/here" }

type Options = Partial<Configuration.ConfigurationOptions> & { readonly text?: string }

/** A configuration on files that can be looked into. */
const setup = ({ text, ...options }: Options = {}) => {
  const files = filesInMemory(text === undefined ? {} : { [path]: text })
  const layer = Configuration.layer({ ...surroundings, ...options }).pipe(
    Layer.provide([
      files.layer,
      DevInfraHome.layerMemory,
      FileSystem.layerNoop({ chmod: (file, mode) => Effect.sync(() => void files.modes.set(file, mode)) })
    ])
  )
  return { ...files, layer, content: () => files.texts.get(path) }
}

const service = Configuration.Configuration

describe.each([
  ["layer", (options: Options = {}) => setup(options).layer],
  ["layerMemory", (options: Options = {}) => Configuration.layerMemory({ ...surroundings, ...options })]
])("Configuration.%s", (_, layer) => {
  it.effect("has defaults before anything was set, and says so", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      const { problems, settings, unknownKeys } = yield* configuration.list
      expect(settings.map((setting) => [setting.key, Configuration.display(setting), setting.source._tag])).toEqual([
        ["api.url", "(not set)", "Default"],
        ["api.key", "(not set)", "Default"],
        ["api.name", "work-prod", "Default"],
        ["api.insecure", "false", "Default"],
        ["api.ca_file", "(not set)", "Default"],
        ["name", "(not set)", "Default"],
        ["roots", "(none)", "Default"],
        ["ignore", "(none)", "Default"],
        ["scan.depth", "(not set)", "Default"],
        ["color", "auto", "Default"],
        ["templates", "(none)", "Default"]
      ])
      expect([problems, unknownKeys]).toEqual([[], []])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("gives back what was set, and its place", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      yield* configuration.set("name", ["laptop: the \"big\" one # 2 🚀"])
      yield* configuration.set("roots", ["/home/me/code/", "work", "~/play", "/home/me/code/"])
      yield* configuration.set("scan.depth", ["4"])
      yield* configuration.set("api.url", ["https://work.example:5055/"])
      yield* configuration.set("color", ["never"])
      yield* configuration.set("ignore", ["*.tmp", "01", "yes", "- x"])
      yield* configuration.setSecret("api.key", Redacted.make(" key-1\n"))
      expect((yield* configuration.get("name")).value).toBe("laptop: the \"big\" one # 2 🚀")
      expect((yield* configuration.get("roots")).value).toEqual(["/home/me/code", "/work/here/work", "/home/me/play"])
      expect(yield* configuration.get("scan.depth")).toEqual({
        key: "scan.depth",
        value: 4,
        source: { _tag: "File", path: configuration.path, line: 7 }
      })
      expect((yield* configuration.get("api.url")).value).toBe("https://work.example:5055")
      expect((yield* configuration.get("ignore")).value).toEqual(["*.tmp", "01", "yes", "- x"])
      const { value } = yield* configuration.get("api.key")
      expect(value === undefined ? "" : Redacted.value(value)).toBe("key-1")
      expect((yield* configuration.list).problems).toEqual([])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("never shows the key", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      yield* configuration.setSecret("api.key", Redacted.make("top-secret"))
      const { settings } = yield* configuration.list
      expect(settings.map(Configuration.display)).toContain("(set, hidden)")
      expect(JSON.stringify(settings)).not.toContain("top-secret")
      const refused = yield* Effect.flip(configuration.setSecret("api.key", Redacted.make("top secret")))
      expect(JSON.stringify(refused) + refused.message).not.toContain("top secret")
    }).pipe(Effect.provide(layer()))
  )

  it.effect("takes flags over the environment over the file over defaults", () =>
    Effect.gen(function* () {
      const text = "api:\n  url: https://file.example\ncolor: always\nname: file\n"
      const environment = { DEV_INFRA_API_URL: "https://environment.example", DEV_INFRA_API_KEY: "" }
      const value = (options: Options) =>
        Effect.gen(function* () {
          const configuration = yield* service
          const url = yield* configuration.get("api.url")
          return [url.value, Configuration.describeSource(url.source), (yield* configuration.get("api.key")).source._tag]
        }).pipe(Effect.provide(layer({ text, ...options })))
      expect(yield* value({})).toEqual(["https://file.example", `${path}:2`, "Default"])
      const { stored } = yield* Effect.provide(Effect.flatMap(service, (configuration) => configuration.list), layer({ text: `${text}roots: {}\n`, environment }))
      expect(stored).toEqual({ "api.url": "https://file.example", color: "always", name: "file" })
      expect(yield* value({ environment })).toEqual(["https://environment.example", "DEV_INFRA_API_URL", "Default"])
      expect(yield* value({ environment, flags: { "api.url": ["http://flag.example"] } })).toEqual(["http://flag.example", "flag", "Default"])
    })
  )

  it.effect("stores names with a text each, one by one, and lets the others stay", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      expect(yield* configuration.setEntry("templates", "company", "git+https://host/o/r.git//a@^1")).toBe(false)
      expect(yield* configuration.setEntry("templates", "next.js", "/srv/next")).toBe(false)
      expect(yield* configuration.setEntry("templates", "company", "gh:o/r")).toBe(true)
      const stored = yield* configuration.get("templates")
      expect([stored.value, stored.source._tag]).toEqual([{ company: "gh:o/r", "next.js": "/srv/next" }, "File"])
      expect(Configuration.display(stored)).toBe("company=gh:o/r, next.js=/srv/next")
      expect(yield* configuration.setEntry("templates", "company", undefined)).toBe(true)
      expect(yield* configuration.setEntry("templates", "company", undefined)).toBe(false)
      expect(yield* configuration.setEntry("templates", "next.js", undefined)).toBe(true)
      expect((yield* configuration.list).storedKeys).toEqual([])
      yield* configuration.set("templates", ["one=/srv/one", "two=/srv/two"])
      expect((yield* configuration.get("templates")).value).toEqual({ one: "/srv/one", two: "/srv/two" })
      for (const wrong of ["noname", "=x", "a=", "-a=x", "__proto__=x", "a b=x", "a=https://me:secret@host/r"]) expect(Either.isLeft(yield* Effect.either(configuration.set("templates", [wrong])))).toBe(true)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("unsets a key, and says whether it was there", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      expect(yield* configuration.unset("scan.depth")).toBe(false)
      yield* configuration.set("scan.depth", ["4"])
      expect(yield* configuration.unset("scan.depth")).toBe(true)
      expect(yield* configuration.unset("scan.depth")).toBe(false)
      expect((yield* configuration.get("scan.depth")).value).toBeUndefined()
      yield* configuration.set("name", ["again"])
      expect((yield* configuration.get("name")).value).toBe("again")
    }).pipe(Effect.provide(layer()))
  )

  it.effect("stores and takes out several keys in one write, or nothing", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      yield* configuration.change([
        { key: "api.url", texts: ["http://nas:5055"] },
        { key: "api.key", texts: Redacted.make(" first\n") },
        { key: "api.insecure", texts: ["yes"] },
        { key: "api.ca_file", texts: ["ca.pem"] }
      ])
      expect((yield* configuration.get("api.insecure")).value).toBe(true)
      expect((yield* configuration.get("api.ca_file")).value).toBe("/work/here/ca.pem")
      const refused = yield* Effect.flip(configuration.change([{ key: "api.url", texts: ["http://other:5055"] }, { key: "api.name", texts: ["a b"] }]))
      expect(refused.message).toContain("api.name")
      expect((yield* configuration.get("api.url")).value).toBe("http://nas:5055")
      yield* configuration.change([
        { key: "api.url", texts: ["http://other:5055"] },
        { key: "api.key", texts: undefined },
        { key: "api.insecure", texts: undefined }
      ])
      const { settings, storedKeys } = yield* configuration.list
      expect(settings.filter(({ key }) => key.startsWith("api.")).map(Configuration.display)).toEqual(["http://other:5055", "(not set)", "work-prod", "false", "/work/here/ca.pem"])
      expect(storedKeys).toEqual(["api.url", "api.ca_file"])
    }).pipe(Effect.provide(layer()))
  )

  it.effect.each([
    ["api.name", ["a b"]],
    ["api.name", ["../x"]],
    ["api.insecure", ["maybe"]],
    ["api.ca_file", [""]],
    ["api.url", ["ftp://x"]],
    ["api.url", ["https://user:password@host"]],
    ["api.url", ["https://"]],
    ["api.url", ["https://a", "https://b"]],
    ["name", [" "]],
    ["name", ["a\nb"]],
    ["name", []],
    ["roots", [""]],
    ["ignore", [" "]],
    ["scan.depth", ["0"]],
    ["scan.depth", ["65"]],
    ["scan.depth", ["1.5"]],
    ["scan.depth", ["four"]],
    ["color", ["Always"]]
  ] as const)("refuses %s %j and stores nothing", ([key, texts]) =>
    Effect.gen(function* () {
      const configuration = yield* service
      const failure = yield* Effect.flip(configuration.set(key, texts))
      expect(failure._tag).toBe("ConfigurationInvalid")
      expect(failure.message).toMatch(new RegExp(`^the value given: ${key} must be `))
      expect((yield* configuration.get(key)).source._tag).toBe("Default")
    }).pipe(Effect.provide(layer()))
  )

  it.effect("names a wrong value of the environment by its variable", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      const failure = yield* Effect.flip(configuration.get("api.url"))
      expect(failure.message).toBe(
        "DEV_INFRA_API_URL: api.url must be one http:// or https:// URL without user, password, query or fragment"
      )
    }).pipe(Effect.provide(layer({ environment: { DEV_INFRA_API_URL: "nowhere" } })))
  )

  it.effect("reports wrong values and unknown keys with their places, and gives all the others", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      const { problems, settings, unknownKeys } = yield* configuration.list
      expect(problems.map((problem) => problem.message)).toEqual([
        `${path}:2:8: roots must be folders that start with / or ~/`,
        `${path}:4:10: scan.depth must be a whole number from 1 to 64`,
        `${path}:6:8: color must be one value`
      ])
      expect(unknownKeys).toEqual([
        { key: "scan.speed", position: { line: 5, column: 3 } },
        { key: "plugins", position: { line: 7, column: 1 } },
        { key: "__proto__", position: { line: 9, column: 1 } }
      ])
      expect(settings.find(({ key }) => key === "name")?.value).toBe("12")
    }).pipe(
      Effect.provide(
        layer({
          text: "name: 12\nroots: [code]\nscan:\n  depth: deep\n  speed: 3\ncolor: [a, b]\nplugins:\n  - x\n__proto__: 1\n"
        })
      )
    )
  )

  it.effect.each([
    ["name: a\nb: [1,\n", "3:1: "],
    ["name: a\nname: b\n", "2:1: the same key"],
    ["- a\n", "1:1: the file must be a list of keys"],
    ["just text", "1:1: the file must be"],
    ["a: 1\n---\nb: 2\n", "a second document"],
    ["a:\n\t- b\n", "2:1: "],
    ["api:\n  key: \"top-secret\n", "a closing quote"],
    ["api:\n  key: top-secret: x\n", ":2:"]
  ] as const)("leaves a file alone that says %j, and says where it is wrong", ([text, expected]) =>
    Effect.gen(function* () {
      const configuration = yield* service
      const attempts = [configuration.list, configuration.get("name"), configuration.set("name", ["x"]), configuration.unset("name")]
      for (const attempt of attempts) {
        const failure = yield* Effect.flip(Effect.asVoid(attempt))
        expect(failure._tag).toBe("ConfigurationUnreadable")
        expect(failure.message).toContain(expected)
        expect(failure.message).not.toContain("top-secret")
      }
    }).pipe(Effect.provide(layer({ text })))
  )

  it.effect("follows anchors, and is not blown up by them", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      expect((yield* configuration.get("roots")).value).toEqual(["/a"])
      const failure = yield* Effect.flip(configuration.get("ignore"))
      expect(failure._tag).toBe("ConfigurationInvalid")
    }).pipe(
      Effect.provide(
        layer({ text: `x: &x [/a]\nroots: *x\na: &a [l]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nignore: [${"*c,".repeat(20)}]\n` })
      )
    )
  )
})

describe("Configuration", () => {
  it.effect("keeps comments, order and unknown keys on every write", () =>
    Effect.gen(function* () {
      const text = [
        "# my settings",
        "name: 'old' # what I am called",
        "",
        "templates: {a: 1} # for later",
        "api:",
        "  # the server",
        "  url: https://old.example # ours",
        "roots:",
        "  - /a # first",
        "  - /b # second",
        "# the end",
        ""
      ].join("\n")
      const { content, layer } = setup({ text })
      yield* Effect.gen(function* () {
        const configuration = yield* service
        yield* configuration.set("name", ["new"])
        yield* configuration.set("api.url", ["https://new.example"])
        yield* configuration.set("roots", ["/b", "/c"])
      }).pipe(Effect.provide(layer))
      expect(content()).toBe(
        text
          .replace("'old'", "'new'")
          .replace("https://old.example", "https://new.example")
          .replace("  - /a # first\n", "")
          .replace("/b # second\n", "/b # second\n  - /c\n")
      )
    })
  )

  it.effect("keeps the comments of a file that says nothing else, and CRLF line ends", () =>
    Effect.gen(function* () {
      const comments = setup({ text: "# to do\n\n---\n# more" })
      yield* Effect.provide(Effect.flatMap(service, (one) => one.set("scan.depth", ["3"])), comments.layer)
      expect(comments.content()).toBe("# to do\n\n---\n# more\nscan:\n  depth: 3")
      const windows = setup({ text: "name: a\r\ncolor: auto # c\r\n" })
      yield* Effect.provide(Effect.flatMap(service, (one) => one.set("color", ["never"])), windows.layer)
      expect(windows.content()).toBe("name: a\r\ncolor: never # c\r\n")
    })
  )

  it.effect("changes no line but those of the key, in whatever style the file is written", () =>
    Effect.gen(function* () {
      const others = ["mine:\n    - {a:   1}   # odd", "team:   'x'", "# note", "", "color:   auto", "deep:\n   er: |\n     text\n\n     more"]
      const styles = [
        "scan:   {depth: 3}",
        "scan:\n    # how deep\n    depth: 3 # levels\n    speed: fast",
        "scan: # what\n  'depth': \"3\"",
        "scan:",
        "scan: {}",
        "scan: &s {depth: 3}"
      ]
      for (const style of styles) {
        for (const place of [0, 3, others.length]) {
          const text = `${[...others.slice(0, place), style, ...others.slice(place)].join("\n")}\n`
          const { content, layer } = setup({ text })
          const configuration = yield* Effect.provide(service, layer)
          yield* configuration.set("scan.depth", ["7"])
          expect((yield* configuration.get("scan.depth")).value, text).toBe(7)
          for (const other of others) expect(content()).toContain(`${other}\n`)
          yield* configuration.unset("scan.depth")
          expect((yield* configuration.get("scan.depth")).source._tag).toBe("Default")
          for (const other of others) expect(content()).toContain(`${other}\n`)
          expect(content()?.includes("speed: fast")).toBe(style.includes("speed"))
        }
      }
    })
  )

  it.effect("keeps the comments and quotes of names that stay", () => {
    const text = "# mine\ntemplates:\n  # of the company\n  company: 'gh:o/r' # theirs\n  other: /srv/other\nroots: [/a]\n"
    const { content, layer } = setup({ text })
    return Effect.gen(function* () {
      const configuration = yield* service
      yield* configuration.setEntry("templates", "third", "/srv/third")
      expect(content()).toBe(text.replace("/srv/other\n", "/srv/other\n  third: /srv/third\n"))
      yield* configuration.setEntry("templates", "third", undefined)
      expect(content()).toBe(text)
      yield* configuration.setEntry("templates", "other", undefined)
      expect(content()).toBe(text.replace("  other: /srv/other\n", ""))
    }).pipe(Effect.provide(layer))
  })

  it.effect("says where names are wrong", () =>
    Effect.gen(function* () {
      const configuration = yield* service
      const error = yield* Effect.flip(configuration.get("templates"))
      expect(error.message).toBe(`${path}:1:12: templates must be names with a text each, on indented lines`)
    }).pipe(Effect.provide(setup({ text: "templates: [a, b]\n" }).layer))
  )

  it.effect("makes the file private, also one that was not", () =>
    Effect.gen(function* () {
      const fresh = setup()
      yield* Effect.provide(Effect.flatMap(service, (one) => one.set("name", ["x"])), fresh.layer)
      expect(fresh.modes.get(path)).toBe(0o600)
      const open = setup({ text: "name: a\n" })
      open.modes.set(path, 0o644)
      yield* Effect.provide(Effect.flatMap(service, (one) => one.setSecret("api.key", Redacted.make("k"))), open.layer)
      expect(open.modes.get(path)).toBe(0o600)
    })
  )

  for (const [operation, code, reason] of [["write", "ENOSPC", "NoSpace"], ["create", "EACCES", "PermissionDenied"], ["flush", "EIO", "Other"]] as const) {
    it.effect(`leaves the file as it was if ${operation} ends with ${code}`, () =>
      Effect.gen(function* () {
        const text = "# mine\nname: a\n"
        const me = { host: "desk", boot: "b1", namespace: "", pid: 10, started: 100, command: "dev-infra" }
        const disk = Layer.provideMerge(
          DurableFile.layerOver,
          Layer.provideMerge(
            FileLock.layer,
            Layer.merge(
              Layer.provide(LocalFilesFailing.layer([{ operation, path: /config\.yml.*\.new$/, code }]), LocalFiles.layerMemory({ [path]: text })),
              LocalProcess.layerMemory(me, () => [me])
            )
          )
        )
        const layer = Configuration.layer(surroundings).pipe(Layer.provide([DevInfraHome.layerMemory, FileSystem.layerNoop({ chmod: () => Effect.void })]), Layer.provideMerge(disk))
        yield* Effect.gen(function* () {
          const configuration = yield* service
          expect(yield* Effect.flip(configuration.setSecret("api.key", Redacted.make("abc123")))).toMatchObject({ _tag: "FileFailure", reason })
          const files = yield* LocalFiles.LocalFiles
          expect(new TextDecoder().decode((yield* Effect.flatten(files.read(path, 1e6))).bytes)).toBe(text)
          // half a secret in a file of its own would be left otherwise
          expect(yield* files.list("/home/user/.dev-infra")).toEqual(["config.yml"])
        }).pipe(Effect.provide(layer))
      })
    )
  }

  it.effect("says what is in the way of a nested key", () =>
    Effect.gen(function* () {
      const { content, layer } = setup({ text: "api: https://x\nscan:\n" })
      const configuration = yield* Effect.provide(service, layer)
      const failure = yield* Effect.flip(configuration.set("api.url", ["https://y"]))
      expect(failure.message).toBe(`${path}:1:6: api.url cannot stand here, because the key above it holds a value of its own`)
      yield* configuration.set("scan.depth", ["2"])
      expect(content()).toBe("api: https://x\nscan:\n  depth: 2\n")
    })
  )

  it("tells keys that exist from those that do not", () => {
    expect(Either.isRight(parseKey("roots"))).toBe(true)
    for (const text of ["Roots", "constructor", "__proto__", ""]) {
      const failure = Either.getLeft(parseKey(text))
      expect(JSON.stringify(failure)).toContain(configurationKeys.join('","'))
    }
  })
})
