// Leads Node's own fetch through HTTPS_PROXY, for a Node without NODE_USE_ENV_PROXY: node --import ./proxy.js

import { EnvHttpProxyAgent, setGlobalDispatcher } from "undici";

setGlobalDispatcher(new EnvHttpProxyAgent());
