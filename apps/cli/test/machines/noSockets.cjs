/**
 * Loaded before a program with `node --require`: whatever would reach for the network fails, and is noted in the file that
 * `NO_SOCKETS_LOG` names.
 */
"use strict"

const dgram = require("node:dgram")
const dns = require("node:dns")
const fs = require("node:fs")
const net = require("node:net")

const forbid = (owner, name, what) => {
  owner[name] = () => {
    const error = new Error(`no network here: ${what}`)
    fs.appendFileSync(process.env.NO_SOCKETS_LOG, `${what} by ${process.argv.slice(2).join(" ")}\n${error.stack}\n`)
    throw error
  }
}

forbid(net.Socket.prototype, "connect", "a connection")
forbid(net.Server.prototype, "listen", "a server")
forbid(dgram, "createSocket", "a datagram socket")
for (const owner of [dns, dns.promises, dns.Resolver.prototype]) {
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(owner))) {
    if (/^(?:lookup|resolve|reverse)/.test(name)) forbid(owner, name, `dns.${name}`)
  }
}
