import * as NodeContext from "@effect/platform-node/NodeContext"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import * as Layer from "effect/Layer"
import { testTextMerge } from "./TextMerge.contract.js"

testTextMerge("git merge-file", Layer.provide(TextMerge.layer, NodeContext.layer))
testTextMerge("in process", TextMerge.layerMemory)
