// An OpenID provider for tests: oidc-provider with its own login form. Accounts are read anew from a file at each sign-in.
// Usage: node server.mjs FOLDER_OF_PACKAGES ACCOUNTS_FILE BOARD_URL. Prints its address, ends with its standard input.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [packages, accounts, board] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(createRequire(`${packages}/`).resolve("oidc-provider")).href);

const server = createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "careline",
      client_secret: "a secret of the test client",
      redirect_uris: [`${board}/board/sign-in/callback`],
      post_logout_redirect_uris: [`${board}/`],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email", "email_verified"] },
  cookies: { keys: ["a key for tests"] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_, id) => {
    const known = JSON.parse(readFileSync(accounts, "utf8"))[id];
    return known && { accountId: id, claims: () => ({ sub: id, ...known }) };
  },
});
server.on("request", provider.callback());
process.stdin.resume().on("end", () => process.exit(0));
console.log(issuer);
