/**
 * What a template says, as a tree. Places are offsets in its text, in UTF-16 units.
 *
 * @module
 */
import type { TemplateFunction } from "../Template.js"

/** @category models */
export type Expression =
  | { readonly _tag: "Dot"; readonly at: number }
  | { readonly _tag: "Nil"; readonly at: number }
  | { readonly _tag: "Constant"; readonly at: number; readonly value: boolean | string | bigint | number }
  /** `.A.B` */
  | { readonly _tag: "Field"; readonly at: number; readonly names: ReadonlyArray<string> }
  /** `$x.A.B`; the name is with its `$` */
  | { readonly _tag: "Variable"; readonly at: number; readonly name: string; readonly names: ReadonlyArray<string> }
  /** `(…).A.B` */
  | { readonly _tag: "Chain"; readonly at: number; readonly of: Expression; readonly names: ReadonlyArray<string> }
  /** `and` and `or` have no function: they look at one argument after the other */
  | { readonly _tag: "Function"; readonly at: number; readonly name: string; readonly call: TemplateFunction | "and" | "or" }
  | Pipeline

/** A word with what is given to it. @category models */
export interface Command {
  readonly at: number
  readonly words: readonly [Expression, ...ReadonlyArray<Expression>]
}

/** Commands, each of which is given what the one before it made. @category models */
export interface Pipeline {
  readonly _tag: "Pipeline"
  readonly at: number
  readonly commands: ReadonlyArray<Command>
  /** names with their `$` that are set to what it makes */
  readonly variables: ReadonlyArray<string>
  /** by `=`, not by `:=` */
  readonly assigns: boolean
}

/** @category models */
export type Statement =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Action"; readonly at: number; readonly pipeline: Pipeline }
  | { readonly _tag: "If" | "With" | "Range"; readonly at: number; readonly pipeline: Pipeline; readonly body: Body; readonly otherwise: Body }
  | { readonly _tag: "Template"; readonly at: number; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly _tag: "Break"; readonly at: number }
  | { readonly _tag: "Continue"; readonly at: number }

/** @category models */
export type Body = ReadonlyArray<Statement>

/** A template that was read, with those it defines. @category models */
export interface Tree {
  readonly body: Body
  readonly definitions: ReadonlyMap<string, Body>
}
