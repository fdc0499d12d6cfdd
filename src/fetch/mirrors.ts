/** Where a file may come from: the mirrors the user named, then its own addresses. */
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArgumentError } from '../errors.ts'
import type { FileToFetch } from './file-to-fetch.ts'

/** Mirrors of the command line, then those of `OPENMAPPER_MIRROR` (separated by spaces or commas). Throws ArgumentError. */
export function mirrorList(named: readonly string[] = []): string[] {
  const environment = (process.env['OPENMAPPER_MIRROR'] ?? '').split(/[\s,]+/).filter((word) => word !== '')
  return [
    ...named.map((mirror) => checked(mirror, '--mirror')),
    ...environment.map((mirror) => checked(mirror, 'OPENMAPPER_MIRROR')),
  ]
}

export interface Address {
  url: string
  /** What it gives has to be unpacked first. */
  isGzipped: boolean
}

/**
 * Addresses to try, in order. A mirror is a folder (`file:` or `http:`) that holds the file under its path, or flat under its name;
 * a file that comes gzipped may lie there packed (`.gz`) or unpacked.
 */
export function addresses({ path, urls, isGzipped = false }: FileToFetch, mirrors: readonly string[]): Address[] {
  const below = path.replace(/^(\.\/+)+/, '')
  const names = new Set([below, below.slice(below.lastIndexOf('/') + 1)])
  const mirrored = mirrors.flatMap((mirror) =>
    [...names].flatMap((name) => {
      const url = `${mirror.replace(/\/+$/, '')}/${name.split('/').map(encodeURIComponent).join('/')}`
      return [{ url, isGzipped: false }, ...(isGzipped ? [{ url: `${url}.gz`, isGzipped: true }] : [])]
    }),
  )
  return [...mirrored, ...urls.map((url) => ({ url, isGzipped }))]
}

function checked(mirror: string, where: string): string {
  if (/^https?:\/\/[^/]/.test(mirror) || mirror.startsWith('file:///')) return mirror
  const isFolder = isAbsolute(mirror) || mirror.startsWith('.') || !/^(?!file:)[\w+.-]+:/.test(mirror)
  throw new ArgumentError('ARGUMENT_MIRROR', `'${mirror}' is not the address of a mirror`, {
    where,
    fix: isFolder
      ? `for a folder write ${pathToFileURL(resolve(mirror.replace(/^file:\/*/, '/'))).href}`
      : 'a mirror is a folder at http://, https:// or file:/// that holds the files under their paths',
  })
}
