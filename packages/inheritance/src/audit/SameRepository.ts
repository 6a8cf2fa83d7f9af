/**
 * Whether two addresses mean the same repository, however each is written.
 *
 * @module
 */

/** An address without what does not matter: the way to get there, who asks, `.git` at its end. */
export const comparable = (address: string): string => {
  const file = /^(?:git\+)?file:\/\/(?:localhost)?(\/.*)$/.exec(address)?.[1] ?? (address.startsWith("/") ? address : undefined)
  const path = (text: string): string => decode(text).replace(/\/+$/, "").replace(/\.git$/, "").replace(/\/+$/, "")
  if (file !== undefined) return path(file)
  const url = /^(?:git\+)?[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.*)$/i.exec(address)
  const short = /^(?:[^/@]*@)?([^/:]+):(?!\/\/)(.*)$/.exec(address)
  const [, host = "", rest = ""] = url ?? short ?? []
  return host === "" ? address : `${host.toLowerCase()}/${path(rest)}`
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
