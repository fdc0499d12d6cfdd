/** The command line of `npm run accuracy`. */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Card } from '../../src/cards/card.ts'
import { loadCard } from '../../src/cards/load.ts'
import { cardPaths } from '../../src/cards/zoo.ts'
import { projectRoot } from '../../test/support/shared-data.ts'
import { BUILD_NAMES, type BuildName, USUAL_BUILDS } from './builds.ts'

export interface Options {
  cards: Card[]
  builds: readonly BuildName[]
  /** Rows as JSON on stdout instead of the table. */
  json: boolean
  /** File that rows are added to and taken from. */
  jsonFile: string | undefined
  /** Compare the default build with the cards' figures. */
  check: boolean
}

/** Throws Error with what is known for a word that is not. */
export function readOptions(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      builds: { type: 'string' },
      json: { type: 'boolean', default: false },
      'json-file': { type: 'string' },
      check: { type: 'boolean', default: false },
    },
  })
  if (values.check && values.builds !== undefined) throw new Error('--check measures the default build: no --builds')
  return {
    cards: chooseCards(
      cardPaths().map((path) => loadCard(path)),
      positionals,
    ),
    builds: values.check ? ['default'] : (values.builds?.split(',').map(buildName) ?? USUAL_BUILDS),
    json: values.json,
    jsonFile: values['json-file'],
    check: values.check,
  }
}

/** A whole name, else names with a part that begins with the word (`lenet`: not MobileNet), else names that contain it. No word: all. */
function chooseCards(cards: readonly Card[], words: readonly string[]): Card[] {
  const chosen = words.map((word) => {
    const by = (fits: (name: string) => boolean): Card[] => cards.filter(({ name }) => fits(name))
    const found = [
      by((name) => name === word),
      by((name) => name.startsWith(word) || name.includes(`_${word}`)),
      by((name) => name.includes(word)),
    ].find((list) => list.length > 0)
    if (found) return new Set(found)
    throw new Error(`no model is called '${word}': known are ${cards.map(({ name }) => name).join(', ')}`)
  })
  return cards.filter((card) => words.length === 0 || chosen.some((set) => set.has(card)))
}

function buildName(word: string): BuildName {
  const name = BUILD_NAMES.find((known) => known === word.trim())
  if (name === undefined) throw new Error(`no build is called '${word}': known are ${BUILD_NAMES.join(', ')}`)
  return name
}

/** Of this project, short; with a `+` where files differ from it. */
export function currentCommit(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { cwd: projectRoot, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--untracked-files=no')
  return git('rev-parse', '--short=12', 'HEAD') + (changed === '' ? '' : '+')
}
