//! `scenario.toml`.
#![expect(dead_code, reason = "the shape of a file; nothing is ever read into it")]

use super::table::{Lists, Own, SeedsTable};
use schemars::JsonSchema;
use serde_json::Value;
use std::collections::BTreeMap;

/// One user story with its world, its budget, and what differs between its trials.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    /// The format and its version.
    #[schemars(extend("const" = "scenario/1"))]
    schema: String,
    /// Unique in the suite, equal to the folder's name.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]{0,63}$"))]
    id: String,
    /// For people.
    #[schemars(length(min = 1))]
    title: String,
    /// Relative usage.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1e6, "default" = 1))]
    weight: Option<f64>,
    /// Whether it has a gate of its own.
    #[schemars(extend("default" = "normal"))]
    criticality: Option<CriticalityWord>,
    /// For people and filters.
    tags: Option<Vec<String>>,
    /// What the subject is asked.
    goal: GoalTable,
    /// What stands before it begins.
    world: Option<WorldTable>,
    /// The services that are there.
    twin: Option<Vec<TwinTable>>,
    /// What goes wrong with them.
    #[schemars(length(max = 64))]
    fault: Option<Vec<FaultTable>>,
    /// What the subject may use; of the twins all where nothing is said.
    capabilities: Option<CapabilitiesTable>,
    /// What the subject may use up.
    budget: Option<BudgetTable>,
    /// What the outside world does.
    #[schemars(length(max = 64))]
    act: Option<Vec<ActTable>>,
    /// Who talks to the subject.
    #[schemars(length(max = 16))]
    persona: Option<Vec<PersonaTable>>,
    /// How many trials there are.
    seeds: Option<SeedsTable>,
    /// Lists of which one value is drawn for a trial.
    draw: Option<Lists>,
    /// Lists of which every combination has its turn.
    variants: Option<Lists>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
enum CriticalityWord {
    /// It counts as much as its weight.
    Normal,
    /// It has a gate of its own.
    Critical,
}

/// What the subject is asked.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct GoalTable {
    /// Path of the story.
    story: String,
    /// Path of the input's JSON.
    input: Option<String>,
}

/// What stands before the subject begins.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WorldTable {
    /// The virtual clock at the start.
    #[schemars(extend("format" = "date-time", "default" = "2026-01-05T09:00:00Z"))]
    start: Option<String>,
    /// Path of the people's JSON.
    people: Option<String>,
}

/// One service.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TwinTable {
    /// A bundled twin's name, or a path ending in .wasm.
    #[schemars(rename = "use")]
    uses: String,
    /// Path of its own fixture.
    fixture: Option<String>,
}

/// What goes wrong with requests and deliveries.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FaultTable {
    /// The twin that it concerns; every one where none is named.
    twin: Option<String>,
    /// Operations by name, or `POST /path`; `*` stands for any characters.
    operation: Option<String>,
    /// What happens.
    kind: FaultWord,
    /// A span of time such as "30s", where the kind has one.
    duration: Option<String>,
    /// How likely it is, instead of each time.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    probability: Option<f64>,
    /// At which match alone, instead of each time.
    #[schemars(range(min = 1))]
    call: Option<u64>,
    /// First moment, as a span of time since the start.
    from: Option<String>,
    /// First moment at which it no longer strikes.
    until: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", inline)]
enum FaultWord {
    RateLimit,
    ServerError,
    Unavailable,
    Latency,
    Timeout,
    Cut,
    StaleRead,
    Duplicate,
    Reorder,
}

/// What the subject may use; everything else is denied.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CapabilitiesTable {
    /// Requests that are granted: `TWIN.OPERATION` or `TWIN METHOD /path`, `*` stands for any characters.
    #[schemars(length(min = 1))]
    allow: Option<Vec<String>>,
    /// Requests that are not, whatever is granted.
    #[schemars(length(min = 1))]
    deny: Option<Vec<String>>,
    /// Nothing but the twins answers a request.
    #[schemars(extend("const" = "none"))]
    network: Option<String>,
    /// Tools that it may call.
    #[schemars(length(max = 256))]
    tool: Option<Vec<ToolTable>>,
    /// Folders of which each trial has a copy.
    #[schemars(length(max = 256))]
    files: Option<Vec<FilesTable>>,
    /// Models that it may ask.
    model: Option<ModelTable>,
}

/// One function of a component, with the policy that it runs under.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ToolTable {
    /// Component and function, joined by a dot.
    #[schemars(length(max = 128), regex(pattern = "^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+$"))]
    name: String,
    /// A bundled component's name, or a path ending in .wasm; the name's first part where nothing is said.
    component: Option<String>,
    /// An expression over `args`, `calls` and `name` that must hold.
    #[schemars(length(max = 4096))]
    when: Option<String>,
    /// Requests that the tool may send; none where nothing is said.
    #[schemars(length(min = 1))]
    allow: Option<Vec<String>>,
    /// Requests that it may not, whatever is granted.
    #[schemars(length(min = 1))]
    deny: Option<Vec<String>>,
    /// Whether its files are the subject's.
    #[schemars(extend("default" = false))]
    files: Option<bool>,
    /// Units of fuel of one call.
    #[schemars(range(min = 1), extend("default" = 2_000_000_000_u64))]
    fuel: Option<u64>,
    /// A size such as "64MiB": of one call.
    #[schemars(extend("default" = "64MiB"))]
    memory: Option<String>,
}

/// A folder of which each trial has a copy.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FilesTable {
    /// Below `fixtures`.
    #[schemars(regex(pattern = "^(\\./)?fixtures/.+$"))]
    dir: String,
    /// What the subject may do there.
    #[schemars(extend("default" = "read-only", "enum" = ["read-only", "read-write"]))]
    access: Option<String>,
    /// A size such as "1MiB" that the folder may hold; with "read-write".
    quota: Option<String>,
}

/// Models that the subject may ask.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ModelTable {
    /// Provider and model joined by a slash.
    #[schemars(length(min = 1), inner(length(max = 200), regex(pattern = "^[^/]+/.+$")))]
    names: Vec<String>,
    /// Path of the recorded replies.
    replies: String,
    /// Tokens of questions and answers together.
    #[schemars(range(min = 1))]
    tokens: Option<u64>,
}

/// What the subject may use up.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BudgetTable {
    /// Units of fuel, roughly one an instruction.
    #[schemars(range(min = 1), extend("default" = 2_000_000_000_u64))]
    fuel: Option<u64>,
    /// A size such as "64MiB": the sum over memories and tables.
    #[schemars(extend("default" = "64MiB"))]
    memory: Option<String>,
    /// A size such as "256KiB": of its log.
    #[schemars(extend("default" = "256KiB"))]
    output: Option<String>,
    /// HTTP requests.
    #[schemars(extend("default" = 1_000))]
    requests: Option<u64>,
    /// A span of time such as "2h", from the start.
    #[schemars(extend("default" = "2h"))]
    virtual_time: Option<String>,
    /// Calls of the subject: its run, and each delivery to its inbound.
    #[schemars(range(min = 1), extend("default" = 10_001))]
    turns: Option<u64>,
    /// Requests to operations: `TWIN.OPERATION` or `TWIN METHOD /path`, `*` stands for any characters.
    calls: Option<BTreeMap<String, u64>>,
    /// Real time of one trial, a safety net.
    #[schemars(extend("default" = "10m"))]
    wall: Option<String>,
}

/// Something that the outside world does.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ActTable {
    /// When, as a span of time since the start.
    at: String,
    /// From one time to the next.
    every: Option<String>,
    /// First moment at which it no longer happens.
    until: Option<String>,
    /// For people.
    #[schemars(length(min = 1, max = 200))]
    what: String,
    /// What is sent.
    request: RequestTable,
}

/// A request with placeholders.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RequestTable {
    /// Its method.
    #[schemars(regex(pattern = "^[A-Za-z]{1,16}$"))]
    method: String,
    /// An absolute URL of http or https.
    #[schemars(regex(pattern = "^https?://"))]
    url: String,
    /// Its header fields.
    headers: Option<BTreeMap<String, String>>,
    /// A JSON body.
    json: Option<Value>,
    /// A text body.
    body: Option<String>,
}

/// Somebody who talks to the subject.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PersonaTable {
    /// Unique in the scenario.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]{0,63}$"))]
    id: String,
    /// A bundled persona's name, or a path ending in .wasm.
    component: String,
    /// When it may speak first, as a span of time since the start.
    #[schemars(extend("default" = "0s"))]
    starts: Option<String>,
    /// From what it heard to what it says.
    #[schemars(extend("default" = "30s"))]
    delay: Option<String>,
    /// The component's own keys.
    role: Option<Own>,
    /// What it hears.
    hears: HearsTable,
    /// The request that carries what it says.
    says: RequestTable,
}

/// Which documents a persona hears.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct HearsTable {
    /// Twin and table, as in "slack/messages".
    #[schemars(regex(pattern = "^[^/]+/.+$"))]
    table: String,
    /// Fields of the document and their values.
    #[schemars(rename = "where")]
    conditions: Option<Own>,
    /// The field that is heard.
    text: String,
    /// The field that says who spoke.
    speaker: String,
    /// Its value where that is the persona itself.
    own: String,
}
