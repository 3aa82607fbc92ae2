//! The routing table, and what every call has in common: rate limit, caller, scopes and envelope.

mod aaguids;
mod api_services;
mod api_tokens;
mod app_build;
mod app_extras;
mod app_parts;
mod app_provisioning;
mod apps;
mod assignments;
mod authenticators;
mod authn;
mod bindings;
mod brands;
mod catalog;
mod client_auth;
mod client_credentials;
mod credentials;
mod cross_access;
mod csrs;
mod device_checks;
mod devices;
mod domains;
mod email_domains;
mod emails;
mod enrollments;
mod factor_choices;
mod factors;
mod features;
mod governance;
mod group_owners;
mod groups;
mod hook_keys;
mod hooks;
mod iam;
mod identity_imports;
mod identity_sources;
mod idp_users;
mod idps;
mod index;
mod limits;
mod linked_objects;
mod logs;
mod mappings;
mod oauth;
mod org;
mod org_extras;
mod outbound;
mod pages;
mod policies;
mod profiles;
mod protection;
mod realm_assignments;
mod resource;
mod role_apps;
mod roles;
mod route;
mod schemas;
mod server_keys;
mod server_parts;
mod server_trusts;
mod servers;
mod service_accounts;
mod sessions;
mod signals;
mod stream_schemas;
mod subscriptions;
mod telephony;
mod themes;
mod token;
mod token_claims;
mod user_access;
mod user_links;
mod user_states;
mod users;
mod well_known;

use twin_sdk::{Host, Incoming, Level, Reply, Request};

use crate::call::Call;
use crate::caller::Caller;
use crate::errors::{Code, Error};
use crate::ids;
use crate::rates;
use crate::state::{Context, State};

pub(crate) use app_build::build as build_app;
pub(crate) use authenticators::AUTHENTICATORS;
pub(crate) use brands::{BRANDS, default_brand};
pub(crate) use catalog::{REALMS, ZONES};
pub(crate) use credentials::set_password;
pub(crate) use devices::{DEVICES, device};
pub(crate) use features::FEATURES;
pub(crate) use mappings::connect_app;
pub(crate) use policies::{POLICIES, RULES, password_settings};
pub(crate) use profiles::checked_profile;
pub(crate) use roles::appoint;
pub(crate) use route::Operation;
use route::{Access, Match};
pub(crate) use schemas::{LAYOUTS, TYPES};
pub(crate) use server_parts::{POLICIES as SERVER_POLICIES, RULES as SERVER_RULES, add_system_scopes};
pub(crate) use servers::{SERVERS, signing};

/// The operations that the twin answers, by resource.
const TABLES: &[&[Operation]] = &[
    aaguids::OPERATIONS,
    api_services::OPERATIONS,
    api_tokens::OPERATIONS,
    app_extras::OPERATIONS,
    app_parts::OPERATIONS,
    app_provisioning::OPERATIONS,
    apps::OPERATIONS,
    assignments::OPERATIONS,
    authenticators::OPERATIONS,
    authn::OPERATIONS,
    bindings::OPERATIONS,
    brands::OPERATIONS,
    catalog::OPERATIONS,
    client_credentials::OPERATIONS,
    credentials::OPERATIONS,
    cross_access::OPERATIONS,
    csrs::OPERATIONS,
    device_checks::OPERATIONS,
    devices::OPERATIONS,
    domains::OPERATIONS,
    email_domains::OPERATIONS,
    emails::OPERATIONS,
    enrollments::OPERATIONS,
    factor_choices::OPERATIONS,
    factors::OPERATIONS,
    features::OPERATIONS,
    governance::OPERATIONS,
    group_owners::OPERATIONS,
    groups::OPERATIONS,
    hook_keys::OPERATIONS,
    hooks::OPERATIONS,
    iam::OPERATIONS,
    identity_imports::OPERATIONS,
    identity_sources::OPERATIONS,
    idp_users::OPERATIONS,
    idps::OPERATIONS,
    limits::OPERATIONS,
    linked_objects::OPERATIONS,
    logs::OPERATIONS,
    mappings::OPERATIONS,
    oauth::OPERATIONS,
    org::OPERATIONS,
    org_extras::OPERATIONS,
    outbound::OPERATIONS,
    pages::OPERATIONS,
    policies::OPERATIONS,
    protection::OPERATIONS,
    realm_assignments::OPERATIONS,
    role_apps::OPERATIONS,
    roles::OPERATIONS,
    schemas::OPERATIONS,
    server_keys::OPERATIONS,
    server_parts::OPERATIONS,
    server_trusts::OPERATIONS,
    servers::OPERATIONS,
    service_accounts::OPERATIONS,
    sessions::OPERATIONS,
    signals::OPERATIONS,
    stream_schemas::OPERATIONS,
    subscriptions::OPERATIONS,
    telephony::OPERATIONS,
    themes::OPERATIONS,
    user_access::OPERATIONS,
    user_links::OPERATIONS,
    user_states::OPERATIONS,
    users::OPERATIONS,
    well_known::OPERATIONS,
];

/// Every operation that the twin answers.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// Answers a request. Every answer carries the state of the bucket that it was counted in.
pub(crate) fn answer(host: &mut dyn Host, request: &Request) -> Reply {
    let incoming = Incoming::new(request);
    let now = twin_sdk::seconds(host.now());
    let allowance = match rates::take(host, incoming.method(), incoming.path()) {
        Ok(allowance) => allowance,
        Err(error) => return failed(host, &incoming, &Error::Table(error)),
    };
    let outcome =
        if allowance.exceeded { Err(Code::RateLimited.into()) } else { dispatch(host, request, &incoming) };
    let reply = outcome.unwrap_or_else(|error| failed(host, &incoming, &error));
    let request_id = ids::draw(host, 27);
    rates::headers(reply, now, allowance.limit, allowance.remaining, allowance.reset)
        .header("x-okta-request-id", request_id)
        .header("cache-control", "no-cache, no-store")
}

fn failed(host: &mut dyn Host, incoming: &Incoming<'_>, error: &Error) -> Reply {
    if error.is_internal() {
        host.log(Level::Error, &format!("{} {}: {error}", incoming.method(), incoming.path()));
    }
    error.reply(host)
}

fn dispatch(host: &mut dyn Host, request: &Request, incoming: &Incoming<'_>) -> Result<Reply, Error> {
    let found = route::find(incoming.method(), incoming.path());
    let mut state = State::new(host);
    let (operation, params) = match found {
        Match::Found(operation, params) => (operation, params),
        Match::OtherMethod => return Err(Code::MethodNotAllowed.into()),
        Match::Nothing => {
            let problem = "no operation of the twin has this path";
            state.note(Level::Warn, &format!("{} {}: {problem}", incoming.method(), incoming.path()));
            return Err(Code::MethodNotAllowed.into());
        }
    };
    let origin = incoming.origin();
    let mut caller = match operation.access {
        Access::Open => Caller::nobody(),
        Access::Token => {
            let caller = Caller::of(&mut state, incoming, &origin)?;
            caller.require(route::family(operation.path), operation.method == "GET")?;
            caller
        }
    };
    state.context = context(&mut state, incoming, &mut caller)?;
    let mut call = Call { state: &mut state, caller: &caller, request, incoming, origin: &origin, params };
    operation.run.answer(&mut call)
}

fn context(state: &mut State<'_>, incoming: &Incoming<'_>, caller: &mut Caller) -> Result<Context, Error> {
    let user = match caller.document.take() {
        Some(document) => Some(document),
        None => state.user(&caller.user)?,
    };
    let forwarded = incoming.header("x-forwarded-for").and_then(|chain| chain.split(',').next());
    Ok(Context {
        user,
        client: caller.client.clone(),
        ip: forwarded.unwrap_or("127.0.0.1").trim().to_owned(),
        user_agent: incoming.header("user-agent").unwrap_or_default().to_owned(),
        path: incoming.path().to_owned(),
        request: ids::draw(state.host, 27),
    })
}
