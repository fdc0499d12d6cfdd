/**
 * Peak memory of an evaluation by number of pictures: it should not grow.
 *
 *     npm run build && npx tsx bench/evaluation-memory.ts            ResNet-20, 1,000 and 10,000 pictures
 *     npx tsx bench/evaluation-memory.ts mobilenet_v1_1.0_224 100 400
 *
 * The largest VmHWM (Linux) of the command and of its worker, in MB.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCard } from '../src/cards/load.ts'
import { resolveModel } from '../src/cards/resolve-model.ts'
import { findCard } from '../src/cards/zoo.ts'
import { formatTable } from '../src/terminal/table.ts'
import { projectRoot } from '../test/support/shared-data.ts'
import { picturesOf } from './accuracy/pictures.ts'

const POLL_MILLISECONDS = 100

const [name = 'resnet20_cifar10', ...counts] = process.argv.slice(2)
const card = loadCard(findCard(name))
const pictures = picturesOf(card)
if (!pictures) throw new Error(`the pictures of ${name} are not on this machine`)

/** Peak MB of the process that was started, and of its children. */
async function peaks(limit: string): Promise<{ command: number; worker: number }> {
  const program = join(projectRoot, 'bin/openmapper.js')
  const options = ['--card', card.path, '--model', resolveModel(card), '--data', pictures!.evaluation, '-p', '1']
  const child = spawn(process.execPath, [program, 'evaluate', ...options, '--limit', limit], { stdio: 'ignore' })
  const found = { command: 0, worker: 0 }
  const poll = setInterval(() => {
    found.command = Math.max(found.command, peakOf(child.pid!))
    for (const pid of childrenOf(child.pid!)) found.worker = Math.max(found.worker, peakOf(pid))
  }, POLL_MILLISECONDS)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  clearInterval(poll)
  if (code !== 0) throw new Error(`openmapper evaluate ended with ${code}`)
  return found
}

function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [undefined, '0']
    return Number(kilobytes) / 1024
  } catch {
    return 0
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((other) => {
      try {
        const status = readFileSync(`/proc/${other}/status`, 'utf8')
        return new RegExp(`^PPid:\\s+${pid}$`, 'm').test(status)
      } catch {
        return false
      }
    })
}

const rows: string[][] = []
for (const count of counts.length > 0 ? counts : ['1000', '10000']) {
  const { command, worker } = await peaks(count)
  rows.push([name, count, command.toFixed(0), worker.toFixed(0)])
}
for (const line of formatTable(['Model', 'Pictures', 'Command MB', 'Worker MB'], rows)) console.log(line)
