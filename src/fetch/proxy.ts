/** The proxy of the environment, as other download tools understand it. */
import { EnvHttpProxyAgent } from 'undici'
import { ArgumentError } from '../errors.ts'

/**
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case; `host:port` means `http://host:port`. Plain http is asked of the proxy
 * as usual, https goes through a tunnel. Throws ArgumentError.
 */
export function proxyAgent(): EnvHttpProxyAgent {
  const http = proxyOf('HTTP_PROXY')
  const https = proxyOf('HTTPS_PROXY') ?? http
  return new EnvHttpProxyAgent({
    ...(http !== undefined && { httpProxy: http }),
    ...(https !== undefined && { httpsProxy: https }),
    proxyTunnel: false,
  })
}

function proxyOf(name: string): string | undefined {
  const value = process.env[name.toLowerCase()] || process.env[name]
  if (!value) return undefined
  const url = value.includes('://') ? value : `http://${value}`
  if (URL.canParse(url)) return url
  throw new ArgumentError('ARGUMENT_PROXY', `'${value}' is not the address of a proxy`, {
    where: name,
    fix: 'write it like http://proxy.example:8080, or unset it',
  })
}
