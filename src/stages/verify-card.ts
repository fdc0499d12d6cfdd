/** Is a card whole: does it load, are its files the right ones, do they fit the YAML and each other? */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Card, filesOf } from '../cards/card.ts'
import { fetchCard } from '../cards/fetch-card.ts'
import { loadCard } from '../cards/load.ts'
import { projectFolder } from '../cards/places.ts'
import { readiness } from '../cards/readiness.ts'
import { resolveModelFiles } from '../cards/resolve-model.ts'
import { OpenMapperError } from '../errors.ts'
import { silent } from '../reporter.ts'
import { buildChain } from '../transforms/chain.ts'
import { loadConfigFile } from './load-config-file.ts'
import { readSourceModel } from './read.ts'

export interface CardCheck {
  /** Of the card; its path where it cannot be read. */
  name: string
  /** What is wrong, one sentence each. */
  problems: string[]
  /** Files that are not on this machine: not wrong, but unchecked. */
  missing: string[]
}

const SCRIPTS = ['00_init', '01_check', '02_preprocess', '03_build', '04_inference', '05_evaluate']

/** Check the card at `path`; never throws for what a user could have written. */
export async function verifyCard(path: string): Promise<CardCheck> {
  const check: CardCheck = { name: path, problems: [], missing: [] }
  const attempt = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof OpenMapperError)) throw error
      check.problems.push(error.where === undefined ? error.message : `${error.message} (${error.where})`)
    }
  }
  await attempt(async () => {
    const card = loadCard(path)
    check.name = card.name
    // Only the zoo's have scripts, and are fetched by others.
    if (projectFolder(card.path) !== undefined) check.problems.push(...scriptProblems(card), ...hashProblems(card))
    await attempt(() => void buildChain(card.preprocess.calibration))
    await attempt(() => void loadConfigFile(card.config))
    const { files } = readiness(card)
    check.missing.push(...files.filter((file) => file.path === undefined).map(({ file }) => file.file))
    if (check.missing.length > 0) return
    await attempt(async () => {
      await fetchCard(card, { reporter: silent })
      check.problems.push(...interfaceProblems(card))
    })
  })
  return check
}

function scriptProblems(card: Card): string[] {
  const folder = dirname(card.config)
  return SCRIPTS.filter((name) => !statSync(join(folder, `${name}.sh`), { throwIfNoEntry: false })?.isFile()).map(
    (name) => `script ${name}.sh is missing in ${folder}`,
  )
}

function hashProblems(card: Card): string[] {
  return filesOf(card).flatMap(({ file, md5 }) => (md5 === undefined ? [`${file} has no md5`] : []))
}

/** Input and outputs that the card names against those of the model. */
function interfaceProblems(card: Card): string[] {
  const config = loadConfigFile(card.config)
  const { model, inputs } = readSourceModel(
    { ...config, model: { ...config.model, files: resolveModelFiles(card) } },
    silent,
  )
  const outputs = new Set(model.graph.outputs.map(({ name }) => name))
  return [
    ...(inputs.some(({ name }) => name === card.inputName) ? [] : [`the model has no input '${card.inputName}'`]),
    ...card.outputs.filter((name) => !outputs.has(name)).map((name) => `the model has no output '${name}'`),
  ]
}
