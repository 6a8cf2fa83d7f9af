/**
 * The file that a backup is written to until it is whole. Its name says which process writes it, so that one that was left by a process
 * that is gone can be told from one that is being written.
 *
 * @module
 */
import { LocalProcess, type ProcessIdentity } from "@dev-infra/durable-files/LocalProcess"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"

/** What such a file is called: `work-prod-backup,PID,STARTED,BOOT,NAMESPACE,HOST,TOKEN.part`. A comma stands in none of the parts, since they are escaped as in addresses. */
const pattern = /^work-prod-backup,(\d+),(\d+),([^,]*),([^,]*),([^,]+),[0-9a-f]+\.part$/

const decoded = Option.liftThrowable(decodeURIComponent)

/** The process that a name says; none if it is not one of these names. @category conversions */
export const writerOf = (name: string): Option.Option<ProcessIdentity> => {
  const [, pid = "", started = "", ...others] = pattern.exec(name) ?? []
  const [boot, namespace, host] = others.map((part) => Option.getOrUndefined(decoded(part)))
  if (boot === undefined || namespace === undefined || host === undefined) return Option.none()
  return Option.some({ host, boot, namespace, pid: Number(pid), started: Number(started), command: "work-prod" })
}

/** A name that no other file has. @category constructors */
export const name: Effect.Effect<string, never, LocalProcess> = Effect.gen(function* () {
  const { boot, host, namespace, pid, started } = yield* Effect.flatMap(LocalProcess, ({ self }) => self)
  const token = (yield* Random.nextIntBetween(0x1000_0000, 0x7fff_ffff)).toString(16)
  return `work-prod-backup,${pid},${started},${[boot, namespace, host].map(encodeURIComponent).join(",")},${token}.part`
})

/**
 * Removes what processes of this computer left there that are gone. What cannot be looked at or removed stays, and is in nobody's way.
 *
 * @param folder an absolute path
 * @category clearing
 */
export const clear = (folder: string): Effect.Effect<void, never, FileSystem.FileSystem | LocalProcess> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const processes = yield* LocalProcess
    const names = yield* files.readDirectory(folder)
    yield* Effect.forEach(
      names,
      (found) =>
        Option.match(writerOf(found), {
          onNone: () => Effect.void,
          onSome: (writer) => Effect.flatMap(processes.state(writer), (state) => (state === "Gone" ? Effect.ignore(files.remove(`${folder}/${found}`, { force: true })) : Effect.void))
        }),
      { discard: true }
    )
  }).pipe(Effect.ignore)
