/**
 * Accuracy of the zoo's models whose files and pictures are at hand: each build against float, calibrated on calibration pictures only.
 *
 *     npm run accuracy                               every model, every usual build
 *     npm run accuracy -- resnet20_cifar10           one model; `lenet`, `scnn`: names with it, at the beginning of a part or anywhere
 *     npm run accuracy -- --builds max,default       some builds (bench/accuracy/builds.ts)
 *     npm run accuracy -- --json                     one JSON object per row on stdout
 *     npm run accuracy -- --json-file rows.jsonl     add the rows to a file; those of the same commit in it are not measured again
 *     npm run accuracy -- --check                    default build against the figures in the cards; exits 1 when one has fallen
 *
 * Every figure is what `openmapper build` and `openmapper evaluate` give for the same settings. Agreement with the float model
 * (bench/accuracy/agreement.ts) uses all pictures at hand that were not calibrated with, labelled or not.
 */
import { formatTable } from '../src/terminal/table.ts'
import { checkRow } from './accuracy/check.ts'
import { isAtHand, measureCard } from './accuracy/measure.ts'
import { currentCommit, type Options, readOptions } from './accuracy/options.ts'
import { RowFile } from './accuracy/row-file.ts'
import { cells, COLUMNS, type Row } from './accuracy/row.ts'

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(2)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const { cards, builds, json, jsonFile, check } = optionsOrExit()
const file = jsonFile === undefined ? undefined : new RowFile(jsonFile)
const commit = currentCommit()
const rows: Row[] = []

for (const card of cards) {
  if (!isAtHand(card)) {
    process.stderr.write(`${card.name}: its model or its pictures are not on this machine\n`)
    continue
  }
  const show = (row: Row): void => {
    rows.push(row)
    process.stderr.write(`${cells(row).join('  ')}\n`)
    if (json) console.log(JSON.stringify(row))
    if (!check) return
    const { line, hasFallen } = checkRow(card, row)
    if (!json) console.log(line)
    if (hasFallen) process.exitCode = 1
  }
  const known = builds.flatMap((build) => file?.find(card.name, build, commit) ?? [])
  known.forEach(show)
  const open = builds.filter((build) => !known.some((row) => row.build === build))
  if (open.length === 0) continue
  try {
    await measureCard(card, open, commit, (row) => {
      file?.add(row)
      show(row)
    })
  } catch (error) {
    process.stderr.write(`${card.name}: ${messageOf(error)}\n`)
    process.exitCode = 1
  }
}
if (!json && !check) for (const line of formatTable(COLUMNS, rows.map(cells))) console.log(line)
