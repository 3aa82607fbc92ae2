//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Account, Conduct, Failure, Okta, Person};

/// Asks Okta's search for the person, which shows what was true a while ago.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn find(okta: &mut Okta<'_, '_>, account: &Account) -> Result<Option<Person>, Failure> {
        let Some(email) = &account.profile.email else { return Ok(None) };
        Ok(okta.search_users(&format!("profile.email eq \"{email}\""))?.into_iter().next())
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);
