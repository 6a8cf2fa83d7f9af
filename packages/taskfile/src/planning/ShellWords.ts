/**
 * The commands in a text for the shell: words, quotes and substitutions, no more. What it does not understand it passes over.
 *
 * @module
 */

const separators = new Set([";", "&", "|", "\n", "(", ")", "`"])

/** Words behind which a command begins once more. */
const openers = new Set(["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "exec", "command", "nohup", "sudo", "env", "builtin"])

/** Substitutions within substitutions are looked into so deep. */
const deepest = 50

interface State {
  readonly text: string
  readonly commands: Array<ReadonlyArray<string>>
  at: number
}

const skipHeredocs = (state: State, endings: Array<string>): void => {
  for (let ending = endings.shift(); ending !== undefined; ending = endings.shift()) {
    for (;;) {
      const start = state.at + 1
      const end = state.text.indexOf("\n", start)
      const line = state.text.slice(start, end === -1 ? state.text.length : end)
      state.at = end === -1 ? state.text.length : end
      if (line.replace(/^\t+/, "") === ending || end === -1) break
    }
  }
}

/** A template, which may hold spaces and quotes of its own. */
const templateEnd = (text: string, at: number): number => {
  const end = text.indexOf("}}", at + 2)
  return end === -1 ? text.length : end + 2
}

const singleQuoted = (state: State): string => {
  const end = state.text.indexOf("'", state.at + 1)
  const inner = state.text.slice(state.at + 1, end === -1 ? state.text.length : end)
  state.at = end === -1 ? state.text.length : end + 1
  return inner
}

const doubleQuoted = (state: State, depth: number): string => {
  let word = ""
  state.at += 1
  while (state.at < state.text.length && state.text[state.at] !== '"') {
    const character = state.text[state.at] ?? ""
    if (character === "\\") {
      word += state.text[state.at + 1] ?? ""
      state.at += 2
    } else if (state.text.startsWith("{{", state.at)) {
      const end = templateEnd(state.text, state.at)
      word += state.text.slice(state.at, end)
      state.at = end
    } else if (state.text.startsWith("$(", state.at) && depth < deepest) {
      state.at += 2
      scan(state, ")", depth + 1)
      word += "$()"
    } else {
      word += character
      state.at += 1
    }
  }
  state.at += 1
  return word
}

/** Commands up to a closing bracket, or to the end. */
const scan = (state: State, closer: string | undefined, depth = 0): void => {
  let words: Array<string> = []
  let word: string | undefined
  const heredocs: Array<string> = []
  const endWord = (): void => {
    if (word !== undefined && !(words.length === 0 && openers.has(word))) words.push(word)
    word = undefined
  }
  const endCommand = (): void => {
    endWord()
    if (words.length > 0) state.commands.push(words)
    words = []
  }
  while (state.at < state.text.length) {
    const character = state.text[state.at] ?? ""
    if (character === closer) {
      state.at += 1
      break
    }
    if (character === "\\") {
      if (state.text[state.at + 1] !== "\n") word = (word ?? "") + (state.text[state.at + 1] ?? "")
      state.at += 2
    } else if (character === "'") word = (word ?? "") + singleQuoted(state)
    else if (character === '"') word = (word ?? "") + doubleQuoted(state, depth)
    else if (state.text.startsWith("{{", state.at)) {
      const end = templateEnd(state.text, state.at)
      word = (word ?? "") + state.text.slice(state.at, end)
      state.at = end
    } else if (state.text.startsWith("$(", state.at) && depth < deepest) {
      state.at += 2
      scan(state, ")", depth + 1)
      word = `${word ?? ""}$()`
    } else if (character === "#" && word === undefined) {
      const end = state.text.indexOf("\n", state.at)
      state.at = end === -1 ? state.text.length : end
    } else if (/^<<-?[^<(]/.test(state.text.slice(state.at, state.at + 4))) {
      const found = /^<<-?\s*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([\w.-]+))/.exec(state.text.slice(state.at, state.at + 200))
      endWord()
      const ending = found?.[1] ?? found?.[2] ?? found?.[3]
      if (ending !== undefined) heredocs.push(ending)
      state.at += found?.[0].length ?? 2
    } else if (separators.has(character)) {
      endCommand()
      if (character === "\n") skipHeredocs(state, heredocs)
      state.at += 1
    } else if (character === " " || character === "\t" || character === "\r") {
      endWord()
      state.at += 1
    } else {
      word = (word ?? "") + character
      state.at += 1
    }
  }
  endCommand()
}

/** The simple commands of a text, as words; those within substitutions too. */
export const commandsIn = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const state: State = { text, commands: [], at: 0 }
  scan(state, undefined)
  return state.commands.map((words) => {
    const first = words.findIndex((word) => !/^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(word))
    return first === -1 ? [] : words.slice(first)
  })
}
