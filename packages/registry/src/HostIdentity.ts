/**
 * What the operating system calls the computer: a port, because every system keeps it elsewhere.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/**
 * The port. `hostId` is an id that the host has for itself, none where it has none or it cannot be read; `hostName` is its
 * name on the network.
 *
 * @example
 * ```ts
 * import * as HostIdentity from "@dev-infra/registry/HostIdentity"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const host = yield* HostIdentity.HostIdentity
 *   return yield* host.hostId
 * }).pipe(Effect.provide(HostIdentity.layerMemory({ hostName: "laptop", hostId: "0123456789abcdef0123456789abcdef" })))
 * ```
 *
 * @category tags
 */
export class HostIdentity extends Context.Tag("@dev-infra/registry/HostIdentity")<
  HostIdentity,
  {
    readonly hostName: string
    readonly hostId: Effect.Effect<Option.Option<string>>
  }
>() {}

/** Where Linux and the BSDs keep it: machine-id(5) of systemd, and the place that D-Bus used before. */
const places = ["/etc/machine-id", "/var/lib/dbus/machine-id"]

/** 32 hexadecimal digits; images that were never started say `uninitialized` or nothing. */
const isHostId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text) && !/^0+$/.test(text)

/**
 * The id that Linux keeps in a file. On systems without such a file there is none.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as HostIdentity from "@dev-infra/registry/HostIdentity"
 * import * as Layer from "effect/Layer"
 * import { hostname } from "node:os"
 *
 * const host = HostIdentity.layerFile({ hostName: hostname() }).pipe(Layer.provide(DurableFile.layer))
 * ```
 *
 * @category layers
 */
export const layerFile = (options: { readonly hostName: string }): Layer.Layer<HostIdentity, never, DurableFile.DurableFile> =>
  Layer.effect(
    HostIdentity,
    Effect.map(DurableFile.DurableFile, (files) =>
      HostIdentity.of({
        hostName: options.hostName,
        hostId: Effect.gen(function* () {
          for (const place of places) {
            // A host that forbids reading its id is treated as one that has none.
            const snapshot = yield* Effect.option(files.read(place, { limit: 4096 }))
            const id = Option.getOrUndefined(Option.flatten(snapshot))?.text.trim().toLowerCase()
            if (id !== undefined && isHostId(id)) return Option.some(id)
          }
          return Option.none()
        })
      })
    )
  )

/**
 * A made-up host.
 *
 * @category layers
 */
export const layerMemory = (options: { readonly hostName: string; readonly hostId?: string }): Layer.Layer<HostIdentity> =>
  Layer.succeed(HostIdentity, { hostName: options.hostName, hostId: Effect.succeed(Option.fromNullable(options.hostId)) })
