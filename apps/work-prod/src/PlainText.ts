/**
 * Text for a terminal and for logs: nothing in it moves the cursor, and no key is in it.
 *
 * @module
 */

// Control characters, line breaks of Unicode, marks and overrides of writing direction, lone surrogates.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu

const key = /\b(wp_[A-Za-z0-9]+_)[A-Za-z0-9_-]{8,}/g

const password = /\b(postgres(?:ql)?:\/\/)(?!USER:PASSWORD@)[^\s"'@]*@/gi

/** What came from outside, on one line. @category conversions */
export const printable = (text: string): string => text.replace(unsafe, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`)

/** The same text with the secret part of whatever looks like a key left out, and users and passwords of databases. @category conversions */
export const withoutKeys = (text: string): string => text.replace(key, "$1…").replace(password, "$1…@")
