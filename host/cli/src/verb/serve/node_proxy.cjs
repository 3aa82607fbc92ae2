// Leads Node.js through the proxy of HTTPS_PROXY, for a Node that does not do so itself: node --require FILE
//
// Requests of `https` and of `fetch` to hosts that NO_PROXY does not name go through a tunnel, and so does TLS that a package
// begins by itself, for WebSockets say: no Node leads that. An agent that makes its connections itself (as those of proxy
// packages do) is left alone.
"use strict";

const http = require("node:http");
const https = require("node:https");
const { Duplex } = require("node:stream");
const tls = require("node:tls");

const [major, minor] = process.versions.node.split(".").map(Number);
// nodejs.org/api/cli.html#node_use_env_proxy1
const leadsItself =
  process.env.NODE_USE_ENV_PROXY === "1" && (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21));
const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
const direct = (process.env.NO_PROXY || process.env.no_proxy || "").split(",").map((name) => name.trim().toLowerCase());

function isDirect(host) {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return direct.some((each) => each === "*" || (each !== "" && (name === each || name.endsWith("." + each.replace(/^\./, "")))));
}

// Calls back once, with a socket whose other end is `host:port`.
function tunnel(host, port, done) {
  const { hostname, port: proxyPort } = new URL(proxy);
  const authority = `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
  const request = http.request({
    host: hostname, port: proxyPort || 80, method: "CONNECT", path: authority, headers: { host: authority }, agent: false,
  });
  request.once("connect", (response, socket) => {
    if (response.statusCode === 200) return done(null, socket);
    socket.destroy();
    done(new Error(`the proxy refuses ${authority}: ${response.statusCode} ${response.statusMessage}`));
  });
  request.once("error", done);
  request.end();
}

// The socket of a tunnel, before it is open: what is written waits until then.
class Tunnelled extends Duplex {
  constructor(host, port) {
    super();
    this.target = [host, port];
  }

  _construct(done) {
    tunnel(...this.target, (error, socket) => {
      if (error) return done(error);
      this.socket = socket;
      socket.on("data", (bytes) => this.push(bytes) || socket.pause());
      socket.on("end", () => this.push(null));
      socket.on("error", (broken) => this.destroy(broken));
      socket.on("close", () => this.destroy());
      done();
    });
  }

  _read() {
    this.socket.resume();
  }

  _write(bytes, encoding, done) {
    this.socket.write(bytes, encoding, done);
  }

  _final(done) {
    this.socket.end(done);
  }

  _destroy(error, done) {
    this.socket?.destroy();
    done(error);
  }
}

function leadTls() {
  const connect = tls.connect;
  tls.connect = function (...args) {
    const options = args.find((each) => each !== null && typeof each === "object");
    const host = options?.host;
    if (typeof host !== "string" || options.socket || options.path || isDirect(host)) return connect.apply(this, args);
    const socket = new Tunnelled(host, options.port || 443);
    return connect.call(this, { servername: host, ...options, socket }, args.find((each) => typeof each === "function"));
  };
}

function leadHttps() {
  const connect = https.Agent.prototype.createConnection;
  https.Agent.prototype.createConnection = function (...args) {
    const options = args.find((each) => each !== null && typeof each === "object") || {};
    const done = args.find((each) => typeof each === "function");
    if (done === undefined || options.socket || options.socketPath || isDirect(options.host || "localhost")) {
      return connect.apply(this, args);
    }
    tunnel(options.host, options.port || 443, (error, socket) => {
      if (error) return done(error);
      done(null, connect.call(this, { ...options, socket }));
    });
  };
}

function leadFetch() {
  // Reading the name makes Node load what is behind `fetch`, which leaves its dispatcher at this symbol.
  void globalThis.Request;
  const symbol = Symbol.for("undici.globalDispatcher.1");
  const Agent = globalThis[symbol]?.constructor;
  if (Agent === undefined) return;
  globalThis[symbol] = new Agent({
    connect({ hostname, host, port, protocol, servername }, done) {
      const name = (hostname || host).replace(/^\[|\]$/g, "");
      const secure = protocol === "https:";
      if (!secure || isDirect(name)) return reachDirectly({ name, port, secure, servername }, done);
      tunnel(name, port || 443, (error, socket) => {
        if (error) return done(error);
        secured({ socket, servername: servername || name, ALPNProtocols: ["http/1.1"] }, done);
      });
    },
  });
}

function reachDirectly({ name, port, secure, servername }, done) {
  if (secure) return secured({ host: name, port: port || 443, servername: servername || name, ALPNProtocols: ["http/1.1"] }, done);
  const socket = require("node:net").connect({ host: name, port: port || 80 });
  socket.once("connect", () => done(null, socket)).once("error", done);
}

function secured(options, done) {
  const socket = tls.connect(options);
  socket.once("secureConnect", () => done(null, socket)).once("error", done);
}

if (proxy) {
  leadTls();
  if (!leadsItself) {
    leadHttps();
    leadFetch();
  }
}
