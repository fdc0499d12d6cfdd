/**
 * Run dependency-cruiser and make sure that it really saw the modules: with an unsupported compiler it analyses nothing and
 * reports success.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const sources = readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts')).length
const output = run(['--output-type', 'json', 'src'])
const { summary, modules } = JSON.parse(output)
const seen = modules.filter((module) => module.source.startsWith('src/')).length
for (const violation of summary.violations) {
  console.error(`${violation.rule.severity}: ${violation.rule.name}: ${violation.from} -> ${violation.to}`)
}
if (seen < sources) {
  console.error(`error: dependency-cruiser saw ${seen} of ${sources} modules`)
  process.exit(1)
}
if (summary.error > 0) process.exit(1)
console.log(`boundaries: ${seen} modules, ${summary.totalDependenciesCruised} dependencies, no violation`)

function run(args) {
  try {
    return execFileSync('npx', ['--no-install', 'depcruise', '--config', '.dependency-cruiser.cjs', ...args], {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    }).toString()
  } catch (error) {
    return error.stdout.toString()
  }
}
