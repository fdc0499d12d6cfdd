/** Nodes that the YAML names must exist: a misspelt one would change nothing, and nobody would notice. */
import { ConfigError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { nearestName } from '../text/nearest-name.ts'
import type { Reporter } from '../reporter.ts'

/**
 * Check names given under `key` (`group.key` of the YAML) against the optimized graph. A node of the source model that optimizing merged into another
 * gives a warning.
 *
 * @param source names of the source model's nodes; empty where a build restarts behind it
 * @throws ConfigError CONFIG_UNKNOWN_NODE
 */
export function checkNodeNames(
  names: readonly string[],
  key: string,
  source: ReadonlySet<string>,
  optimized: Graph,
  reporter: Reporter,
): void {
  const known = new Set(optimized.nodes.map((node) => node.name))
  for (const name of names) {
    if (known.has(name)) continue
    if (source.has(name)) {
      reporter.warn(
        `${key.split('.').at(-1)}: node '${name}' was merged into another one by optimizing and has no setting of its own`,
      )
      continue
    }
    const nearest = nearestName(name, known)
    throw new ConfigError('CONFIG_UNKNOWN_NODE', `the model has no node named '${name}'`, {
      where: key,
      fix: nearest === undefined ? 'openmapper check MODEL lists the nodes' : `did you mean '${nearest}'?`,
    })
  }
}
