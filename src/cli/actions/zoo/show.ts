/** `openmapper zoo show`: a card in words. */
import { dirname } from 'node:path'
import type { Card } from '../../../cards/card.ts'
import { projectFolder } from '../../../cards/places.ts'
import { readiness } from '../../../cards/readiness.ts'
import { zooName } from '../../../cards/zoo.ts'
import { CONTENT } from '../../../datasets/locate.ts'
import type { NamedSpec } from '../../../text/named-spec.ts'
import { type CommandContext, flag, type OptionValues } from '../../command.ts'
import { figure } from './list.ts'

export function showSample(card: Card, options: OptionValues, { print }: CommandContext): void {
  const ready = readiness(card)
  if (flag(options, 'json')) {
    print(JSON.stringify({ ...card, ready }))
    return
  }
  const { calibration, inference } = card.preprocess
  const facts: [string, string[]][] = [
    ['Folder', [projectFolder(card.path) === undefined ? dirname(card.path) : `zoo/${zooName(card)}`]],
    ['Task', [`${card.task}, scored on ${card.dataset}`]],
    ...ready.files.map(({ file, path }): [string, string[]] => [
      file === card.model ? 'Model' : 'With it',
      [
        `${file.file}${file.md5 === undefined ? '' : ` (md5 ${file.md5})`}`,
        path === undefined ? 'not here' : `here: ${path}`,
      ],
    ]),
    ['From', [card.model.source]],
    ['Licence', [card.model.licence]],
    ['Input', [`'${card.inputName}', read as ${card.reader} does, then`, ...calibration.map(specText)]],
    ...(inference === calibration ? [] : [['To infer', inference.map(specText)] satisfies [string, string[]]]),
    ['Output', outputLines(card)],
    ['Accuracy', accuracyLines(card)],
    ['Pictures', [ready.data === undefined ? `not here: ${CONTENT[card.dataset]}` : `here: ${ready.data}`]],
    ['Calibrated', [ready.calibration === undefined ? 'no pictures here' : `with ${ready.calibration}`]],
  ]
  print(`${card.title} (${card.name})`)
  for (const [label, lines] of facts) {
    for (const [index, line] of lines.entries()) print(`  ${(index === 0 ? label : '').padEnd(11)}${line}`)
  }
  const isOfZoo = projectFolder(card.path) !== undefined
  const isReady = ready.files.every(({ path }) => path !== undefined) && ready.data !== undefined
  print(`Next: openmapper zoo ${isReady ? 'run' : 'init'} ${isOfZoo ? card.name : card.path}`)
}

function outputLines(card: Card): string[] {
  const outputs = card.outputs.length === 0 ? 'all outputs' : card.outputs.map((name) => `'${name}'`).join(', ')
  const background = card.classOffset > 0 ? [`class 0 is output ${card.classOffset}`] : []
  return [outputs, ...(card.decoder ? [`decoded by ${specText(card.decoder)}`] : []), ...background]
}

function accuracyLines({ accuracy, published }: Card): string[] {
  const pair = ({ metric, float, int8 }: { metric: string; float: number; int8?: number | undefined }): string =>
    `${metric} float ${figure(float)}, INT8 ${figure(int8)}`
  return [
    ...(accuracy ? [`here: ${pair(accuracy)} (${accuracy.subset})`] : ['not measured']),
    ...(accuracy?.command === undefined ? [] : [`by ${accuracy.command}`]),
    ...(published ? [`published: ${pair(published)} (${published.where})`] : []),
  ]
}

/** `Name { key: value }` as the card has it. */
function specText({ name, params }: NamedSpec): string {
  const text = Object.entries(params).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return text.length === 0 ? name : `${name} { ${text.join(', ')} }`
}
