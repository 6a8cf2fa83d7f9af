/**
 * The setting `color` of the configuration, for every command. The line is looked for without a YAML reader, which would cost
 * each command its start-up; so it is read in its plain form only, `color: never`, the one that `dev-infra config set` writes.
 *
 * @module
 */
import { LocalFiles, layer as localFiles } from "@dev-infra/durable-files/LocalFiles"
import { isFault, resolve } from "@dev-infra/registry/HomePaths"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { GlobalValues } from "./GlobalFlags.js"
import { Surroundings } from "./Surroundings.js"

const sizeLimit = 1024 * 1024

const isChoice = (word: string | undefined): word is GlobalValues["color"] => word === "auto" || word === "always" || word === "never"

/** The values of the flags, with the configured colour where neither `--color` nor the environment says anything. @category reading */
export const withConfiguredColor = (values: GlobalValues): Effect.Effect<GlobalValues, never, Surroundings> =>
  Effect.gen(function* () {
    if (values.colorIsGiven) return values
    const { environment, homeFolder, workingFolder } = yield* Surroundings
    // The environment goes before the file.
    if ((environment["NO_COLOR"] ?? "") !== "" || (environment["FORCE_COLOR"] ?? "") !== "") return values
    const home = resolve({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
    if (isFault(home)) return values
    const files = yield* LocalFiles
    // A file that cannot be read is reported by the commands that it matters to.
    const content = yield* Effect.orElseSucceed(files.read(home.configFile, sizeLimit), Option.none)
    if (Option.isNone(content)) return values
    const word = /^color:[ \t]*["']?(\w+)["']?[ \t]*(?:#.*)?\r?$/m.exec(new TextDecoder().decode(content.value.bytes))?.[1]
    return isChoice(word) ? { ...values, color: word } : values
  }).pipe(Effect.provide(localFiles))
