/**
 * What is known of the server of this home, for commands that start or stop it.
 *
 * @module
 */
import * as HomeServer from "@dev-infra/registry/HomeServer"
import * as Layer from "effect/Layer"
import * as ConfigurationServices from "./ConfigurationServices.js"

/** The server of this home, its configuration, and all that the registry is made of. @category layers */
export const layer = Layer.provideMerge(HomeServer.layer, ConfigurationServices.layer)
