// Bluesky's development network: directory, personal data server, what its app asks, moderation. Prints a line when all of them answer.
// Usage: node --import loop.mjs run.mjs FOLDER_WITH_NODE_MODULES PORT PORT PORT PORT
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, plc, pds, bsky, ozone] = process.argv.slice(2)
const required = createRequire(pathToFileURL(`${folder}/package.json`))
const { TestNetwork } = await import(pathToFileURL(required.resolve('@atproto/dev-env')))
await TestNetwork.create({
  plc: { port: Number(plc) },
  pds: { port: Number(pds), hostname: 'localhost' },
  bsky: { port: Number(bsky), dbPostgresSchema: 'bsky', publicUrl: `http://localhost:${bsky}` },
  ozone: { port: Number(ozone), chatUrl: 'http://localhost:1', chatDid: 'did:example:chat', dbMaterializedViewRefreshIntervalMs: 30_000 },
})
console.log('the network is up')
