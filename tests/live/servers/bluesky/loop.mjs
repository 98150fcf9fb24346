// Every server of this process listens on the loopback address alone: those of the development network would take any.
import net from 'node:net'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [first, second] = given
  if (typeof first === 'object' && first !== null && 'port' in first) return listen.call(this, { ...first, host: '127.0.0.1' }, ...given.slice(1))
  if (typeof first === 'number' || first === undefined) {
    const rest = given.slice(1).filter((one) => typeof one === 'function')
    return listen.call(this, { port: first ?? 0, host: '127.0.0.1' }, ...(typeof second === 'number' ? [second, ...rest] : rest))
  }
  return listen.apply(this, given)
}
