import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as HomePaths from "@dev-infra/registry/HomePaths"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

const folderOf = (options: Partial<HomePaths.HomeOptions>) => {
  const resolved = HomePaths.resolve({ environment: {}, homeDirectory: "/home/me", workingDirectory: "/work/here", ...options })
  return HomePaths.isFault(resolved) ? HomePaths.describeFault(resolved) : resolved.folder
}

describe("DevInfraHome", () => {
  it("is ~/.dev-infra unless DEV_INFRA_HOME names another folder", () => {
    expect(folderOf({})).toBe("/home/me/.dev-infra")
    expect(folderOf({ environment: { DEV_INFRA_HOME: "/srv/infra/" } })).toBe("/srv/infra")
    expect(folderOf({ environment: { DEV_INFRA_HOME: "" } })).toBe("/home/me/.dev-infra")
  })

  it("takes a relative DEV_INFRA_HOME from the working folder and ~ from the home directory", () => {
    expect(folderOf({ environment: { DEV_INFRA_HOME: "a/../b c" } })).toBe("/work/here/b c")
    expect(folderOf({ environment: { DEV_INFRA_HOME: "~/infra" } })).toBe("/home/me/infra")
    expect(folderOf({ environment: { DEV_INFRA_HOME: "~" } })).toBe("/home/me")
    expect(folderOf({ environment: { DEV_INFRA_HOME: "~other" } })).toBe("/work/here/~other")
  })

  it("says to set DEV_INFRA_HOME if HOME is unset, empty or relative", () => {
    for (const homeDirectory of [undefined, "", "me"]) {
      expect(folderOf({ homeDirectory })).toContain("set DEV_INFRA_HOME")
      expect(folderOf({ homeDirectory, environment: { DEV_INFRA_HOME: "/srv/infra" } })).toBe("/srv/infra")
    }
  })

  it("keeps every file inside the folder, also if the folder is the root", () => {
    const { folder: _, fromVariable: __, ...paths } = HomePaths.fromFolder("/")
    for (const path of Object.values(paths)) expect(path).toMatch(/^\/[a-z]/)
  })

  it.effect("fails as a layer with an error that names DEV_INFRA_HOME", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        Effect.provide(DevInfraHome.DevInfraHome, DevInfraHome.layer({ environment: {}, homeDirectory: undefined, workingDirectory: "/" }))
      )
      expect(failure._tag).toBe("HomeUnusable")
      expect(failure.message).toContain("DEV_INFRA_HOME")
    })
  )

  it("tells a fault of the home from a fault of one file", () => {
    const home = HomePaths.fromFolder("/srv/infra", { fromVariable: true })
    const told = (path: string, operation: string, reason: FileFailure["reason"]) =>
      DevInfraHome.HomeUnusable.fromFileFailure(home, new FileFailure({ path, operation, reason }))?.reason
    expect(told("/srv/infra/registry.json", "read", "NotAFolder")).toBe("NotAFolder")
    expect(told("/srv/infra", "make the folder", "PermissionDenied")).toBe("NotWritable")
    expect(told("/srv", "make the folder", "PermissionDenied")).toBe("NotWritable")
    expect(told("/srv/infra/registry.json", "write", "ReadOnly")).toBe("ReadOnly")
    expect(told("/srv/infra/registry.json", "write", "WriteProtected")).toBeUndefined()
    expect(told("/srv/infra/registry.json", "create", "PermissionDenied")).toBe("NotWritable")
    expect(told("/srv/infra/registry.json", "read", "PermissionDenied")).toBeUndefined()
    expect(told("/srv/infra/registry.json", "write", "PermissionDenied")).toBeUndefined()
    expect(told("/elsewhere/file", "read", "NotAFolder")).toBeUndefined()
    expect(told("/srv/infra/registry.json", "write", "NoSpace")).toBeUndefined()
  })
})
